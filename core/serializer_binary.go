package core

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// The kinds of binary frames: their first byte.
const (
	binaryPush      = 0
	binaryReply     = 1
	binaryBroadcast = 2
)

// maxField is the size limit, in bytes, of the topic, the event and the refs in a binary frame:
// each size is encoded as one byte.
const maxField = 255

// appendBinaryPush appends the frame of a push with a binary payload: the kind, the sizes of
// join_ref, ref, topic and event, then these fields and the payload.
func appendBinaryPush(dst []byte, m *Message) ([]byte, error) {
	if err := checkBinaryFields(m); err != nil {
		return nil, err
	}
	dst = append(dst, binaryPush, byte(len(m.JoinRef)), byte(len(m.Ref)), byte(len(m.Topic)), byte(len(m.Event)))
	for _, field := range []string{m.JoinRef, m.Ref, m.Topic, m.Event} {
		dst = append(dst, field...)
	}
	return append(dst, m.Payload.Binary()...), nil
}

func checkBinaryFields(m *Message) error {
	fields := [...]struct{ name, value string }{
		{"a join_ref", m.JoinRef}, {"a ref", m.Ref}, {"a topic", m.Topic}, {"an event", m.Event},
	}
	for _, f := range fields {
		if len(f.value) > maxField {
			return fmt.Errorf("%w: a binary push allows %s of at most %d bytes, this one has %d",
				ErrInvalidPayload, f.name, maxField, len(f.value))
		}
	}
	return nil
}

// decodeBinary reads a frame from the server: a push (no ref), a reply, whose event field is the
// status, or a broadcast (no refs).
func decodeBinary(data []byte, m *Message, prepare prepare) error {
	if len(data) == 0 {
		return malformed(errors.New("an empty binary frame"))
	}
	var fields []*string
	switch data[0] {
	case binaryPush:
		fields = []*string{&m.JoinRef, &m.Topic, &m.Event}
	case binaryReply:
		fields = []*string{&m.JoinRef, &m.Ref, &m.Topic, &m.Status}
		m.Event = eventReply
	case binaryBroadcast:
		fields = []*string{&m.Topic, &m.Event}
	default:
		return malformed(fmt.Errorf("a binary frame of the unknown kind %d", data[0]))
	}
	offset, err := readFields(data, 1+len(fields), fields)
	if err != nil {
		return malformed(err)
	}
	if m.Event == eventReply && m.Status == "" {
		return malformed(errNoStatus)
	}
	m.Payload = BinaryPayload(data[offset:])
	if prepare == nil {
		return nil
	}
	_, err = prepare(m, data, offset)
	return malformed(err)
}

// readFields reads the fields of a binary frame and returns the offset after them. Their sizes
// follow the frame's kind, and offset is that of the first field.
func readFields(data []byte, offset int, fields []*string) (end int, err error) {
	for i, field := range fields {
		if len(data) < offset || len(data) < offset+int(data[i+1]) {
			return 0, fmt.Errorf("a binary frame of %d bytes that ends within its header", len(data))
		}
		end = offset + int(data[i+1])
		if *field = string(data[offset:end]); !utf8.ValidString(*field) {
			return 0, errors.New("a binary frame with a header that is not UTF-8")
		}
		offset = end
	}
	return offset, nil
}
