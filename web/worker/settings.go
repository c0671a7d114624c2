package worker

import (
	"errors"
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// settings holds the properties of a PhoenixSocket that core or the worker needs.
type settings struct {
	core.Settings
	endpoint   string
	reportSent bool
	debugLog   bool
	simulation *core.Simulation // to be started; nil if there is no new one
}

// named maps property names to core's settings.
var named = core.NamedSettings()

// readSettings reads the arguments asked and settings of a command. It returns the socket's
// settings with these values replaced. Other names concern only the page.
func (s *socket) readSettings(args *variant.Reader) (settings, error) {
	all, err := s.settings, error(nil)
	for range args.Array() {
		switch name := args.String(); name {
		case askParams:
			all.Params = asking(s, s.id, askParams, readParams)
		case askToken:
			all.AuthTokenFunc = asking(s, s.id, askToken, readToken)
		default:
			err = errors.Join(err, fmt.Errorf("there is no function for %s", name))
		}
	}
	for range args.Dictionary() {
		if e := all.take(args.String(), args); e != nil {
			return all, errors.Join(err, e)
		}
	}
	return all, errors.Join(err, args.Err())
}

// take reads the next value, for the property with this name.
func (s *settings) take(name string, args *variant.Reader) error {
	if name == askParams {
		text := args.JSON()
		if unsendable, ok := errors.AsType[*variant.UnsendableError](args.Err()); ok {
			return fmt.Errorf("%w: params: %w", core.ErrInvalidConfig, unsendable)
		}
		s.Params = jsonValue(text)
		return nil
	}
	if name == "simulation" {
		simulation, err := signals.ReadSimulation(args)
		s.simulation = &simulation
		return errors.Join(err, args.Err())
	}
	var value any
	switch args.Next() {
	case variant.Bool:
		value = args.Bool()
	case variant.Int:
		value = args.Int()
	case variant.Float:
		value = args.Float()
	case variant.String:
		value = args.String()
	default:
		value = args.Int32s()
	}
	if args.Err() != nil {
		return args.Err()
	}
	setting, isCores := named[name]
	switch {
	case isCores:
		if name == askToken {
			s.AuthTokenFunc = nil
		}
		return setting.Set(&s.Settings, value)
	case name == "endpoint":
		s.endpoint, _ = value.(string)
	case name == "report_sent":
		s.reportSent, _ = value.(bool)
	case name == "debug_log":
		s.debugLog, _ = value.(bool)
	}
	return nil
}
