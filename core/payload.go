package core

import (
	"bytes"
	"context"
	"encoding/json/jsontext"
	"fmt"

	"phoenixchannels/internal/jsonscan"
)

// Payload is what a message carries: the text of one JSON value, or raw bytes that travel in a binary frame. It is kept as it
// came; nothing is decoded until [Payload.Decode] asks. The zero Payload is the empty JSON object.
//
// The bytes of a received Payload belong to the message: read them, do not change them. Those of one to send are kept without a copy: do
// not change them afterwards.
type Payload struct {
	data   []byte
	format *Format // nil: JSON text
}

// Format is a form of payloads other than JSON in which a program has them at hand. The goroutine that writes the connection makes JSON of
// them, so that the program's own goroutines need not.
type Format struct {
	// AppendJSON appends the JSON text of a payload to dst. It runs on any goroutine. An error fails the push, so a program should refuse
	// what it cannot send before it pushes.
	AppendJSON func(dst, data []byte) ([]byte, error)
}

// Payload is a payload in this form. [Payload.JSON] and the like make JSON of it each time.
func (f *Format) Payload(data []byte) Payload { return Payload{data: data, format: f} }

// rawBytes is the format of binary payloads, which never become JSON.
var rawBytes = new(Format)

// JSONPayload is a payload of JSON text. The text is not checked: a server closes the connection (code 1011) when it is not one
// valid JSON value. Pass a [jsontext.Value] to Push for text that needs checking.
func JSONPayload(raw jsontext.Value) Payload { return Payload{data: raw} }

// BinaryPayload is a payload of raw bytes. Only protocol version 2.0.0 can carry it.
func BinaryPayload(data []byte) Payload { return Payload{data: data, format: rawBytes} }

// IsBinary tells whether the payload is raw bytes rather than JSON.
func (p Payload) IsBinary() bool { return p.format == rawBytes }

// encoded returns a payload in a [Format] as JSON, and all others unchanged.
func (p Payload) encoded() Payload {
	if p.format == nil || p.IsBinary() {
		return p
	}
	return JSONPayload(p.JSON())
}

// JSON is the payload's JSON text, nil when it is binary.
func (p Payload) JSON() jsontext.Value {
	switch {
	case p.IsBinary():
		return nil
	case p.format != nil:
		text, _ := p.format.AppendJSON(nil, p.data) // whoever writes it reports the error
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

// Binary is the payload's bytes, nil when it is JSON.
func (p Payload) Binary() []byte {
	if !p.IsBinary() {
		return nil
	}
	return p.data
}

// Len is the payload's size in bytes, in the form in which it was given.
func (p Payload) Len() int { return len(p.data) }

// looseJSON reads what other programs write as well.
var looseJSON = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// String is the JSON text, or the size of the binary payload.
func (p Payload) String() string {
	if p.IsBinary() {
		return fmt.Sprintf("binary payload of %d bytes", len(p.data))
	}
	return string(p.JSON())
}

// newPayload makes a payload of what a caller hands to Push: nil is {}, a Payload is itself, a jsontext.Value is checked JSON
// text, []byte is binary, all else is marshalled.
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

// checkDepth refuses JSON text that nests too deep. It takes no notice of other faults.
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

// params holds the parameters of a connect or a join: a fixed payload, or a function that returns them for each.
type params struct {
	fixed Payload
	fn    func(context.Context) (any, error)
}

// newParams takes what the public API calls params: nil, a value that marshals to a JSON object, or a func(context.Context) (any, error).
func newParams(v any) (params, error) {
	if fn, ok := v.(func(context.Context) (any, error)); ok && fn != nil {
		return params{fn: fn}, nil
	}
	fixed, err := objectPayload(v)
	return params{fixed: fixed}, err
}

// newConnectParams is newParams for a connect, whose params travel in a query.
func newConnectParams(v any) (params, error) {
	given, err := newParams(v)
	if err == nil && !given.isAsked() {
		_, err = connectQuery("", given.fixed.JSON(), "")
	}
	return given, err
}

// equal reports whether the two are the same values. Functions may return others each time.
func (p params) equal(other params) bool {
	return p.fn == nil && other.fn == nil && bytes.Equal(p.fixed.data, other.fixed.data)
}

// isAsked reports whether a function returns the parameters.
func (p params) isAsked() bool { return p.fn != nil }

// evaluate returns the parameters for now. It runs the caller's function, so never under a lock.
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

// authToken is the auth token of a connect, as params are: "" and no function for none.
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

// objectPayload is newPayload for what must be a JSON object.
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
