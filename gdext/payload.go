package gdext

import (
	"encoding/binary"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// errPayloadType is a payload that is neither of the two that can travel.
var errPayloadType = errors.New("a payload must be a Dictionary, or a PackedByteArray for a binary message")

// outgoing makes a payload for core of what a game gave: a Dictionary becomes
// JSON, a PackedByteArray a binary payload.
func outgoing(value interface {
	encodable
	Type() engine.Type
}) (payload core.Payload, err error) {
	err = lend(value, func(b []byte) error {
		switch value.Type() {
		case engine.TypeDictionary:
			text, err := variant.AppendJSON(nil, b)
			payload = core.JSONPayload(text)
			return err
		case engine.TypePackedByteArray:
			data, err := variant.Bytes(b)
			payload = core.BinaryPayload(append([]byte{}, data...))
			return err
		default:
			return fmt.Errorf("%w; this is %s", errPayloadType, variant.Type(value.Type()).WithArticle())
		}
	})
	return payload, err
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

// incoming makes the Variant of a payload from the server.
func incoming(payload core.Payload) (encoded, error) {
	text := payload.JSON()
	switch {
	case payload.IsBinary():
		return variant.AppendBytes(nil, payload.Binary()), nil
	case len(text) == 0:
		return dictionary(), nil
	default:
		return variant.AppendVariant(nil, text)
	}
}

// prepare is core's Prepare: it makes the value on the reader's goroutine, so
// that the main thread has only to hand it on. core releases it when all
// handlers have run.
func prepare(message *core.Message, text []byte, at int) (end int, err error) {
	engine.HoldBack()
	buffer := borrowBuffer()
	defer buffer.giveBack()
	if message.Payload.IsBinary() {
		buffer.bytes, end = variant.AppendBytes(buffer.bytes[:0], text[at:]), len(text)
	} else if buffer.bytes, end, err = variant.AppendValue(buffer.bytes[:0], text, at); err != nil {
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
	b, err := incoming(payload)
	if err != nil {
		return content{bytes: null}, err
	}
	return content{bytes: b}, nil
}

// encoded is a value that is in the binary Variant form already.
type encoded []byte

// content is what a message carries, for the game: a value that was made when
// the message came, or one in the binary Variant form. The value is lent.
type content struct {
	made  *engine.Ref
	bytes encoded
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
			args.Bytes = appendValue(args.Bytes, value)
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

// dictionary makes a Dictionary from alternating keys and values.
func dictionary(pairs ...any) encoded {
	b := variant.AppendDictionary(nil, len(pairs)/2)
	for _, part := range pairs {
		b = appendValue(b, part)
	}
	return b
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return variant.AppendNil(b)
	case bool:
		return variant.AppendBool(b, v)
	case int:
		return variant.AppendInt(b, int64(v))
	case int64:
		return variant.AppendInt(b, v)
	case float64:
		return variant.AppendFloat(b, v)
	case string:
		return variant.AppendString(b, v)
	case []int64:
		return appendInt32s(b, v)
	case encoded:
		return append(b, v...)
	}
	panic(fmt.Sprintf("gdext: no Variant for a %T", value))
}

// appendInt32s appends a PackedInt32Array.
func appendInt32s(b []byte, values []int64) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(engine.TypePackedInt32s))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(values)))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(v)))
	}
	return b
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

// Defaults of parameters and empty values.
var (
	emptyDictionary = dictionary()
	null            = variant.AppendNil(nil)
)

func intDefault(v int64) []byte     { return variant.AppendInt(nil, v) }
func boolDefault(v bool) []byte     { return variant.AppendBool(nil, v) }
func stringDefault(v string) []byte { return variant.AppendString(nil, v) }
