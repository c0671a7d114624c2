package core

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// maxDepth limits how deep arrays and objects of an incoming message may nest: 512 levels of a payload, in a reply, in a message.
const maxDepth = 512 + 2

// serializer turns messages into frames and back, in one version of the protocol.
type serializer interface {
	// encode appends the frame of m to dst and gives the result. The payload's JSON is taken as it is.
	encode(dst []byte, m *Message) (frame, error)
	// decode fills m from f. What m then holds may share f's bytes.
	decode(f frame, m *Message) error
}

func newSerializer(version string) serializer {
	if version == versionV1 {
		return serializerV1{}
	}
	return serializerV2{}
}

// serializerV2 writes [join_ref, ref, topic, event, payload], and binary payloads as binary frames.
type serializerV2 struct{}

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

func (serializerV2) decode(f frame, m *Message) error {
	if f.binary {
		return decodeBinary(f.data, m)
	}
	if err := checkFrame(f.data); err != nil {
		return err
	}
	r := newFrameReader(f.data)
	r.begin('[')
	m.JoinRef = r.ref("join_ref")
	m.Ref = r.ref("ref")
	m.Topic = r.text("topic")
	m.Event = r.text("event")
	payload := r.value("payload")
	for r.err == nil && r.dec.PeekKind() != ']' {
		r.value("an element after the payload") // the server too ignores them
	}
	r.end()
	if r.err != nil {
		return malformed(r.err)
	}
	return setPayload(m, payload)
}

// serializerV1 writes objects. It knows no binary payloads, and the server sends no join_ref.
type serializerV1 struct{}

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

func (serializerV1) decode(f frame, m *Message) error {
	if f.binary {
		return malformed(fmt.Errorf("a binary frame, which protocol version 1.0.0 does not know"))
	}
	if err := checkFrame(f.data); err != nil {
		return err
	}
	var payload jsontext.Value
	var hasTopic, hasEvent bool
	r := newFrameReader(f.data)
	r.begin('{')
	for r.err == nil && r.dec.PeekKind() != '}' {
		switch r.text("a key") {
		case "topic":
			m.Topic, hasTopic = r.text("topic"), true
		case "event":
			m.Event, hasEvent = r.text("event"), true
		case "payload":
			payload = r.value("payload")
		case "ref":
			m.Ref = r.ref("ref")
		case "join_ref":
			m.JoinRef = r.ref("join_ref")
		default:
			r.value("an unknown key")
		}
	}
	r.end()
	switch {
	case r.err != nil:
		return malformed(r.err)
	case !hasTopic || !hasEvent:
		return malformed(fmt.Errorf("topic or event is missing"))
	}
	return setPayload(m, payload)
}

// setPayload puts a message's payload in its place; of a reply it takes status and response apart.
func setPayload(m *Message, payload jsontext.Value) error {
	if payload == nil {
		payload = jsontext.Value("null")
	}
	m.Payload = JSONPayload(payload)
	if m.Event != eventReply {
		return nil
	}
	var response jsontext.Value
	r := newFrameReader(payload)
	r.begin('{')
	for r.err == nil && r.dec.PeekKind() != '}' {
		switch r.text("a key of the reply") {
		case "status":
			m.Status = r.text("status")
		case "response":
			response = r.value("response")
		default:
			r.value("an unknown key of the reply")
		}
	}
	r.end()
	switch {
	case r.err != nil:
		return malformed(r.err)
	case m.Status == "":
		return malformed(errNoStatus)
	}
	if response == nil {
		response = jsontext.Value("{}")
	}
	m.Payload = JSONPayload(response)
	return nil
}

var errNoStatus = errors.New("a reply without a status")

func malformed(err error) error { return fmt.Errorf("%w: %w", ErrMalformedMessage, err) }

// checkFrame refuses what is not UTF-8, and JSON that nests deeper than maxDepth, before anything recursive sees it.
func checkFrame(data []byte) error {
	if !utf8.Valid(data) {
		return malformed(errors.New("not UTF-8"))
	}
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return malformed(fmt.Errorf("nests deeper than %d", maxDepth))
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return nil
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

// reader reads the parts of a message in their order. It keeps the first error and then does nothing more.
type reader struct {
	dec *jsontext.Decoder
	err error
}

func newReader(data []byte) *reader {
	return &reader{dec: jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))}
}

// newFrameReader reads what is known to be UTF-8. Escapes of half a surrogate pair, which JSON allows, stay as they are in a payload.
func newFrameReader(data []byte) *reader {
	return &reader{dec: jsontext.NewDecoder(bytes.NewBuffer(data), looseJSON...)}
}

// looseJSON reads what other programs write as well.
var looseJSON = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// begin enters an array or an object.
func (r *reader) begin(kind jsontext.Kind) {
	if token, err := r.dec.ReadToken(); err == io.EOF {
		r.err = errors.New("it is empty")
	} else if err != nil {
		r.err = err
	} else if token.Kind() != kind {
		r.err = fmt.Errorf("%v where %v should be", token.Kind(), kind)
	}
}

// end leaves it, and wants nothing to follow.
func (r *reader) end() {
	if r.err != nil {
		return
	}
	if _, r.err = r.dec.ReadToken(); r.err != nil {
		return
	}
	if _, err := r.dec.ReadToken(); err != io.EOF {
		r.err = errors.New("more text after the message")
	}
}

// value reads any one value. The result shares the message's bytes.
func (r *reader) value(what string) jsontext.Value {
	if r.err != nil {
		return nil
	}
	value, err := r.dec.ReadValue()
	if err != nil {
		r.err = fmt.Errorf("%s: %w", what, err)
	}
	return value
}

// text reads a string. null, which a server sends back for a topic that was null, is the empty string.
func (r *reader) text(what string) string {
	value := r.value(what)
	switch {
	case r.err != nil || value.Kind() == 'n':
		return ""
	case value.Kind() != '"':
		r.err = fmt.Errorf("%s is %v, must be a string", what, value.Kind())
		return ""
	}
	if inner := value[1 : len(value)-1]; bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	unquoted, err := jsontext.AppendUnquote(nil, value)
	if err != nil {
		r.err = fmt.Errorf("%s: %w", what, err)
	}
	return string(unquoted)
}

// ref reads a ref: a string, a number taken as its text, or null.
func (r *reader) ref(what string) string {
	if r.err == nil && r.dec.PeekKind() == '0' {
		return string(r.value(what))
	}
	return r.text(what)
}

// number reads an integer; null is 0.
func (r *reader) number(what string) int {
	value := r.value(what)
	if r.err != nil || value.Kind() == 'n' {
		return 0
	}
	n, err := strconv.Atoi(string(value))
	if err != nil {
		r.err = fmt.Errorf("%s is %v, must be an integer", what, value.Kind())
	}
	return n
}

// texts reads an array of strings; null is none.
func (r *reader) texts(what string) (list []string) {
	switch {
	case r.err != nil:
		return nil
	case r.dec.PeekKind() == 'n':
		r.value(what)
		return nil
	}
	r.begin('[')
	for r.err == nil && r.dec.PeekKind() != ']' {
		list = append(list, r.text(what))
	}
	if r.err == nil {
		_, r.err = r.dec.ReadToken()
	}
	return list
}
