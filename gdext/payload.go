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

// outgoing makes a payload for core of what a game gave.
func outgoing(value encodable) (payload core.Payload, err error) {
	err = lend(value, func(b []byte) error {
		payload, err = signals.Outgoing(b)
		return err
	})
	return payload, err
}

// outgoingLater is outgoing for an argument, whose JSON the goroutine that writes the connection makes, if it can be made at all.
func outgoingLater(value engine.Encoded) (core.Payload, error) {
	if b := value.Plain(); b != nil && value.Type() == engine.TypeDictionary {
		return signals.Later(copies.of(b)), nil
	}
	return outgoing(value)
}

// copies of small payloads share blocks of memory, each of which goes when all of them have been sent.
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

// encodable is a value of the game that can be had in the binary Variant form.
type encodable interface {
	Bytes(func([]byte) error) error
}

// lend lends a value of the game in the binary Variant form. When that cannot be, the error says where in the value the fault is, as
// those of package variant do.
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
		quoted, _ := jsontext.AppendQuote(nil, step.Key) // the error is of invalid UTF-8, which it replaces
		return variant.KeyStep(quoted[1 : len(quoted)-1])
	case engine.StepIndex:
		return variant.IndexStep(step.Index)
	default:
		return variant.EntryStep(step.Index, step.Kind == engine.StepInKey)
	}
}

// jsonOf is the JSON of a Dictionary that Go keeps.
func jsonOf(dict *engine.Ref) (text jsontext.Value, err error) {
	err = lend(dict, func(b []byte) error {
		text, err = variant.AppendJSON(nil, b)
		return err
	})
	return text, err
}

// prepare is core's Prepare: it makes the value on the reader's goroutine, so
// that the main thread has only to hand it on. core releases it when all
// handlers have run.
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

// preparedContent lends the value that prepare made, or makes it now: for outcomes of
// this client's own, and for a message that is long over.
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

// content is what a message carries, for the game: a value that was made when
// the message came, or one in the binary Variant form. The value is lent.
type content struct {
	made  *engine.Ref
	bytes signals.Encoded
}

// keep returns a reference to the value that outlives the message.
func (c content) keep() *engine.Ref {
	if c.made != nil {
		return c.made.Clone()
	}
	return engine.NewRef(c.bytes)
}

// arguments puts values into the binary Variant form, one behind the other; one
// of them may be a content that was made.
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

// A buffer for the arguments of one signal. A handler may cause another signal,
// so there can be more than one at a time.
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
