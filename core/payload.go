package core

import (
	"bytes"
	"context"
	"encoding/json/jsontext"
	"fmt"

	"phoenixchannels/internal/jsonscan"
)

// Payload is the content of a message: the text of one JSON value, or raw bytes that are sent in a
// binary frame. It is kept as received; nothing is decoded before a call of [Payload.Decode]. The
// zero Payload is the empty JSON object.
//
// The bytes of a received Payload belong to the message: read them, but do not change them. The
// bytes of a Payload to send are kept without a copy: do not change them afterwards.
type Payload struct {
	data   []byte
	format *Format // nil: JSON text
}

// Format is a representation of payloads other than JSON, such as the program's own. The
// connection's writer goroutine converts them to JSON, so that the program's goroutines need not.
type Format struct {
	// AppendJSON appends the JSON text of a payload to dst. It may run on any goroutine. An error
	// fails the push, so a program should reject values that it cannot send before it pushes them.
	AppendJSON func(dst, data []byte) ([]byte, error)
}

// Payload returns a payload in this format. [Payload.JSON] and similar methods convert it on each
// call.
func (f *Format) Payload(data []byte) Payload { return Payload{data: data, format: f} }

// rawBytes is the format of binary payloads, which never become JSON.
var rawBytes = new(Format)

// JSONPayload returns a payload of JSON text. The text is not checked: a server closes the
// connection (code 1011) if it is not exactly one valid JSON value. To have a text checked, pass a
// [jsontext.Value] to Push.
func JSONPayload(raw jsontext.Value) Payload { return Payload{data: raw} }

// BinaryPayload returns a payload of raw bytes. Only protocol version 2.0.0 can carry it.
func BinaryPayload(data []byte) Payload { return Payload{data: data, format: rawBytes} }

// IsBinary reports whether the payload is raw bytes rather than JSON.
func (p Payload) IsBinary() bool { return p.format == rawBytes }

// encoded returns a payload in a [Format] as JSON, and any other unchanged.
func (p Payload) encoded() Payload {
	if p.format == nil || p.IsBinary() {
		return p
	}
	return JSONPayload(p.JSON())
}

// JSON returns the payload's JSON text, nil if the payload is binary.
func (p Payload) JSON() jsontext.Value {
	switch {
	case p.IsBinary():
		return nil
	case p.format != nil:
		text, _ := p.format.AppendJSON(nil, p.data) // the writer reports the error
		return text
	case p.data == nil:
		return jsontext.Value("{}")
	}
	return p.data
}

// appendJSON appends the JSON text of a payload that is not binary.
func (p Payload) appendJSON(dst []byte) ([]byte, error) {
	if p.format != nil {
		return p.format.AppendJSON(dst, p.data)
	}
	return append(dst, p.JSON()...), nil
}

// Binary returns the payload's bytes, nil if the payload is JSON.
func (p Payload) Binary() []byte {
	if !p.IsBinary() {
		return nil
	}
	return p.data
}

// Len returns the payload's size in bytes, in the form in which it was passed in.
func (p Payload) Len() int { return len(p.data) }

// looseJSON also accepts the malformed JSON that other programs write.
var looseJSON = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// String returns the JSON text, or the size of a binary payload.
func (p Payload) String() string {
	if p.IsBinary() {
		return fmt.Sprintf("binary payload of %d bytes", len(p.data))
	}
	return string(p.JSON())
}

// newPayload converts an argument of Push to a payload: nil becomes {}, a Payload is used as it is,
// a jsontext.Value is checked JSON text, []byte is binary, and any other value is marshaled.
func newPayload(v any) (Payload, error) {
	switch v := v.(type) {
	case nil:
		return Payload{}, nil
	case Payload:
		return v, v.checkDepth()
	case []byte:
		return BinaryPayload(v), nil
	case jsontext.Value:
		s := jsonscan.Scanner{Text: v, MaxDepth: maxDepth, Strict: true}
		s.Skip()
		s.End()
		if err := s.Err(); err != nil {
			return Payload{}, fmt.Errorf("%w: %w", ErrInvalidPayload, err)
		}
		return JSONPayload(v), nil
	}
	data, err := marshal(v)
	if err != nil {
		return Payload{}, fmt.Errorf("%w: %w", ErrInvalidPayload, err)
	}
	p := JSONPayload(data)
	return p, p.checkDepth()
}

// checkDepth returns an error for JSON text that is nested too deeply. It ignores other faults.
func (p Payload) checkDepth() error {
	if p.format != nil || len(p.data) <= 2*maxDepth { // each level takes two bytes
		return nil
	}
	s := jsonscan.Scanner{Text: p.data, MaxDepth: maxDepth}
	if s.Skip(); s.Depth > maxDepth {
		return fmt.Errorf("%w: it is nested deeper than %d levels", ErrInvalidPayload, maxDepth)
	}
	return nil
}

// params holds the parameters of a connect or a join: a fixed payload, or a function that is called
// for each attempt.
type params struct {
	fixed Payload
	fn    func(context.Context) (any, error)
}

// newParams converts the public API's params: nil, a value that marshals to a JSON object, or a
// func(context.Context) (any, error).
func newParams(v any) (params, error) {
	if fn, ok := v.(func(context.Context) (any, error)); ok && fn != nil {
		return params{fn: fn}, nil
	}
	fixed, err := objectPayload(v)
	return params{fixed: fixed}, err
}

// newConnectParams is newParams for a connect, which carries its params in the query.
func newConnectParams(v any) (params, error) {
	given, err := newParams(v)
	if err == nil && !given.isAsked() {
		_, err = connectQuery("", given.fixed.JSON(), "")
	}
	return given, err
}

// equal reports whether both are the same fixed values. Functions are never equal, as their results
// may differ.
func (p params) equal(other params) bool {
	return p.fn == nil && other.fn == nil && bytes.Equal(p.fixed.data, other.fixed.data)
}

// isAsked reports whether a function returns the parameters.
func (p params) isAsked() bool { return p.fn != nil }

// evaluate returns the current parameters. It calls the caller's function, so no lock may be held.
func (p params) evaluate(ctx context.Context) (Payload, error) {
	if p.fn == nil {
		return p.fixed, nil
	}
	v, err := p.fn(ctx)
	if err != nil {
		return Payload{}, err
	}
	return objectPayload(v)
}

// authToken is the auth token of a connect, fixed or from a function like params. Without a token
// it has "" and no function.
type authToken struct {
	fixed string
	fn    func(context.Context) (string, error)
}

func (t authToken) isAsked() bool { return t.fn != nil }
func (t authToken) isGiven() bool { return t.fn != nil || t.fixed != "" }

func (t authToken) evaluate(ctx context.Context) (string, error) {
	if t.fn == nil {
		return t.fixed, nil
	}
	return t.fn(ctx)
}

// objectPayload is newPayload for values that must be a JSON object.
func objectPayload(v any) (Payload, error) {
	if b, ok := v.([]byte); ok {
		v = jsontext.Value(b)
	}
	p, err := newPayload(v)
	if err != nil {
		return p, err
	}
	if p.JSON().Kind() != '{' {
		return Payload{}, fmt.Errorf("%w: params must be a JSON object", ErrInvalidPayload)
	}
	return p, nil
}
