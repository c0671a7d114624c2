package gdext

import (
	"errors"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// A simulated network is for development. Release templates reject it, so that players never get
// the simulation that a scene was tested with.

var errNoSimulation = errors.New("release builds have no simulated network; check OS.is_debug_build() first")

// simulationProperty returns the property simulation.
func simulationProperty() engine.Property {
	share := locked(func(values *settings) engine.GivenDictionary { return values.simulation.Share() })
	return engine.ReadWrite("simulation", share, (*socket).setSimulation)
}

func (s *socket) setSimulation(value engine.Dictionary) {
	if err := s.trySimulation(value.Keep()); err != nil {
		s.refuse("simulation", signals.Plain(err))
	}
}

// trySimulation sets the simulation. It accepts any value until the socket is in use, because the
// inspector sets a Dictionary one entry at a time. It takes ownership of the reference.
func (s *socket) trySimulation(value *engine.Ref) error {
	other := engine.DictionaryRef{Ref: value}
	defer func() { other.Release() }() // the previous value by then
	given, err := readSimulation(other)
	if (err != nil || given != core.Simulation{}) && !engine.IsDebugBuild() {
		return errNoSimulation
	}
	s.mu.Lock()
	if s.core == nil {
		err = nil
	} else if err == nil {
		s.simulated, err = given, s.core.Simulate(given)
	}
	if err == nil {
		other, s.settings.simulation = s.settings.simulation, other
	}
	s.mu.Unlock()
	s.object.UpdateWarnings()
	return err
}

// simulate applies a simulation that was set before the socket was in use, or whose Dictionary the
// game has changed since. s.mu must be held.
func (s *socket) simulate(client *core.Socket) error {
	given, err := readSimulation(s.settings.simulation)
	if err != nil || given == s.simulated || !engine.IsDebugBuild() {
		return err
	}
	s.simulated = given
	return client.Simulate(given)
}

func readSimulation(from engine.DictionaryRef) (given core.Simulation, err error) {
	if nesting := from.Bytes(func(b []byte) error {
		given, err = signals.ReadSimulation(variant.NewReader(b))
		return nil
	}); nesting != nil {
		return given, nesting
	}
	return given, err
}
