package core

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// This file is a model of the reader: slow, in several passes, with the standard library's decoder.
// The reader must accept and reject the same texts, with the same results. Only the error texts
// differ.

var errTooDeep = errors.New("it nests too deep")

func modelDecode(version string, data []byte, m *Message) error {
	if version == versionV1 {
		return modelDecodeV1(data, m)
	}
	return modelDecodeV2(data, m)
}

func modelDecodeV2(data []byte, m *Message) error {
	if err := modelCheckFrame(data); err != nil {
		return err
	}
	r := newModelFrameReader(data)
	r.begin('[')
	m.JoinRef = r.ref("join_ref")
	m.Ref = r.ref("ref")
	m.Topic = r.text("topic")
	m.Event = r.text("event")
	levels := maxDepth
	if m.Event == eventReply {
		levels++
	}
	payload := r.flat("payload", levels)
	for r.err == nil && r.dec.PeekKind() != ']' {
		r.flat("an element after the payload", maxDepth) // ignored, as by the server
	}
	r.end()
	if r.err != nil {
		return malformed(r.err)
	}
	return modelSetPayload(m, payload)
}

func modelDecodeV1(data []byte, m *Message) error {
	if err := modelCheckFrame(data); err != nil {
		return err
	}
	var payload jsontext.Value
	var hasTopic, hasEvent bool
	r := newModelFrameReader(data)
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
	case m.Event == eventReply:
		r.shallow(payload, maxDepth+1)
	default:
		r.shallow(payload, maxDepth)
	}
	if r.err != nil {
		return malformed(r.err)
	}
	return modelSetPayload(m, payload)
}

// modelSetPayload sets a message's payload; it splits the payload of a reply into status and
// response.
func modelSetPayload(m *Message, payload jsontext.Value) error {
	if payload == nil {
		payload = jsontext.Value("null")
	}
	m.Payload = JSONPayload(payload)
	if m.Event != eventReply {
		return nil
	}
	var response jsontext.Value
	r := newModelFrameReader(payload)
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

// modelCheckFrame returns an error for invalid UTF-8, and for JSON nested deeper than any message
// may be, before a recursive function reads it.
func modelCheckFrame(data []byte) error {
	switch {
	case !utf8.Valid(data):
		return malformed(errors.New("not UTF-8"))
	case modelDepth(data) > maxDepth+2:
		return malformed(errTooDeep)
	}
	return nil
}

// modelDepth returns the nesting depth of arrays and objects in text.
func modelDepth(text []byte) int {
	deepest, depth, inString := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '[' || c == '{':
			depth++
			deepest = max(deepest, depth)
		case c == ']' || c == '}':
			depth--
		}
	}
	return deepest
}

// modelReader reads the parts of a message in order. It keeps the first error and then does nothing
// more.
type modelReader struct {
	dec *jsontext.Decoder
	err error
}

func newModelReader(data []byte) *modelReader {
	return &modelReader{dec: jsontext.NewDecoder(bytes.NewBuffer(data), jsontext.AllowDuplicateNames(true))}
}

// newModelFrameReader reads text that is known to be UTF-8. Escapes of unpaired surrogates, which
// JSON allows, stay unchanged in a payload.
func newModelFrameReader(data []byte) *modelReader {
	return &modelReader{dec: jsontext.NewDecoder(bytes.NewBuffer(data), looseJSON...)}
}

// begin enters an array or an object.
func (r *modelReader) begin(kind jsontext.Kind) {
	if token, err := r.dec.ReadToken(); err == io.EOF {
		r.err = errors.New("it is empty")
	} else if err != nil {
		r.err = err
	} else if token.Kind() != kind {
		r.err = fmt.Errorf("%v where %v should be", token.Kind(), kind)
	}
}

// end leaves it and fails if anything follows.
func (r *modelReader) end() {
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
func (r *modelReader) value(what string) jsontext.Value {
	if r.err != nil {
		return nil
	}
	value, err := r.dec.ReadValue()
	if err != nil {
		r.err = fmt.Errorf("%s: %w", what, err)
	}
	return value
}

// flat reads any one value that is nested to at most the given number of levels.
func (r *modelReader) flat(what string, levels int) jsontext.Value {
	value := r.value(what)
	r.shallow(value, levels)
	return value
}

// shallow fails for a value that is nested deeper.
func (r *modelReader) shallow(value jsontext.Value, levels int) {
	if r.err == nil && modelDepth(value) > levels {
		r.err = errTooDeep
	}
}

// text reads a string. null, which a server sends back for a topic that was null, is the empty
// string.
func (r *modelReader) text(what string) string {
	value := r.value(what)
	switch {
	case r.err != nil || value.Kind() == 'n':
		return ""
	case value.Kind() != '"':
		r.err = fmt.Errorf("%s is %v; it must be a string", what, value.Kind())
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

// ref reads a ref: a string, a number (returned as its text), or null.
func (r *modelReader) ref(what string) string {
	if r.err == nil && r.dec.PeekKind() == '0' {
		return string(r.value(what))
	}
	return r.text(what)
}

// modelPresences reads {"key": {"metas": [{"phx_ref": …}, …], …}, …}.
func modelPresences(raw jsontext.Value) (*presences, error) {
	state := newPresences()
	err := eachMember(raw, func(key string, value jsontext.Value) error {
		entry, err := modelEntry(value)
		if err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
		if len(entry.Metas) > 0 { // a key without metas is not present
			state.set(key, entry)
		}
		return nil
	})
	return state, err
}

func modelEntry(raw jsontext.Value) (*PresenceEntry, error) {
	entry, hasMetas := &PresenceEntry{}, false
	err := eachMember(raw, func(name string, value jsontext.Value) error {
		if name != "metas" {
			entry.fields = slices.DeleteFunc(entry.fields, func(f field) bool { return f.name == name })
			entry.fields = append(entry.fields, field{name, value})
			return nil
		}
		hasMetas, entry.Metas = true, nil // of duplicate members the last one wins
		return modelMetas(value, entry)
	})
	if err == nil && !hasMetas {
		err = errors.New("no metas")
	}
	return entry, err
}

func modelMetas(raw jsontext.Value, entry *PresenceEntry) error {
	r := newModelReader(raw)
	r.begin('[')
	for r.err == nil && r.dec.PeekKind() != ']' {
		meta := PresenceMeta{JSON: r.value("a meta")}
		if r.err == nil {
			r.err = eachMember(meta.JSON, func(name string, value jsontext.Value) error {
				if name == "phx_ref" && value.Kind() == '"' {
					ref, err := jsontext.AppendUnquote(nil, value)
					meta.Ref = string(ref)
					return err
				}
				return nil
			})
		}
		entry.Metas = append(entry.Metas, meta)
	}
	r.end()
	return r.err
}

// modelDiff reads {"joins": state, "leaves": state}; either may be missing.
func modelDiff(raw jsontext.Value) (joins, leaves *presences, err error) {
	joins, leaves = newPresences(), newPresences()
	err = eachMember(raw, func(name string, value jsontext.Value) (err error) {
		switch name {
		case "joins":
			joins, err = modelPresences(value)
		case "leaves":
			leaves, err = modelPresences(value)
		}
		return err
	})
	return joins, leaves, err
}

// eachMember calls fn with the members of a JSON object in order. The values share raw's bytes.
func eachMember(raw jsontext.Value, fn func(name string, value jsontext.Value) error) error {
	r := newModelReader(raw)
	r.begin('{')
	for r.err == nil && r.dec.PeekKind() != '}' {
		name := r.text("a key")
		value := r.value("the value of " + name)
		if r.err == nil {
			r.err = fn(name, value)
		}
	}
	r.end()
	return r.err
}
