package devserver

import (
	"fmt"

	"phoenixchannels/server/devserver/term"
)

// serializerV2 speaks vsn 2.0.0: arrays [join_ref, ref, topic, event, payload], and binary frames.
type serializerV2 struct{}

// The first byte of a binary frame.
const (
	kindPush      = 0
	kindReply     = 1
	kindBroadcast = 2
)

func (serializerV2) name() string { return "Phoenix.Socket.V2.JSONSerializer" }

func (serializerV2) carriesBinary() bool { return true }

func (serializerV2) decode(f frame) (message, error) {
	if f.binary {
		return decodeBinary(f.data)
	}
	doc, err := term.Decode(f.data)
	if err != nil {
		return message{}, err
	}
	if doc.Keys != nil || len(doc.Elements) < 5 { // more than five are accepted, the rest ignored
		return message{}, fmt.Errorf("%w: not an array of five elements", errMalformed)
	}
	e := doc.Elements
	return message{joinRef: e[0], ref: e[1], topic: e[2], event: e[3], payload: jsonPayload(e[4])}, nil
}

// decodeBinary reads 0, the sizes of join_ref, ref, topic and event, these four, and the data.
func decodeBinary(data []byte) (message, error) {
	const sizes = 4
	if len(data) < 1+sizes || data[0] != kindPush {
		return message{}, fmt.Errorf("%w: not a binary push", errMalformed)
	}
	var fields [sizes]term.Term
	rest := data[1+sizes:]
	for i, size := range data[1 : 1+sizes] {
		if int(size) > len(rest) {
			return message{}, fmt.Errorf("%w: binary push shorter than its sizes say", errMalformed)
		}
		text, err := term.String(string(rest[:size]))
		if err != nil && i < sizes-1 { // an event like that reaches the channel, and crashes it
			return message{}, err
		}
		fields[i], rest = text, rest[size:]
	}
	return message{
		joinRef: fields[0], ref: fields[1], topic: fields[2], event: fields[3],
		payload: binaryPayload(rest),
	}, nil
}

func (serializerV2) encodeReply(r reply) (frame, error) {
	if r.payload.binary {
		return encodeBinary(kindReply, r.payload.data, text(r.joinRef), text(r.ref), text(r.topic), r.status)
	}
	return encodeV2(r.joinRef, r.ref, r.topic, "phx_reply", replyPayload(r)), nil
}

func (serializerV2) encodePush(p push) (frame, error) {
	if p.payload.binary {
		return encodeBinary(kindPush, p.payload.data, text(p.joinRef), text(p.topic), p.event)
	}
	return encodeV2(p.joinRef, p.ref, p.topic, p.event, p.payload.json), nil
}

func (serializerV2) encodeBroadcast(topic term.Term, event string, p payload) (frame, error) {
	if p.binary {
		return encodeBinary(kindBroadcast, p.data, text(topic), event)
	}
	return encodeV2(term.Null, term.Null, topic, event, p.json), nil
}

func encodeV2(joinRef, ref, topic term.Term, event string, payload term.Term) frame {
	return frame{data: []byte(term.List(joinRef, ref, topic, term.MustString(event), payload))}
}

// encodeBinary writes the kind, the size of each field in a byte, the fields, and the data.
func encodeBinary(kind byte, data []byte, fields ...string) (frame, error) {
	out := []byte{kind}
	for _, field := range fields {
		if len(field) > 255 {
			return frame{}, fmt.Errorf("%q is longer than the 255 bytes a binary frame has room for", field)
		}
		out = append(out, byte(len(field)))
	}
	for _, field := range fields {
		out = append(out, field...)
	}
	return frame{binary: true, data: append(out, data...)}, nil
}

// text is Elixir's to_string of a term in a binary frame: nil is empty, a number its digits.
func text(t term.Term) string {
	if s, isString := t.Text(); isString {
		return s
	}
	if t == term.Null {
		return ""
	}
	return string(t)
}
