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

// Simulation is a network that a program pretends to have, to see how it copes with one. The zero value is the network as it is.
//
// It is applied to whole messages, beneath the protocol: what timeouts, heartbeats, retries and buffers do is real.
type Simulation struct {
	// Latency of each direction. A round trip, and each of the two that a connect makes, takes twice as long.
	Latency time.Duration

	// Jitter delays each message by at most this much more. Their order stays.
	Jitter time.Duration

	// BytesPerSecond limits each direction. 0 is no limit.
	BytesPerSecond int64

	// Stall makes the network carry nothing for this long, beginning at once. With StallEvery, it does so again and again: StallEvery
	// lies between two beginnings, and before the first.
	Stall      time.Duration
	StallEvery time.Duration

	// Cut ends the current connection, once.
	Cut bool

	// Offline ends the current connection, and each connect fails for this long.
	Offline time.Duration

	// RefuseStatus ends the current connection, and each connect is answered with this HTTP status: for the time Refuse, or until the
	// next Simulate.
	RefuseStatus int
	Refuse       time.Duration
}

// ofSimulation ends the errors of a simulated network.
const ofSimulation = " (simulated)"

// The ends that a simulation brings about.
var (
	errSimulatedCut     = errors.New("phoenix: the connection was cut" + ofSimulation)
	errSimulatedOffline = errors.New("the network is unreachable" + ofSimulation)
)

// SimulationPresets are networks by their names.
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

// SimulationKeys returns what [ParseSimulation] takes, beside "preset".
func SimulationKeys() []SimulationKey { return slices.Clone(simulationKeys) }

// ParseSimulation makes a Simulation of the names and values that games write: "latency_ms" with an int64, "cut" with a bool. "preset" with
// one of [SimulationPresets] is what the others change. The error names what is wrong, and what can be in its place.
func ParseSimulation(values map[string]any) (Simulation, error) {
	var s Simulation
	if name, given := values[simulationPreset]; given {
		text, _ := name.(string)
		preset, found := SimulationPresets[text]
		if !found {
			return s, invalid("simulation: unknown preset %q; the presets are %q", fmt.Sprint(name), PresetNames())
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

// Values yields what [ParseSimulation] would make this simulation of, without what is 0, and without Cut, which is over at once.
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

// check returns an error for what cannot be.
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

// Simulate makes the socket's network behave as given, from now on, in place of what was simulated before. It is for development: a
// connection that was open under a simulation copies its messages, until it ends.
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

// simulated is the network that a socket pretends to have.
type simulated struct {
	isOn atomic.Bool // all that a socket without a simulation looks at

	mu      sync.Mutex
	current Simulation
	since   time.Time
	changed chan struct{} // closed when another one is set
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

// get returns what is simulated, for how long it has been, and a channel that is closed when that changes.
func (s *simulated) get() (current Simulation, age time.Duration, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current, time.Since(s.since), s.changed
}

// stalledFor is how long the network carries nothing from now on.
func (s *Simulation) stalledFor(age time.Duration) time.Duration {
	if s.StallEvery > 0 {
		if age < s.StallEvery {
			return 0
		}
		age %= s.StallEvery
	}
	return max(s.Stall-age, 0)
}

// connecting is a connect over the simulated network, up to the server's answer: nil if the real one is to give it.
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

// wait waits for as long as given, and until nothing stalls. Without a simulation it ends.
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

// PresetNames are the names of [SimulationPresets], in order.
func PresetNames() []string { return slices.Sorted(maps.Keys(SimulationPresets)) }
