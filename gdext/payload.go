package gdext

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// errPayloadType is a payload that is neither of the two that can travel.
var errPayloadType = errors.New("a payload must be a Dictionary, or a PackedByteArray for a binary message")

// outgoing makes a payload for core of what a game gave: a Dictionary becomes
// JSON, a PackedByteArray a binary payload.
func outgoing(value engine.Variant) (payload any, err error) {
	err = value.Bytes(func(b []byte) error {
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

// jsonOf is the JSON of a Dictionary that Go keeps.
func jsonOf(dict engine.DictionaryRef) (text jsontext.Value, err error) {
	err = dict.Bytes(func(b []byte) error {
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
