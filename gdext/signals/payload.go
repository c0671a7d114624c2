package signals

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// ErrPayloadType is the error for a payload that is neither a Dictionary nor a PackedByteArray.
var ErrPayloadType = errors.New("a payload must be a Dictionary, or a PackedByteArray for a binary message")

// Outgoing converts a value from the game to a payload for core: a Dictionary to JSON, and a
// PackedByteArray to a binary payload.
func Outgoing(value []byte) (core.Payload, error) {
	kind, err := variant.TypeOf(value)
	if err != nil {
		return core.Payload{}, err
	}
	switch kind {
	case variant.Dictionary:
		text, err := variant.AppendJSON(nil, value)
		return core.JSONPayload(text), err
	case variant.PackedByteArray:
		data, err := variant.Bytes(value)
		return core.BinaryPayload(append([]byte{}, data...)), err
	default:
		return core.Payload{}, fmt.Errorf("%w; this is %s", ErrPayloadType, kind.WithArticle())
	}
}

// Later returns the payload for a Dictionary that can be represented as JSON. The goroutine that
// writes to the connection converts it.
func Later(dictionary []byte) core.Payload { return variantForm.Payload(dictionary) }

var variantForm = &core.Format{AppendJSON: variant.AppendJSON}

// Incoming converts a payload from the server to a Variant.
func Incoming(payload core.Payload) (Encoded, error) {
	text := payload.JSON()
	dst := make([]byte, 0, 2*payload.Len()+16)
	switch {
	case payload.IsBinary():
		return variant.AppendBytes(dst, payload.Binary()), nil
	case len(text) == 0:
		return append(dst, EmptyDictionary...), nil
	default:
		return variant.AppendVariant(dst, text)
	}
}

// AppendPayload implements core's Prepare hook: it appends the Variant of a message's payload,
// which begins at offset in the frame's text, and returns where the payload ends.
func AppendPayload(dst []byte, m *core.Message, text []byte, offset int) (longer []byte, end int, err error) {
	if m.Payload.IsBinary() {
		return variant.AppendBytes(dst, text[offset:]), len(text), nil
	}
	return variant.AppendValue(dst, text, offset)
}

// CloseReason returns the argument of PhoenixChannel.on_close, which is always a Dictionary:
// {reason = "leave"} after leave(), and {reason = "unexpected_close"} if the server closed the
// channel without a reason.
func CloseReason(reason core.Payload) Encoded {
	text := bytes.TrimSpace(reason.JSON())
	switch {
	case len(text) > 0 && text[0] == '"':
		word, _ := jsontext.AppendUnquote(nil, text) // replaces invalid UTF-8, the only error
		return Dictionary("reason", string(word))
	case len(text) > 2 && text[0] == '{':
		if payload, err := Incoming(reason); err == nil {
			return payload
		}
	}
	return Dictionary("reason", "unexpected_close")
}

// NoVariant returns the error text for a payload from the server that cannot be converted to a
// Variant. what names the payload.
func NoVariant(what string, err error) string {
	return what + " cannot be converted to a Variant: " + Plain(err)
}
