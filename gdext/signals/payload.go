package signals

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"

	"phoenixchannels/core"
	"phoenixchannels/gdext/variant"
)

// ErrPayloadType is a payload that is neither of the two that can travel.
var ErrPayloadType = errors.New("a payload must be a Dictionary, or a PackedByteArray for a binary message")

// Outgoing makes a payload for core of what a game gave: a Dictionary becomes JSON, a PackedByteArray a binary payload.
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

// Later is the payload of a Dictionary for which JSON has a form. The goroutine that writes the connection makes the JSON.
func Later(dictionary []byte) core.Payload { return variantForm.Payload(dictionary) }

var variantForm = &core.Format{AppendJSON: variant.AppendJSON}

// Incoming makes the Variant of a payload from the server.
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

// AppendPayload appends the Variant of a message's payload, which begins at an offset of its frame, and returns where it ends: for core's
// Prepare.
func AppendPayload(dst []byte, m *core.Message, text []byte, offset int) (longer []byte, end int, err error) {
	if m.Payload.IsBinary() {
		return variant.AppendBytes(dst, text[offset:]), len(text), nil
	}
	return variant.AppendValue(dst, text, offset)
}

// CloseReason is what PhoenixChannel.on_close carries, always a Dictionary: {reason = "leave"} after leave(), "unexpected_close" when the
// server closed the channel and gave no reason.
func CloseReason(reason core.Payload) Encoded {
	text := bytes.TrimSpace(reason.JSON())
	switch {
	case len(text) > 0 && text[0] == '"':
		word, _ := jsontext.AppendUnquote(nil, text) // the error is of invalid UTF-8, which it replaces
		return Dictionary("reason", string(word))
	case len(text) > 2 && text[0] == '{':
		if payload, err := Incoming(reason); err == nil {
			return payload
		}
	}
	return Dictionary("reason", "unexpected_close")
}

// NoVariant says that a payload from the server cannot be a value of a game; what is the payload in question.
func NoVariant(what string, err error) string {
	return what + " cannot be converted to a Variant: " + Plain(err)
}
