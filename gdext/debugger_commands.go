package gdext

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// Commands of the tab. Its buttons do what the game's own calls do, with the same checks. An error
// is shown in the tab, not in the game's output.

// command is a call of a node's method.
type command struct {
	method string // as named in errors
	call   func(target any, args *variant.Reader) (subject string, err error)
}

var commands = map[string]command{
	"connect": socketCommand("connect_socket", func(s *socket, _ *variant.Reader) error {
		s.stay()
		return s.tryConnect()
	}),
	"disconnect": socketCommand("disconnect_socket", func(s *socket, _ *variant.Reader) error { return s.tryDisconnect(codeNormal, "") }),
	"simulate": socketCommand("simulation", func(s *socket, args *variant.Reader) error {
		value := args.Rest()
		if args.Next() != variant.Dictionary {
			return errArguments
		}
		return s.trySimulation(engine.Decode(value))
	}),
	"join": channelCommand("join", func(c *channel, _ *variant.Reader) error {
		push, err := c.tryJoin(defaultTimeout)
		push.Release()
		return err
	}),
	"leave": channelCommand("leave", func(c *channel, _ *variant.Reader) error {
		push, err := c.tryLeave(defaultTimeout)
		push.Release()
		return err
	}),
	"push": channelCommand("push", (*channel).pushFromTab),
}

var (
	errArguments = errors.New("the editor sent arguments that this version of the addon does not know")
	errGone      = errors.New("the node has been freed meanwhile")
)

func socketCommand(method string, call func(*socket, *variant.Reader) error) command {
	return command{classSocket + "." + method, func(target any, args *variant.Reader) (string, error) {
		s, exists := target.(*socket)
		if !exists {
			return "", errGone
		}
		return "", call(s, args)
	}}
}

func channelCommand(method string, call func(*channel, *variant.Reader) error) command {
	return command{classChannel + "." + method, func(target any, args *variant.Reader) (string, error) {
		c, exists := target.(*channel)
		if !exists {
			return "", errGone
		}
		return signals.About("the channel", c.getTopic()), call(c, args)
	}}
}

// do executes a command of the tab on the main thread, and not in the middle of a script.
func (d *debugging) do(number int64, verb string, target int64, arguments []byte) {
	engine.Defer(func() {
		if !ended.Load() {
			d.tap.Did(number, carryOut(verb, target, arguments))
		}
	})
}

// carryOut executes a command and returns the error's text, or "" on success.
func carryOut(verb string, target int64, arguments []byte) string {
	command, known := commands[verb]
	if !known {
		return fmt.Sprintf("this version of the addon has no command %q", verb)
	}
	args := variant.NewReader(arguments)
	args.Array()
	subject, err := command.call(engine.ObjectWithID(target).Value(), args)
	if err == nil {
		return ""
	}
	text, _ := signals.Explain(err)
	return signals.Mistake(command.method, subject, text)
}

// pushFromTab pushes an event. The payload is a Dictionary, bytes or, with a third argument "json",
// the JSON text of any value.
func (c *channel) pushFromTab(args *variant.Reader) error {
	event := args.String()
	var payload any
	switch args.Next() {
	case variant.Dictionary:
		payload = core.JSONPayload(args.JSON())
	case variant.PackedByteArray:
		payload = core.BinaryPayload(args.Bytes())
	case variant.String:
		text := args.String()
		if kind := args.String(); args.Err() == nil && kind != "json" {
			return errArguments
		}
		payload = jsontext.Value(text)
	default:
		return signals.ErrPayloadType
	}
	if err := args.Err(); err != nil {
		return err
	}
	b := c.binding()
	if b == nil {
		return core.ErrNotJoined
	}
	_, err := b.core.Push(event, payload)
	return err
}
