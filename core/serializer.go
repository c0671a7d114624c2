package core

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"
)

// maxDepth limits how deep arrays and objects of a payload may nest, in both directions. A message nests it in one more, a reply in two.
const maxDepth = 512

// serializer turns messages into frames and back, in one version of the protocol.
type serializer interface {
	// encode appends the frame of m to dst and gives the result. The payload's JSON is taken as it is.
	encode(dst []byte, m *Message) (frame, error)
	// decode fills m from f. What m then holds may share f's bytes.
	decode(f frame, m *Message) error
}

// newSerializer makes the serializer of one connection. One goroutine may decode with it, and any encode.
func newSerializer(version string) serializer {
	if version == versionV1 {
		return serializerV1{new(names)}
	}
	return serializerV2{new(names)}
}

// serializerV2 writes [join_ref, ref, topic, event, payload], and binary payloads as binary frames.
type serializerV2 struct{ names *names }

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
	dst = append(dst, m.Payload.JSON()...)
	return frame{data: append(dst, ']')}, nil
}

func (v serializerV2) decode(f frame, m *Message) error {
	if f.binary {
		return decodeBinary(f.data, m)
	}
	s := scanner{text: f.data, maxDepth: maxDepth + 1}
	s.begin('[')
	s.next("join_ref")
	m.JoinRef = v.names.of(s.ref("join_ref"))
	s.next("ref")
	m.Ref = string(s.ref("ref"))
	s.next("topic")
	m.Topic = v.names.of(s.string("topic"))
	s.next("event")
	m.Event = v.names.of(s.string("event"))
	s.next("payload")
	if m.Event == eventReply {
		s.maxDepth++
		s.reply(m, v.names)
		s.maxDepth--
	} else {
		m.Payload = JSONPayload(s.value("payload"))
	}
	for s.more(']') {
		s.value("an element after the payload") // the server too ignores them
	}
	s.end()
	return malformed(s.err)
}

// serializerV1 writes objects. It knows no binary payloads, and the server sends no join_ref.
type serializerV1 struct{ names *names }

func (serializerV1) encode(dst []byte, m *Message) (frame, error) {
	if m.Payload.IsBinary() {
		return frame{}, fmt.Errorf("%w: protocol version 1.0.0 carries no binary payload", ErrInvalidPayload)
	}
	dst = append(dst, `{"topic":`...)
	dst = appendString(dst, m.Topic)
	dst = append(dst, `,"event":`...)
	dst = appendString(dst, m.Event)
	dst = append(dst, `,"payload":`...)
	dst = append(dst, m.Payload.JSON()...)
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
	payload := jsontext.Value("null")
	var hasTopic, hasEvent bool
	s := scanner{text: f.data, maxDepth: maxDepth + 2} // what event it is may come after the payload
	s.begin('{')
	for s.more('}') {
		switch string(s.key("a key")) {
		case "topic":
			m.Topic, hasTopic = v.names.of(s.string("topic")), true
		case "event":
			m.Event, hasEvent = v.names.of(s.string("event")), true
		case "payload":
			payload = s.value("payload")
		case "ref":
			m.Ref = string(s.ref("ref"))
		case "join_ref":
			m.JoinRef = v.names.of(s.ref("join_ref"))
		default:
			s.value("an unknown key")
		}
	}
	s.end()
	switch {
	case s.err != nil:
		return malformed(s.err)
	case !hasTopic || !hasEvent:
		return malformed(errors.New("topic or event is missing"))
	case m.Event != eventReply:
		m.Payload = JSONPayload(payload)
		return malformed(checkDepth(payload))
	}
	s = scanner{text: payload, maxDepth: maxDepth + 1}
	s.reply(m, v.names)
	return malformed(s.err)
}

// reply reads the payload of a reply, and takes status and response apart.
func (s *scanner) reply(m *Message, names *names) {
	var response jsontext.Value
	s.begin('{')
	for s.more('}') {
		switch string(s.key("a key of the reply")) {
		case "status":
			m.Status = names.of(s.string("status"))
		case "response":
			response = s.value("response")
		default:
			s.value("an unknown key of the reply")
		}
	}
	if s.err == nil && m.Status == "" {
		s.err = errNoStatus
	}
	if response == nil {
		response = jsontext.Value("{}")
	}
	m.Payload = JSONPayload(response)
}

var errNoStatus = errors.New("a reply without a status")

// malformed is err as the error of a message that came in; nil stays nil.
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

// appendString appends a JSON string. s is valid UTF-8: checked where it came in.
func appendString(dst []byte, s string) []byte {
	dst, _ = jsontext.AppendQuote(dst, s)
	return dst
}
