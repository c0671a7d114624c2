package client

import (
	"bytes"
	"encoding/hex"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"hash/fnv"
)

// The protocol as this test reads and writes it, on its own and not with core's serializer. A ref
// is kept as its JSON text, so that "3", 3 and null are told apart.

const (
	vsn1 = "1.0.0"
	vsn2 = "2.0.0"

	null = "null"
)

var (
	duplicates = jsontext.AllowDuplicateNames(true) // the server's own presence metas have them
	lenient    = json.JoinOptions(duplicates, jsontext.AllowInvalidUTF8(true))
)

// message is what a client sends.
type message struct {
	joinRef, ref string // JSON text
	topic, event string
	odd          string // what no client could name: a topic or an event that is not a string
	payload      []byte // JSON text, or bytes when binary
	binary       bool
	invalid      bool // JSON that holds what is no UTF-8
}

// readMessage reads a client's message; false if it is not one.
func readMessage(version string, data []byte, binary bool) (m message, ok bool) {
	if binary && version == vsn2 {
		return readBinaryPush(data)
	}
	read := readObject
	if version == vsn2 {
		read = readArray
	}
	if m, ok = read(data, duplicates); !ok {
		m, ok = read(data, lenient)
		m.invalid = true
	}
	if !ok && binary { // nothing that 1.0.0 knows, but a client may try
		return readBinaryPush(data)
	}
	return m, ok
}

func readArray(data []byte, how json.Options) (message, bool) {
	var parts []jsontext.Value
	if json.Unmarshal(data, &parts, how) != nil || len(parts) < 5 {
		return message{}, false
	}
	m := message{joinRef: string(parts[0]), ref: string(parts[1]), payload: parts[4]}
	m.setNames(parts[2], parts[3])
	return m, true
}

func readObject(data []byte, how json.Options) (message, bool) {
	var parts struct {
		Topic   jsontext.Value `json:"topic"`
		Event   jsontext.Value `json:"event"`
		Payload jsontext.Value `json:"payload"`
		Ref     jsontext.Value `json:"ref"`
		JoinRef jsontext.Value `json:"join_ref"`
	}
	err := json.Unmarshal(data, &parts, how)
	if err != nil || parts.Topic == nil || parts.Event == nil || parts.Payload == nil || parts.Ref == nil {
		return message{}, false
	}
	m := message{joinRef: null, ref: string(parts.Ref), payload: parts.Payload}
	if parts.JoinRef != nil {
		m.joinRef = string(parts.JoinRef)
	}
	m.setNames(parts.Topic, parts.Event)
	return m, true
}

func (m *message) setNames(topic, event jsontext.Value) {
	var topicOK, eventOK bool
	m.topic, topicOK = unquote(topic)
	m.event, eventOK = unquote(event)
	switch {
	case !topicOK:
		m.odd = "topic " + string(topic)
	case !eventOK:
		m.odd = "event " + string(event)
	}
}

func unquote(value jsontext.Value) (string, bool) {
	if value.Kind() != '"' {
		return "", false
	}
	text, err := jsontext.AppendUnquote(nil, value)
	return string(text), err == nil
}

func readBinaryPush(data []byte) (message, bool) {
	fields, payload, ok := readBinary(data, 4)
	if !ok || data[0] != 0 {
		return message{}, false
	}
	return message{
		joinRef: quoteRef(fields[0]), ref: quoteRef(fields[1]), topic: fields[2], event: fields[3], payload: payload, binary: true,
	}, true
}

// readBinary takes a binary frame apart: its kind, the sizes of its fields, the fields, the
// payload.
func readBinary(data []byte, count int) (fields []string, payload []byte, ok bool) {
	if len(data) < 1+count {
		return nil, nil, false
	}
	rest := data[1+count:]
	for _, size := range data[1 : 1+count] {
		if len(rest) < int(size) {
			return nil, nil, false
		}
		fields = append(fields, string(rest[:size]))
		rest = rest[size:]
	}
	return fields, rest, true
}

func writeBinary(kind byte, fields []string, payload []byte) []byte {
	frame := []byte{kind}
	for _, field := range fields {
		frame = append(frame, byte(len(field)))
	}
	for _, field := range fields {
		frame = append(frame, field...)
	}
	return append(frame, payload...)
}

// frame is m as our client has to write it, byte by byte.
func (m message) frame(version string) []byte {
	switch {
	case m.binary:
		return writeBinary(0, []string{refText(m.joinRef), refText(m.ref), m.topic, m.event}, m.payload)
	case version == vsn1:
		return fmt.Appendf(nil, `{"topic":%s,"event":%s,"payload":%s,"ref":%s,"join_ref":%s}`,
			quote(m.topic), quote(m.event), m.payload, m.ref, m.joinRef)
	}
	return fmt.Appendf(nil, `[%s,%s,%s,%s,%s]`, m.joinRef, m.ref, quote(m.topic), quote(m.event), m.payload)
}

func (m message) String() string {
	return fmt.Sprintf("%s on %q (join_ref %s, ref %s)", m.event, m.topic, m.joinRef, m.ref)
}

func quote(text string) string {
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		panic(err)
	}
	return string(quoted)
}

// quoteRef is the JSON text of a ref that is empty for null.
func quoteRef(ref string) string {
	if ref == "" {
		return null
	}
	return quote(ref)
}

// refText is what a program sees of a ref: nothing of null, the digits of a number.
func refText(ref string) string {
	switch {
	case ref == "" || ref == null:
		return ""
	case ref[0] == '"':
		text, _ := unquote(jsontext.Value(ref))
		return text
	}
	return ref
}

// incoming is what a server's frame has to become in the client.
type incoming struct {
	joinRef, ref, topic, event string // refs as text, empty for null
	status                     string // of a reply
	payload                    []byte // of a reply: the response
	binary                     bool
	malformed                  bool
}

func (in incoming) String() string {
	return describe(in.joinRef, in.ref, in.topic, in.event, in.status, in.payload, in.binary)
}

func describe(joinRef, ref, topic, event, status string, payload []byte, binary bool) string {
	return fmt.Sprintf("[%s %s %s %s %s] %s", joinRef, ref, topic, event, status, describePayload(payload, binary))
}

// describePayload keeps long payloads short without losing a difference.
func describePayload(payload []byte, binary bool) string {
	text := string(payload)
	if binary {
		text = "bytes " + hex.EncodeToString(payload)
	}
	if len(text) < 400 {
		return text
	}
	sum := fnv.New64a()
	_, _ = sum.Write(payload)
	return fmt.Sprintf("%s… (%d bytes, sum %x)", text[:40], len(payload), sum.Sum64())
}

// serverFrame replaces the refs in a recorded frame of the server, by their JSON text, and leaves
// all else as it is, byte by byte.
func serverFrame(version string, data []byte, binary bool, actual func(string) string) ([]byte, incoming, error) {
	switch {
	case binary:
		return serverBinary(data, actual)
	case version == vsn1:
		return serverObject(data, actual)
	}
	return serverArray(data, actual)
}

func serverBinary(data []byte, actual func(string) string) ([]byte, incoming, error) {
	if len(data) == 0 || data[0] > 2 {
		return nil, incoming{}, fmt.Errorf("recorded binary frame %x", data)
	}
	fields, payload, ok := readBinary(data, []int{3, 4, 2}[data[0]])
	if !ok {
		return nil, incoming{}, fmt.Errorf("recorded binary frame %x is too short", data)
	}
	in := incoming{payload: payload, binary: true}
	for i := range []int{1, 2, 0}[data[0]] {
		fields[i] = refText(actual(quoteRef(fields[i])))
	}
	switch data[0] {
	case 0:
		in.joinRef, in.topic, in.event = fields[0], fields[1], fields[2]
	case 1:
		in.joinRef, in.ref, in.topic, in.status, in.event = fields[0], fields[1], fields[2], fields[3], "phx_reply"
	case 2:
		in.topic, in.event = fields[0], fields[1]
	}
	return writeBinary(data[0], fields, payload), in, nil
}

func serverArray(data []byte, actual func(string) string) ([]byte, incoming, error) {
	var parts []jsontext.Value
	if err := json.Unmarshal(data, &parts, duplicates); err != nil || len(parts) != 5 {
		return nil, incoming{}, fmt.Errorf("recorded frame %s: %w", data, err)
	}
	if whole := joinArray(parts); !bytes.Equal(whole, data) {
		return nil, incoming{}, fmt.Errorf("recorded frame %s has white space", data)
	}
	parts[0] = jsontext.Value(actual(string(parts[0])))
	parts[1] = jsontext.Value(actual(string(parts[1])))
	in, err := newIncoming(string(parts[0]), string(parts[1]), parts[2], parts[3], parts[4])
	return joinArray(parts), in, err
}

func joinArray(parts []jsontext.Value) []byte {
	list := make([][]byte, len(parts))
	for i, part := range parts {
		list[i] = part
	}
	return append(append([]byte{'['}, bytes.Join(list, []byte{','})...), ']')
}

func serverObject(data []byte, actual func(string) string) ([]byte, incoming, error) {
	values := map[string]jsontext.Value{}
	out := []byte{'{'}
	dec := jsontext.NewDecoder(bytes.NewReader(data), duplicates)
	if _, err := dec.ReadToken(); err != nil {
		return nil, incoming{}, err
	}
	for dec.PeekKind() == '"' {
		token, err := dec.ReadToken()
		if err != nil {
			return nil, incoming{}, err
		}
		name := token.String()
		value, err := dec.ReadValue()
		if err != nil {
			return nil, incoming{}, err
		}
		values[name] = value.Clone()
		if name == "ref" {
			values[name] = jsontext.Value(actual(string(value)))
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(append(append(out, quote(name)...), ':'), values[name]...)
	}
	in, err := newIncoming("", string(values["ref"]), values["topic"], values["event"], values["payload"])
	return append(out, '}'), in, err
}

func newIncoming(joinRef, ref string, topic, event, payload jsontext.Value) (in incoming, err error) {
	in = incoming{joinRef: refText(joinRef), ref: refText(ref), payload: payload}
	var ok bool
	if in.topic, ok = unquote(topic); !ok && topic.Kind() != 'n' {
		in.malformed = true
	}
	if in.event, ok = unquote(event); !ok {
		return in, fmt.Errorf("recorded event %s", event)
	}
	if in.event == "phx_reply" {
		var reply struct {
			Status   string         `json:"status"`
			Response jsontext.Value `json:"response"`
		}
		err = json.Unmarshal(payload, &reply, duplicates)
		in.status, in.payload = reply.Status, reply.Response
	}
	return in, err
}
