package signals

import (
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// ReadSimulation reads the Dictionary of the property simulation.
func ReadSimulation(args *variant.Reader) (core.Simulation, error) {
	values := map[string]any{}
	for range args.Dictionary() {
		if !args.NextIsText() { // the key in {cut = true} is a StringName
			return core.Simulation{}, fmt.Errorf("%w: simulation: the keys must be Strings", core.ErrInvalidConfig)
		}
		name := args.String()
		switch {
		case args.Next() == variant.Int:
			values[name] = args.Int()
		case args.Next() == variant.Bool:
			values[name] = args.Bool()
		case args.NextIsText():
			values[name] = args.String()
		default:
			values[name] = nil // a type that no key accepts
			_ = args.JSON()
		}
		if args.Err() != nil { // the value is not plain
			break
		}
	}
	return core.ParseSimulation(values)
}
