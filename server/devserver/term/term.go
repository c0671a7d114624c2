// Package term reads JSON the way Elixir's Jason decodes it and writes it the way Jason encodes it,
// so that a value which went through the real server and one which went through this one are the
// same bytes.
package term

import (
	"bytes"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Term is one JSON value as the real server writes it: no white space, object keys in order, the
// first of two equal keys, integers exactly as they came, floats in Erlang's shortest form, and no
// escapes but the ones JSON demands. Two equal terms are equal values, and 1 is not "1".
type Term string

// Null is what Elixir calls nil.
const Null Term = "null"

// EmptyObject is a map without keys.
const EmptyObject Term = "{}"

// Document is a decoded text: the whole value and, when it is an array or an object, its direct
// elements.
type Document struct {
	Term
	Keys     []string // of an object, sorted
	Elements []Term   // of an array or, in the order of Keys, of an object
}

// Decode reads exactly one JSON value, which white space may surround.
func Decode(text []byte) (Document, error) {
	d := decoder{in: jsontext.NewDecoder(bytes.NewBuffer(text),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(false))}
	top, err := d.value(true)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return Document{}, fmt.Errorf("decode JSON of %d bytes: unexpected end of input", len(text))
		}
		return Document{}, fmt.Errorf("decode JSON of %d bytes: %w", len(text), err)
	}
	if _, err := d.in.ReadToken(); !errors.Is(err, io.EOF) {
		return Document{}, fmt.Errorf("decode JSON of %d bytes: more than one value", len(text))
	}
	doc := Document{Term: Term(d.out)}
	for _, m := range top {
		doc.Elements = append(doc.Elements, doc.Term[m.value:m.end])
		if m.keyed {
			doc.Keys = append(doc.Keys, m.key)
		}
	}
	return doc, nil
}

// Get returns the element of an object by its key.
func (d Document) Get(key string) (Term, bool) {
	if i, found := slices.BinarySearch(d.Keys, key); found {
		return d.Elements[i], true
	}
	return "", false
}

// IsObject reports whether the term is a map.
func (t Term) IsObject() bool { return len(t) > 0 && t[0] == '{' }

// Fields decodes an object; anything else has no fields.
func (t Term) Fields() Document {
	if !t.IsObject() {
		return Document{}
	}
	doc, err := Decode([]byte(t))
	if err != nil { // a Term is valid JSON by construction
		panic(fmt.Sprintf("term is not JSON: %v", err))
	}
	return doc
}

// Text returns the characters of a string term.
func (t Term) Text() (string, bool) {
	if len(t) < 2 || t[0] != '"' {
		return "", false
	}
	text, err := jsontext.AppendUnquote(nil, []byte(t))
	if err != nil {
		return "", false
	}
	return string(text), true
}

// Int returns the value of a term that is an integer of 64 bits.
func (t Term) Int() (int64, bool) {
	n, err := strconv.ParseInt(string(t), 10, 64)
	return n, err == nil
}

// Float returns the value of a term that is a number, integer or not.
func (t Term) Float() (float64, bool) {
	if len(t) == 0 || t[0] != '-' && (t[0] < '0' || t[0] > '9') {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(t), 64)
	return f, err == nil
}

// Member is one key of an object that Object writes.
type Member struct {
	Key   string
	Value Term
}

// Object writes a map whose keys are in the given order: that of a map with atom keys, which
// Erlang does not sort by name.
func Object(members ...Member) Term {
	out := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, m.Key)
		out = append(out, ':')
		out = append(out, m.Value...)
	}
	return Term(append(out, '}'))
}

// List writes an array.
func List(elements ...Term) Term {
	out := []byte{'['}
	for i, e := range elements {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, e...)
	}
	return Term(append(out, ']'))
}
