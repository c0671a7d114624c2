package core

import (
	"encoding/json/jsontext"
	"fmt"
	"slices"
	"unicode/utf8"
)

// binaryUserBroadcast is a kind of binary frame of Supabase Realtime, whose protocol is Phoenix's
// with this one addition: broadcasts from its database, its HTTP API or its own clients. The header
// has the sizes of the topic, the event and the JSON metadata, then userBroadcastJSON, or 0 for a
// binary payload.
const (
	binaryUserBroadcast = 4
	userBroadcastJSON   = 1
)

// decodeUserBroadcast decodes such a frame to the text message that the server sends for the same
// broadcast to clients of version 1.0.0: the event "broadcast" with the members event, type, meta
// and payload.
func (v serializerV2) decodeUserBroadcast(data []byte, m *Message) error {
	var fields [3][]byte
	offset := len(fields) + 2
	for i := range fields {
		if len(data) < offset || len(data) < offset+int(data[i+1]) {
			return malformed(fmt.Errorf("a binary frame of %d bytes that ends within its header", len(data)))
		}
		fields[i] = data[offset : offset+int(data[i+1])]
		if !utf8.Valid(fields[i]) {
			return malformed(fmt.Errorf("a binary frame with a header that is not UTF-8"))
		}
		offset += len(fields[i])
	}
	topic, event, metadata, payload := fields[0], fields[1], fields[2], data[offset:]
	if data[len(fields)+1] != userBroadcastJSON {
		return malformed(fmt.Errorf("the broadcast %q has bytes for a payload, which is not supported; send it as JSON", event))
	}
	if len(metadata) == 0 {
		metadata = []byte("{}")
	}
	if !isJSON(metadata) { // anything else could alter the text around it
		return malformed(fmt.Errorf("the metadata of the broadcast %q is not JSON", event))
	}
	if !isJSON(payload) {
		return malformed(fmt.Errorf("the payload of the broadcast %q is not JSON", event))
	}
	text := make([]byte, 0, len(data)+96)
	text = appendString(append(text, "[null,null,"...), string(topic))
	text = appendString(append(text, `,"broadcast",{"type":"broadcast","event":`...), string(event))
	text = slices.Concat(text, []byte(`,"meta":`), metadata, []byte(`,"payload":`), payload, []byte("}]"))
	return v.decode(frame{data: text}, m)
}

func isJSON(text []byte) bool {
	return jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true))
}
