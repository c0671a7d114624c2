package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Simulation describes simulated network conditions, for testing how a program copes with them. The
// zero value is the real network.
//
// It applies to complete messages, beneath the protocol: timeouts, heartbeats, retries and buffers
// are real.
type Simulation struct {
	// Latency of each direction. A round trip takes twice as long, and so does each of the two
	// round trips of a connect.
	Latency time.Duration

	// Jitter delays each message by up to this additional time. The order of messages does not
	// change.
	Jitter time.Duration

	// BytesPerSecond limits each direction. 0 means no limit.
	BytesPerSecond int64

	// Stall makes the network carry nothing for this long, starting immediately. With StallEvery it
	// does so repeatedly: StallEvery is the time between the starts of two stalls, and before the
	// first.
	Stall      time.Duration
	StallEvery time.Duration

	// Cut ends the current connection, once.
	Cut bool

	// Offline ends the current connection, and makes each connect fail for this long.
	Offline time.Duration

	// RefuseStatus ends the current connection and answers each connect with this HTTP status, for
	// the time Refuse or, without it, until the next Simulate.
	RefuseStatus int
	Refuse       time.Duration
}

// ofSimulation is the suffix of a simulated network's errors.
const ofSimulation = " (simulated)"

// The errors of a simulated network.
var (
	errSimulatedCut     = errors.New("phoenix: the connection was cut" + ofSimulation)
	errSimulatedOffline = errors.New("the network is unreachable" + ofSimulation)
)

// SimulationPresets are named network conditions.
var SimulationPresets = map[string]Simulation{
	// A phone with a weak signal.
	"3G": {Latency: 100 * time.Millisecond, Jitter: 80 * time.Millisecond, BytesPerSecond: 96_000},
	// A phone on the move, from mast to mast and through tunnels.
	"train": {Latency: 60 * time.Millisecond, Jitter: 250 * time.Millisecond, BytesPerSecond: 250_000,
		Stall: 4 * time.Second, StallEvery: 20 * time.Second},
	// A server that restarts behind a load balancer.
	"server deploy": {RefuseStatus: 503, Refuse: 5 * time.Second},
}

// SimulationKey is a field of a [Simulation] as hosts in other languages name it.
type SimulationKey struct {
	Name     string
	Min, Max int64 // of a number; both are 0 for a bool

	set func(*Simulation, int64)
	get func(*Simulation) int64
}

func (k *SimulationKey) isBool() bool { return k.Max == 0 }

const maxSimulatedTime = int64(24 * time.Hour / time.Millisecond)

func simulatedTime(name string, field func(*Simulation) *time.Duration) SimulationKey {
	return SimulationKey{
		Name: name, Max: maxSimulatedTime,
		set: func(s *Simulation, ms int64) { *field(s) = time.Duration(ms) * time.Millisecond },
		get: func(s *Simulation) int64 { return field(s).Milliseconds() },
	}
}

const simulationPreset = "preset"

var simulationKeys = []SimulationKey{
	simulatedTime("latency_ms", func(s *Simulation) *time.Duration { return &s.Latency }),
	simulatedTime("jitter_ms", func(s *Simulation) *time.Duration { return &s.Jitter }),
	{
		Name: "bytes_per_second", Max: 1 << 40,
		set: func(s *Simulation, n int64) { s.BytesPerSecond = n },
		get: func(s *Simulation) int64 { return s.BytesPerSecond },
	},
	simulatedTime("stall_ms", func(s *Simulation) *time.Duration { return &s.Stall }),
	simulatedTime("stall_every_ms", func(s *Simulation) *time.Duration { return &s.StallEvery }),
	{Name: "cut"},
	simulatedTime("offline_ms", func(s *Simulation) *time.Duration { return &s.Offline }),
	{
		Name: "refuse_status", Min: 400, Max: 599,
		set: func(s *Simulation, n int64) { s.RefuseStatus = int(n) },
		get: func(s *Simulation) int64 { return int64(s.RefuseStatus) },
	},
	simulatedTime("refuse_ms", func(s *Simulation) *time.Duration { return &s.Refuse }),
}

// SimulationKeys returns the keys that [ParseSimulation] accepts in addition to "preset".
func SimulationKeys() []SimulationKey { return slices.Clone(simulationKeys) }

// ParseSimulation makes a Simulation from names and values: "latency_ms" with an int64, "cut" with
// a bool. "preset" with the name of one of [SimulationPresets] sets the base that the other keys
// change. The error names the invalid key or value and the valid ones.
func ParseSimulation(values map[string]any) (Simulation, error) {
	var s Simulation
	if name, given := values[simulationPreset]; given {
		text, _ := name.(string)
		preset, found := SimulationPresets[text]
		if !found {
			return s, invalid("simulation: unknown preset %q; the presets are %s", fmt.Sprint(name), strings.Join(PresetNames(), ", "))
		}
		s = preset
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name == simulationPreset {
			continue
		}
		if err := s.set(name, values[name]); err != nil {
			return s, err
		}
	}
	return s, s.check()
}

// Values yields the names and values from which [ParseSimulation] would make this simulation. It
// omits values of 0, and Cut, which takes effect only once.
func (s Simulation) Values() iter.Seq2[string, int64] {
	return func(yield func(string, int64) bool) {
		for _, key := range simulationKeys {
			if key.isBool() {
				continue
			}
			if n := key.get(&s); n != 0 && !yield(key.Name, n) {
				return
			}
		}
	}
}

// set changes a field.
func (s *Simulation) set(name string, value any) error {
	at := slices.IndexFunc(simulationKeys, func(key SimulationKey) bool { return key.Name == name })
	if at < 0 {
		return invalid("simulation has no %q; its keys are %s", name, strings.Join(simulationNames(), ", "))
	}
	key := simulationKeys[at]
	if on, isBoolean := value.(bool); key.isBool() || isBoolean {
		if !key.isBool() || !isBoolean {
			return key.wrongType()
		}
		s.Cut = on
		return nil
	}
	n, isNumber := value.(int64)
	switch {
	case !isNumber:
		return key.wrongType()
	case n < key.Min || n > key.Max:
		return invalid("simulation: %s is %d; it must be from %d to %d", name, n, key.Min, key.Max)
	}
	key.set(s, n)
	return nil
}

func (k *SimulationKey) wrongType() error {
	if k.isBool() {
		return invalid("simulation: %s must be true or false", k.Name)
	}
	return invalid("simulation: %s must be an integer from %d to %d", k.Name, k.Min, k.Max)
}

func simulationNames() []string {
	names := []string{simulationPreset}
	for _, key := range simulationKeys {
		names = append(names, key.Name)
	}
	return names
}

// check returns an error for invalid values.
func (s *Simulation) check() error {
	least := min(s.Latency, s.Jitter, s.Stall, s.StallEvery, s.Offline, s.Refuse)
	switch {
	case least < 0 || s.BytesPerSecond < 0:
		return invalid("a time or a rate of the simulation is negative")
	case s.StallEvery > 0 && s.Stall >= s.StallEvery:
		return invalid("simulation: a stall of %d ms every %d ms leaves no time in between", s.Stall.Milliseconds(), s.StallEvery.Milliseconds())
	case s.RefuseStatus != 0 && (s.RefuseStatus < 400 || s.RefuseStatus > 599):
		return invalid("simulation: the status %d is not an HTTP error, from 400 to 599", s.RefuseStatus)
	case s.Refuse > 0 && s.RefuseStatus == 0:
		return invalid("simulation: refuse_ms needs refuse_status")
	}
	return nil
}

// Simulate replaces the simulated network conditions of the socket, effective immediately. It is
// meant for development: a connection that was open during a simulation copies its messages until
// it ends.
func (s *Socket) Simulate(simulation Simulation) error {
	if err := simulation.check(); err != nil {
		return err
	}
	s.simulated.set(simulation)
	if !simulation.Cut && simulation.Offline == 0 && simulation.RefuseStatus == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.conn; c != nil && !c.ended {
		c.writeErr = cmp.Or(c.writeErr, errSimulatedCut)
		c.stop()
	}
	return nil
}

// simulated holds a socket's simulated network conditions.
type simulated struct {
	isOn atomic.Bool // the only field that a socket without a simulation reads

	mu      sync.Mutex
	current Simulation
	since   time.Time
	changed chan struct{} // closed when current changes
}

func (s *simulated) set(simulation Simulation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.since = simulation, time.Now()
	s.isOn.Store(simulation != Simulation{})
	if s.changed != nil {
		close(s.changed)
	}
	s.changed = make(chan struct{})
}

// get returns the current simulation, its age, and a channel that is closed when it changes.
func (s *simulated) get() (current Simulation, age time.Duration, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, time.Since(s.since), s.changed
}

// stalledFor returns how long the network will carry nothing from now on.
func (s *Simulation) stalledFor(age time.Duration) time.Duration {
	if s.StallEvery > 0 {
		if age < s.StallEvery {
			return 0
		}
		age %= s.StallEvery
	}
	return max(s.Stall-age, 0)
}

// connecting simulates a connect up to the server's answer. It returns nil if the real server is to
// answer.
func (s *simulated) connecting(ctx context.Context, t target, transport Transport) error {
	current, age, _ := s.get()
	if age < current.Offline {
		return fmt.Errorf("phoenix: %s %s: %w", duringConnect, displayURL(t.endpoint), errSimulatedOffline)
	}
	const roundTrips = 2 // of TCP, and of the request
	if err := s.wait(ctx, 2*roundTrips*current.Latency); err != nil {
		return err
	}
	current, age, _ = s.get()
	if current.RefuseStatus != 0 && (current.Refuse == 0 || age < current.Refuse) {
		return &HandshakeError{StatusCode: current.RefuseStatus, Header: Header{}, Endpoint: displayURL(t.endpoint.JoinPath(transport.String()))}
	}
	return nil
}

// wait waits for delay and until the network is not stalled. It returns at once when the simulation
// is turned off.
func (s *simulated) wait(ctx context.Context, delay time.Duration) error {
	due := time.Now().Add(delay)
	for {
		current, age, changed := s.get()
		rest := max(time.Until(due), current.stalledFor(age))
		if rest <= 0 || !s.isOn.Load() {
			return nil
		}
		timer := time.NewTimer(rest)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// PresetNames returns the sorted names of [SimulationPresets].
func PresetNames() []string { return slices.Sorted(maps.Keys(SimulationPresets)) }
