package core

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestUserBroadcastsOfSupabaseAreReadAsBroadcasts(t *testing.T) {
	for name, test := range map[string]struct{ frame, topic, payload string }{
		"with metadata": {
			"\x04\x06\x04\x08\x01room:1move" + `{"id":1}` + `{"x":1}`,
			"room:1", `{"type":"broadcast","event":"move","meta":{"id":1},"payload":{"x":1}}`,
		},
		"without": {
			"\x04\x01\x01\x00\x01te[]",
			"t", `{"type":"broadcast","event":"e","meta":{},"payload":[]}`,
		},
		"an event with quotes": {
			"\x04\x01\x02\x00\x01t\"\\null",
			"t", `{"type":"broadcast","event":"\"\\","meta":{},"payload":null}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			var m Message
			require.NoError(t, newSerializer(versionV2, nil).decode(frame{data: []byte(test.frame), binary: true}, &m))
			require.Equal(t, test.topic, m.Topic)
			require.Equal(t, "broadcast", m.Event)
			require.Empty(t, m.Ref+m.JoinRef)
			require.JSONEq(t, test.payload, string(m.Payload.JSON()))
		})
	}
}

func TestMalformedUserBroadcastsAreErrorsThatSayWhy(t *testing.T) {
	for name, test := range map[string]struct{ frame, reason string }{
		"kind only":             {"\x04", "1 bytes that ends within its header"},
		"sizes cut off":         {"\x04\x01\x01\x00", "within its header"},
		"a field cut off":       {"\x04\x01\x09\x00\x01te", "within its header"},
		"bytes":                 {"\x04\x01\x01\x00\x00te\xff", `the broadcast "e" has bytes for a payload, which is not supported`},
		"no payload":            {"\x04\x01\x01\x00\x01te", `the payload of the broadcast "e" is not JSON`},
		"more than the payload": {"\x04\x01\x01\x00\x01te" + `1,"event":"x"`, `the payload of the broadcast "e" is not JSON`},
		"metadata":              {"\x04\x01\x01\x02\x01te{]1", `the metadata of the broadcast "e" is not JSON`},
		"a topic not UTF-8":     {"\x04\x01\x01\x00\x01\xffe1", "UTF-8"},
		"a payload not UTF-8":   {"\x04\x01\x01\x00\x01te\"\xff\"", "is not JSON"},
		"too deep":              {"\x04\x01\x01\x00\x01te" + strings.Repeat("[", 600) + strings.Repeat("]", 600), "512"},
	} {
		t.Run(name, func(t *testing.T) {
			err := newSerializer(versionV2, nil).decode(frame{data: []byte(test.frame), binary: true}, new(Message))
			require.ErrorIs(t, err, ErrMalformedMessage)
			require.ErrorContains(t, err, test.reason)
		})
	}
}
