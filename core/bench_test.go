package core

import (
	"encoding/json/jsontext"
	json "encoding/json/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// tenFields is a message with ten fields, of the kind that games send often.
const tenFields = `["3",null,"room:lobby","move",{"id":42,"name":"Ann","x":1.5,"y":-2.25,"z":0,"hp":100,"alive":true,"team":"red","tags":["a","b"],"target":null}]`

func BenchmarkDecode(b *testing.B) {
	for _, bench := range []struct{ name, text string }{
		{"ten fields", tenFields},
		{"reply", `["3","17","room:lobby","phx_reply",{"status":"ok","response":{"x":1,"y":2}}]`},
		{"30 KB", `["3",null,"room:lobby","state",{"rows":[` + strings.Repeat(`{"id":1,"name":"abcdef","value":1.5},`, 820) + `{}]}]`},
	} {
		data := []byte(bench.text)
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			var m Message
			for b.Loop() {
				require.NoError(b, serializerV2{}.decode(frame{data: data}, &m))
			}
		})
		b.Run(bench.name+"/baseline any", func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				var v any
				require.NoError(b, json.Unmarshal(data, &v))
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	m := Message{JoinRef: "3", Ref: "17", Topic: "room:lobby", Event: "move", Payload: JSONPayload(jsontext.Value(`{"x":1,"y":2}`))}
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		f, err := serializerV2{}.encode(buffer[:0], &m)
		require.NoError(b, err)
		buffer = f.data
	}
}
