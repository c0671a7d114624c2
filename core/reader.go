package core

import (
	"encoding/json/jsontext"
	"fmt"

	"phoenixchannels/internal/jsonscan"
)

// reader parses the text of a message in one pass. It returns slices of the text, so that a message
// costs no allocation, and its errors name the part of the message.
type reader struct {
	jsonscan.Scanner
	prepare prepare // decodes the payload; nil for none
}

// begin enters an array or an object.
func (r *reader) begin(open jsontext.Kind) {
	if r.Kind() != byte(open) {
		r.refuse(open)
		return
	}
	r.Begin(byte(open))
}

// next advances to an element that an array must have.
func (r *reader) next(part string) *reader {
	if r.Part = part; !r.More(']') {
		r.Fail(fmt.Errorf("%s is missing", part))
	}
	return r
}

// key reads the name of a member.
func (r *reader) key() []byte { return r.unquote(r.Key()) }

// string reads a string and returns its text. null, which a server sends back for a topic that was
// null, is the empty string.
func (r *reader) string() []byte {
	switch r.Kind() {
	case '"':
		return r.unquote(r.String())
	case 'n':
		r.Skip()
	default:
		r.refuse('"')
	}
	return nil
}

// ref reads a ref: a string, a number (returned as its text), or null.
func (r *reader) ref() []byte {
	if c := r.Kind(); c == '-' || c-'0' <= 9 {
		return r.Skip()
	}
	return r.string()
}

// value reads any value as the payload of m. With a Prepare hook, only the hook parses it.
func (r *reader) value(m *Message) {
	if r.prepare == nil {
		m.Payload = JSONPayload(r.Skip())
		return
	}
	r.Kind()
	if r.Err() != nil {
		return
	}
	m.release() // of two responses in a reply the last one wins
	m.Prepared = nil
	from := r.Pos
	end, err := r.prepare(m, r.Text, from)
	if err != nil {
		r.Fail(fmt.Errorf("%s: %w", r.Part, err))
		return
	}
	r.Pos, m.Payload = end, JSONPayload(r.Text[from:end])
}

// refuse fails because a value is not of the required kind.
func (r *reader) refuse(kind jsontext.Kind) {
	found := jsontext.Value(r.Text[r.Pos:]).Kind()
	if r.Skip(); r.Err() == nil {
		r.Fail(wrongKind(r.Part, found, kind))
	}
}

// wrongKind returns the error for a JSON value of another kind than required. part is the value's
// role.
func wrongKind(part string, found, required jsontext.Kind) error {
	return fmt.Errorf("%s is %s; it must be %s", part, kindName(found), kindName(required))
}

// kindName returns a kind of JSON value as worded in errors.
func kindName(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case '0':
		return "a number"
	}
	return kind.String() // true, false or null
}

func (r *reader) unquote(quoted []byte, plain bool) []byte {
	if !plain {
		return r.unescape(quoted)
	}
	return quoted[1 : len(quoted)-1]
}

func (r *reader) unescape(quoted []byte) []byte {
	text, err := jsontext.AppendUnquote(nil, quoted)
	if err != nil { // an unpaired surrogate
		r.Fail(fmt.Errorf("%s: %w", r.Part, err))
	}
	return text
}
