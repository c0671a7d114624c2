package core

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"

	"phoenixchannels/internal/jsonscan"
)

// maxDepth limits the nesting of arrays and objects in a payload, in both directions. A message
// adds one level to that, a reply two.
const maxDepth = 512

// serializer converts messages to frames and back, for one version of the protocol.
type serializer interface {
	// encode appends the frame of m to dst and returns the result. The payload's JSON is not
	// checked.
	encode(dst []byte, m *Message) (frame, error)
	// decode fills m from f. m may share f's bytes afterwards.
	decode(f frame, m *Message) error
}

// prepare is [Config.Prepare].
type prepare = func(m *Message, text []byte, at int) (end int, err error)

// newSerializer makes the serializer of one connection. Only one goroutine may decode with it; any
// goroutine may encode.
func newSerializer(version string, prepare prepare) serializer {
	if version == versionV1 {
		return serializerV1{new(names), prepare}
	}
	return serializerV2{new(names), prepare}
}

// serializerV2 writes [join_ref, ref, topic, event, payload], and binary payloads as binary frames.
type serializerV2 struct {
	names   *names
	prepare prepare
}

func (serializerV2) encode(dst []byte, m *Message) (frame, error) {
	if m.Payload.IsBinary() {
		data, err := appendBinaryPush(dst, m)
		return frame{data: data, binary: true}, err
	}
	dst = slices.Grow(dst, len(m.Topic)+len(m.Event)+m.Payload.Len()+48)
	dst = append(dst, '[')
	dst = append(appendRef(dst, m.JoinRef), ',')
	dst = append(appendRef(dst, m.Ref), ',')
	dst = append(appendString(dst, m.Topic), ',')
	dst = append(appendString(dst, m.Event), ',')
	dst, err := m.Payload.appendJSON(dst)
	return frame{data: append(dst, ']')}, err
}

func (v serializerV2) decode(f frame, m *Message) error {
	if f.binary && len(f.data) > 0 && f.data[0] == binaryUserBroadcast {
		return v.decodeUserBroadcast(f.data, m)
	}
	if f.binary {
		return decodeBinary(f.data, m, v.prepare)
	}
	r := reader{jsonscan.Scanner{Text: f.data, Depth: -1, MaxDepth: maxDepth, Part: "the message"}, v.prepare}
	r.begin('[')
	m.JoinRef = v.names.intern(r.next("join_ref").ref())
	m.Ref = string(r.next("ref").ref())
	m.Topic = v.names.intern(r.next("topic").string())
	m.Event = v.names.intern(r.next("event").string())
	r.next("payload").payload(m, v.names)
	for r.More(']') {
		r.Part = "an element after the payload" // ignored, as by the server
		r.Skip()
	}
	return malformed(r.end())
}

// serializerV1 writes objects. It does not support binary payloads, and the server sends no
// join_ref.
type serializerV1 struct {
	names   *names
	prepare prepare
}

func (serializerV1) encode(dst []byte, m *Message) (frame, error) {
	if m.Payload.IsBinary() {
		return frame{}, fmt.Errorf("%w: protocol version 1.0.0 carries no binary payload", ErrInvalidPayload)
	}
	dst = append(dst, `{"topic":`...)
	dst = appendString(dst, m.Topic)
	dst = append(dst, `,"event":`...)
	dst = appendString(dst, m.Event)
	dst = append(dst, `,"payload":`...)
	dst, err := m.Payload.appendJSON(dst)
	if err != nil {
		return frame{}, err
	}
	dst = append(dst, `,"ref":`...)
	dst = appendRef(dst, m.Ref)
	dst = append(dst, `,"join_ref":`...)
	dst = appendRef(dst, m.JoinRef)
	return frame{data: append(dst, '}')}, nil
}

func (v serializerV1) decode(f frame, m *Message) error {
	if f.binary {
		return malformed(fmt.Errorf("a binary frame, which protocol version 1.0.0 does not know"))
	}
	text, at := []byte("null"), 0
	var hasTopic, hasEvent bool
	r := reader{jsonscan.Scanner{Text: f.data, Depth: -2, MaxDepth: maxDepth, Part: "the message"}, v.prepare}
	r.begin('{')
	for r.More('}') {
		switch string(r.key()) {
		case "topic":
			r.Part = "topic"
			m.Topic, hasTopic = v.names.intern(r.string()), true
		case "event":
			r.Part = "event"
			m.Event, hasEvent = v.names.intern(r.string()), true
		case "payload":
			r.Part = "payload"
			text, at = f.data, r.Pos
			r.Skip()
		case "ref":
			r.Part = "ref"
			m.Ref = string(r.ref())
		case "join_ref":
			r.Part = "join_ref"
			m.JoinRef = v.names.intern(r.ref())
		default:
			r.Part = "an unknown key"
			r.Skip()
		}
	}
	if err := r.end(); err != nil {
		return malformed(err)
	}
	if !hasTopic || !hasEvent {
		return malformed(errors.New("topic or event is missing"))
	}
	// The payload is parsed last, as the event may follow it.
	r.Scanner = jsonscan.Scanner{Text: text, Pos: at, MaxDepth: maxDepth, Part: "payload"}
	r.payload(m, v.names)
	return malformed(r.Err())
}

// payload reads a payload. It splits the payload of a reply into status and response.
func (r *reader) payload(m *Message, names *names) {
	if m.Event != eventReply {
		r.value(m)
		return
	}
	hasResponse := false
	r.Depth--
	r.begin('{')
	for r.More('}') {
		switch string(r.key()) {
		case "status":
			r.Part = "status"
			m.Status = names.intern(r.string())
		case "response":
			r.Part, hasResponse = "response", true
			r.value(m)
		default:
			r.Part = "an unknown key of the reply"
			r.Skip()
		}
	}
	r.Depth++
	if m.Status == "" {
		r.Fail(errNoStatus)
	}
	if r.Err() == nil && !hasResponse {
		none := reader{jsonscan.Scanner{Text: []byte("{}"), MaxDepth: maxDepth, Part: "response"}, r.prepare}
		if none.value(m); none.Err() != nil {
			r.Fail(none.Err())
		}
	}
}

// end returns an error if more text follows the message.
func (r *reader) end() error {
	r.Part = "more text after the message"
	r.End()
	return r.Err()
}

var errNoStatus = errors.New("a reply without a status")

// malformed wraps err as the error of a malformed message; nil stays nil.
func malformed(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrMalformedMessage, err)
}

// appendRef appends a ref: a JSON string, or null for the empty one.
func appendRef(dst []byte, ref string) []byte {
	if ref == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, ref)
}

// appendString appends a JSON string. s is valid UTF-8: it is checked on input.
func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}
