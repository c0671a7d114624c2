package core

import (
	"cmp"
	"encoding/json/jsontext"
	"fmt"
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
	var topic, event, metadata string
	fields := []*string{&topic, &event, &metadata}
	formatAt := 1 + len(fields)
	offset, err := readFields(data, formatAt+1, fields)
	if err != nil {
		return malformed(err)
	}
	payload := data[offset:]
	if data[formatAt] != userBroadcastJSON {
		return malformed(fmt.Errorf("the broadcast %q has bytes for a payload, which is not supported; send it as JSON", event))
	}
	metadata = cmp.Or(metadata, "{}")
	if !isJSON([]byte(metadata)) { // anything else could alter the text around it
		return malformed(fmt.Errorf("the metadata of the broadcast %q is not JSON", event))
	}
	if !isJSON(payload) {
		return malformed(fmt.Errorf("the payload of the broadcast %q is not JSON", event))
	}
	text := make([]byte, 0, len(data)+96)
	text = appendString(append(text, "[null,null,"...), topic)
	text = appendString(append(text, `,"broadcast",{"type":"broadcast","event":`...), event)
	text = append(text, `,"meta":`+metadata+`,"payload":`...)
	text = append(append(text, payload...), "}]"...)
	return v.decode(frame{data: text}, m)
}

func isJSON(text []byte) bool {
	return jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true))
}
