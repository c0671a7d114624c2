package gdext

import (
	"encoding/binary"
	"encoding/json/jsontext"
	"errors"
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// outgoing converts a value from the game to a payload for core.
func outgoing(value encodable) (payload core.Payload, err error) {
	err = lend(value, func(b []byte) error {
		payload, err = signals.Outgoing(b)
		return err
	})
	return payload, err
}

// outgoingLater is outgoing for an argument. If possible, the goroutine that writes to the
// connection converts it to JSON.
func outgoingLater(value engine.Encoded) (core.Payload, error) {
	if b := value.Plain(); b != nil && value.Type() == engine.TypeDictionary {
		return signals.Later(copies.of(b)), nil
	}
	return outgoing(value)
}

// copies holds copies of small payloads, which share blocks of memory. A block is released when all
// its payloads have been sent.
var copies block

type block struct {
	mu   sync.Mutex
	free []byte
}

func (k *block) of(b []byte) []byte {
	const size = 8 << 10
	if len(b) > size/8 {
		return slices.Clone(b)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.free) < len(b) {
		k.free = make([]byte, size)
	}
	made := k.free[:len(b):len(b)]
	k.free = k.free[copy(made, b):]
	return made
}

// encodable is a value from the game that can be encoded as a binary Variant.
type encodable interface {
	Bytes(func([]byte) error) error
}

// lend passes a value from the game to f as a binary Variant. If the value cannot be encoded, the
// error names the place within the value, like the errors of package variant.
func lend(value encodable, f func([]byte) error) error {
	err := value.Bytes(f)
	var nesting *engine.NestingError
	if !errors.As(err, &nesting) {
		return err
	}
	var unsendable error = variant.TooDeep(variant.Type(nesting.Type))
	if nesting.Cycle {
		unsendable = variant.Cyclic(variant.Type(nesting.Type))
	}
	for _, step := range slices.Backward(nesting.Path) {
		unsendable = variant.Within(unsendable, pathStep(step))
	}
	return unsendable
}

func pathStep(step engine.PathStep) string {
	switch step.Kind {
	case engine.StepKey:
		// The error is about invalid UTF-8, which AppendQuote replaces.
		quoted, _ := jsontext.AppendQuote(nil, step.Key)
		return variant.KeyStep(quoted[1 : len(quoted)-1])
	case engine.StepIndex:
		return variant.IndexStep(step.Index)
	default:
		return variant.EntryStep(step.Index, step.Kind == engine.StepInKey)
	}
}

// jsonOf returns the JSON of a Dictionary that Go holds.
func jsonOf(dict *engine.Ref) (text jsontext.Value, err error) {
	err = lend(dict, func(b []byte) error {
		text, err = variant.AppendJSON(nil, b)
		return err
	})
	return text, err
}

// prepare implements core's Prepare hook. It creates the value on the reader's goroutine, so that
// the main thread only has to pass it on. Core releases the value when all handlers have run.
func prepare(message *core.Message, text []byte, offset int) (end int, err error) {
	engine.HoldBack()
	buffer := borrowBuffer()
	defer buffer.giveBack()
	if buffer.bytes, end, err = signals.AppendPayload(buffer.bytes[:0], message, text, offset); err != nil {
		return end, err
	}
	if made := engine.Make(buffer.bytes); made != nil {
		message.Prepared = made
	}
	return end, nil
}

// preparedContent lends the value that prepare created. If there is none, it converts the payload
// now: for replies that this client generates itself, and for messages whose value has been
// released.
func preparedContent(value any, payload core.Payload) (content, error) {
	if v, ok := value.(*engine.Made); ok {
		if made := v.Ref(); made != nil {
			return content{made: made}, nil
		}
	}
	b, err := signals.Incoming(payload)
	if err != nil {
		return content{bytes: signals.Null}, err
	}
	return content{bytes: b}, nil
}

// content is a message's payload for the game: a value that was created when the message arrived,
// or a binary Variant. The value is lent.
type content struct {
	made  *engine.Ref
	bytes signals.Encoded
}

// keep returns a reference that outlives the message.
func (c content) keep() *engine.Ref {
	if c.made != nil {
		return c.made.Clone()
	}
	return engine.NewRef(c.bytes)
}

// arguments encodes values as consecutive binary Variants. One of them may be a content that holds
// a created value.
func arguments(values ...any) engine.Args {
	args := engine.Args{Count: len(values)}
	for _, value := range values {
		if c, ok := value.(content); ok {
			args = appendContent(args, c)
		} else {
			args.Bytes = signals.Append(args.Bytes, value)
		}
	}
	return args
}

func appendContent(args engine.Args, c content) engine.Args {
	if c.made == nil {
		args.Bytes = append(args.Bytes, c.bytes...)
		return args
	}
	args.Bytes, args.Shared = engine.AppendShared(args.Bytes), c.made
	return args
}

// buffer holds the arguments of one signal. A handler may cause another signal, so several buffers
// can be in use at a time.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return new(buffer) }}

func borrowBuffer() *buffer { return buffers.Get().(*buffer) }

func (b *buffer) giveBack() {
	const tooBig = 1 << 20
	if cap(b.bytes) <= tooBig {
		buffers.Put(b)
	}
}

// readInt32s reads a PackedInt32Array.
func readInt32s(b []byte) []int64 {
	if len(b) < 8 {
		return nil
	}
	values := make([]int64, 0, len(b)/4-2)
	for i := 8; i+4 <= len(b); i += 4 {
		values = append(values, int64(int32(binary.LittleEndian.Uint32(b[i:]))))
	}
	return values
}

// Defaults of parameters.
func intDefault(v int64) []byte     { return variant.AppendInt(nil, v) }
func boolDefault(v bool) []byte     { return variant.AppendBool(nil, v) }
func stringDefault(v string) []byte { return variant.AppendString(nil, v) }
