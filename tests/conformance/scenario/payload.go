package scenario

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json/jsontext"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	phoenix "phoenixchannels/core"
)

// payload is one as a scenario writes it: JSON, or the word bytes and what is in them.
type payload struct {
	json  *template
	bytes []field // nil for JSON
}

// field is a part of a binary payload.
type field struct {
	data  []byte // as it stands
	size  int    // in bytes, of a little-endian number
	value *template
}

// parsePayload reads a payload; without any text it is {}.
func parsePayload(text string) (payload, error) {
	if text == "" {
		text = "{}"
	}
	if inside, isBinary := cutWord(text, "bytes"); isBinary {
		fields, err := parseFields(inside)
		return payload{bytes: fields}, err
	}
	t, err := parseTemplate(text)
	return payload{json: t}, err
}

var repeatedField = regexp.MustCompile(`^([0-9]+) x (.+)$`)

// parseFields reads u8 N, u16 N, u32 N, hex DIGITS and "TEXT", with commas between, the last two
// also as N x hex DIGITS and N x "TEXT".
func parseFields(text string) ([]field, error) {
	fields := []field{}
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		times := 1
		if found := repeatedField.FindStringSubmatch(part); found != nil {
			n, err := strconv.Atoi(found[1])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			times, part = n, found[2]
		}
		kind, rest, _ := strings.Cut(part, " ")
		sizes := map[string]int{"u8": 1, "u16": 2, "u32": 4}
		switch {
		case part == "" && text == "":
		case sizes[kind] > 0 && times == 1:
			value, err := parseTemplate(rest)
			if err != nil {
				return nil, err
			}
			fields = append(fields, field{size: sizes[kind], value: value})
		case kind == "hex":
			data, err := hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			fields = append(fields, field{data: bytes.Repeat(data, times)})
		case strings.HasPrefix(part, `"`):
			data, err := jsontext.AppendUnquote(nil, part)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", part, err)
			}
			fields = append(fields, field{data: bytes.Repeat(data, times)})
		default:
			return nil, fmt.Errorf("%q is none of u8 N, u16 N, u32 N, hex DIGITS, \"TEXT\"", part)
		}
	}
	return fields, nil
}

// templates are all that a payload is made of.
func (p payload) templates() []*template {
	if p.json != nil {
		return []*template{p.json}
	}
	var all []*template
	for _, f := range p.bytes {
		if f.value != nil {
			all = append(all, f.value)
		}
	}
	return all
}

// make gives the payload to push.
func (p payload) make(known values) (phoenix.Payload, error) {
	if p.json == nil {
		data, err := p.encode(known)
		return phoenix.BinaryPayload(data), err
	}
	text, err := p.json.text(known)
	return phoenix.JSONPayload(text), err
}

func (p payload) encode(known values) ([]byte, error) {
	var out []byte
	for _, f := range p.bytes {
		if f.value == nil {
			out = append(out, f.data...)
			continue
		}
		text, err := f.value.text(known)
		if err != nil {
			return nil, err
		}
		n, err := strconv.ParseUint(string(text), 10, 8*f.size)
		if err != nil {
			return nil, fmt.Errorf("%s is no number of %d bytes", text, f.size)
		}
		out = append(out, binary.LittleEndian.AppendUint64(nil, n)[:f.size]...)
	}
	return out, nil
}

// match compares a received payload with this one.
func (p payload) match(got phoenix.Payload, known values) (*matcher, error) {
	m := &matcher{}
	switch {
	case p.json != nil && !got.IsBinary():
		return match(p.json, got.JSON(), known)
	case p.json != nil:
		m.differences = append(m.differences, "payload: want JSON, got "+showPayload(got))
		return m, nil
	}
	want, err := p.encode(known)
	if err != nil {
		return nil, err
	}
	if !got.IsBinary() || string(want) != string(got.Binary()) {
		m.differences = append(m.differences,
			fmt.Sprintf("payload: want %s, got %s", showPayload(phoenix.BinaryPayload(want)), showPayload(got)))
	}
	return m, nil
}

// maxShown bounds a payload in a report, in bytes.
const maxShown = 400

func showPayload(p phoenix.Payload) string {
	text := string(p.JSON())
	if p.IsBinary() {
		text = "bytes hex " + hex.EncodeToString(p.Binary())
	}
	if len(text) > maxShown {
		return strings.ToValidUTF8(text[:maxShown], "") + "… (" + strconv.Itoa(p.Len()) + " bytes)"
	}
	return text
}

// cutWord cuts a word off the beginning of a text.
func cutWord(text, word string) (rest string, found bool) {
	first, rest, _ := strings.Cut(text, " ")
	return strings.TrimSpace(rest), first == word
}

// anyNumber stands for a value that is not known yet when a scenario is only read: it fits
// everywhere.
var anyNumber = jsontext.Value(strconv.Itoa(math.MaxUint8))
