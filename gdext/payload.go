package gdext

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"

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
	return appendIncoming(make([]byte, 0, 2*payload.Len()+16), payload)
}

func appendIncoming(dst []byte, payload core.Payload) ([]byte, error) {
	text := payload.JSON()
	switch {
	case payload.IsBinary():
		return variant.AppendBytes(dst, payload.Binary()), nil
	case len(text) == 0:
		return append(dst, emptyDictionary...), nil
	default:
		return variant.AppendVariant(dst, text)
	}
}

// prepare is core's Prepare: it makes the value on the reader's goroutine, so
// that the main thread has only to hand it on. core releases it when all
// handlers have run.
func prepare(message *core.Message) {
	engine.HoldBack()
	buffer := borrowBuffer()
	defer buffer.giveBack()
	var err error
	if buffer.bytes, err = appendIncoming(buffer.bytes[:0], message.Payload); err != nil {
		message.Prepared = err
		return
	}
	if made := engine.Make(buffer.bytes); made != nil {
		message.Prepared = made
	}
}

// prepared lends what prepare made, or makes it now: of what this client
// says itself, and of a message that is long over.
func prepared(value any, payload core.Payload) (content, error) {
	switch v := value.(type) {
	case *engine.Made:
		if made := v.Ref(); made != nil {
			return content{made: made}, nil
		}
	case error:
		return content{bytes: null}, v
	}
	b, err := incoming(payload)
	if err != nil {
		return content{bytes: null}, err
	}
	return content{bytes: b}, nil
}
