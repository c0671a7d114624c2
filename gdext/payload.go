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
func outgoing(value engine.Variant) (payload any, err error) {
	err = lend(value, func(b []byte) error {
		switch value.Type() {
		case engine.TypeDictionary:
			text, err := variant.AppendJSON(nil, b)
			payload = jsontext.Value(text)
			return err
		case engine.TypePackedByteArray:
			data, err := variant.Bytes(b)
			payload = append([]byte{}, data...)
			return err
		default:
			return fmt.Errorf("%w; this is a %v", errPayloadType, variant.Type(value.Type()))
		}
	})
	return payload, err
}

// lend lends a value of the game in the binary Variant form. When that cannot be, the error says where in the value the fault is, as
// those of package variant do.
func lend(value interface {
	Bytes(func([]byte) error) error
}, f func([]byte) error) error {
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
func jsonOf(dict engine.DictionaryRef) (text jsontext.Value, err error) {
	err = lend(dict, func(b []byte) error {
		text, err = variant.AppendJSON(nil, b)
		return err
	})
	return text, err
}

// incoming makes the Variant of a payload from the server.
func incoming(payload core.Payload) (encoded, error) {
	if payload.IsBinary() {
		return variant.AppendBytes(make([]byte, 0, payload.Len()+12), payload.Binary()), nil
	}
	text := payload.JSON()
	if len(text) == 0 {
		return emptyDictionary, nil
	}
	return variant.AppendVariant(make([]byte, 0, 2*len(text)+16), text)
}

// prepare is core's Prepare: it does the transcoding on the reader's goroutine,
// so that the main thread has only to build the value.
func prepare(message *core.Message) {
	value, err := incoming(message.Payload)
	if err != nil {
		message.Prepared = err
		return
	}
	message.Prepared = value
}

// prepared is what prepare made, or makes it now.
func prepared(value any, payload core.Payload) (encoded, error) {
	switch v := value.(type) {
	case encoded:
		return v, nil
	case error:
		return encoded(null), v
	}
	b, err := incoming(payload)
	if err != nil {
		return encoded(null), err
	}
	return b, nil
}
