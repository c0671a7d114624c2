package core

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestBinaryPushIsWritten(t *testing.T) {
	tests := map[string]struct {
		m    Message
		want string
	}{
		"short":              {Message{JoinRef: "0", Ref: "1", Topic: "t", Event: "e", Payload: BinaryPayload([]byte{1})}, "\x00\x01\x01\x01\x0101te\x01"},
		"of various lengths": {Message{JoinRef: "10", Ref: "1", Topic: "top", Event: "ev", Payload: BinaryPayload([]byte{1})}, "\x00\x02\x01\x03\x02101topev\x01"},
		"null refs":          {Message{Topic: "t", Event: "e", Payload: BinaryPayload([]byte{1})}, "\x00\x00\x00\x01\x01te\x01"},
		"empty payload":      {Message{JoinRef: "0", Ref: "1", Topic: "t", Event: "e", Payload: BinaryPayload(nil)}, "\x00\x01\x01\x01\x0101te"},
		"names in UTF-8": {
			Message{JoinRef: "🚀", Ref: "1", Topic: "room:café", Event: "π", Payload: BinaryPayload([]byte{1})},
			"\x00\x04\x01\x0a\x02🚀1room:caféπ\x01",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := serializerV2{}.encode(nil, &test.m)
			require.NoError(t, err)
			require.True(t, f.binary)
			require.Equal(t, test.want, string(f.data))
		})
	}
}

func TestBinaryFieldsHaveALimit(t *testing.T) {
	long := strings.Repeat("é", 128) // 256 bytes
	tests := map[string]Message{
		"a join_ref": {JoinRef: long, Ref: "1", Topic: "t", Event: "e"},
		"a ref":      {JoinRef: "0", Ref: long, Topic: "t", Event: "e"},
		"a topic":    {JoinRef: "0", Ref: "1", Topic: long, Event: "e"},
		"an event":   {JoinRef: "0", Ref: "1", Topic: "t", Event: long},
	}
	for field, m := range tests {
		t.Run(field, func(t *testing.T) {
			m.Payload = BinaryPayload([]byte{1})
			_, err := serializerV2{}.encode(nil, &m)
			require.ErrorIs(t, err, ErrInvalidPayload)
			require.ErrorContains(t, err, "a binary push allows "+field+" of at most 255 bytes, this one has 256")
			m.Payload = Payload{}
			_, err = serializerV2{}.encode(nil, &m)
			require.NoError(t, err, "text frames have no such limit")
		})
	}
	fits := strings.Repeat("x", 255)
	m := Message{JoinRef: fits, Ref: fits, Topic: fits, Event: fits, Payload: BinaryPayload([]byte("data"))}
	f, err := serializerV2{}.encode(nil, &m)
	require.NoError(t, err)
	require.Equal(t, "\x00\xff\xff\xff\xff"+strings.Repeat(fits, 4)+"data", string(f.data))
}

func TestBinaryFramesAreRead(t *testing.T) {
	data := BinaryPayload([]byte{1, 1})
	tests := map[string]struct {
		frame string
		want  Message
	}{
		"push":                 {"\x00\x03\x03\x0a123topsome-event\x01\x01", Message{JoinRef: "123", Topic: "top", Event: "some-event", Payload: data}},
		"reply":                {"\x01\x03\x02\x03\x0210012topok\x01\x01", Message{JoinRef: "100", Ref: "12", Topic: "top", Event: "phx_reply", Status: "ok", Payload: data}},
		"broadcast":            {"\x02\x03\x0atopsome-event\x01\x01", Message{Topic: "top", Event: "some-event", Payload: data}},
		"reply without a join": {"\x01\x00\x02\x03\x0212topok\x01\x01", Message{Ref: "12", Topic: "top", Event: "phx_reply", Status: "ok", Payload: data}},
		"no data":              {"\x02\x01\x01te", Message{Topic: "t", Event: "e", Payload: BinaryPayload([]byte{})}},
		"all fields empty":     {"\x00\x00\x00\x00", Message{Payload: BinaryPayload([]byte{})}},
		"names in UTF-8":       {"\x02\x05\x04café🚀\xff\xfe", Message{Topic: "café", Event: "🚀", Payload: BinaryPayload([]byte{0xff, 0xfe})}},
		"longest fields":       {"\x02\xff\xff" + strings.Repeat("t", 255) + strings.Repeat("e", 255) + "d", Message{Topic: strings.Repeat("t", 255), Event: strings.Repeat("e", 255), Payload: BinaryPayload([]byte("d"))}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var m Message
			require.NoError(t, serializerV2{}.decode(frame{data: []byte(test.frame), binary: true}, &m))
			require.Equal(t, test.want, m)
			require.True(t, m.Payload.IsBinary())
		})
	}
}

func TestMalformedBinaryFramesAreErrorsThatSayWhy(t *testing.T) {
	tests := map[string]struct{ frame, reason string }{
		"empty":                    {"", "empty binary frame"},
		"unknown kind":             {"\x03\x01\x01te", "unknown kind 3"},
		"kind of JSON":             {`["0","1","t","e",{}]`, "unknown kind 91"},
		"kind only":                {"\x00", "1 bytes that ends within its header"},
		"sizes cut off":            {"\x00\x01\x01", "within its header"},
		"reply sizes cut off":      {"\x01\x00\x00\x00", "within its header"},
		"field cut off":            {"\x02\x05\x01to", "within its header"},
		"last field cut off":       {"\x00\x00\x01\x05tev", "within its header"},
		"size larger than all":     {"\x02\xff\xffte", "within its header"},
		"reply without a status":   {"\x01\x00\x01\x01\x001t", "a reply without a status"},
		"a topic not UTF-8":        {"\x02\x02\x01\xff\xfee", "not UTF-8"},
		"a topic with half a rune": {"\x02\x01\x02\xc3\xa9e", "not UTF-8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var m Message
			err := serializerV2{}.decode(frame{data: []byte(test.frame), binary: true}, &m)
			require.ErrorIs(t, err, ErrMalformedMessage)
			require.ErrorContains(t, err, test.reason)
		})
	}
}

func TestVersion1KnowsNoBinary(t *testing.T) {
	var m Message
	require.ErrorIs(t, serializerV1{}.decode(frame{data: []byte("\x02\x01\x01te"), binary: true}, &m), ErrMalformedMessage)
	_, err := serializerV1{}.encode(nil, &Message{Topic: "t", Event: "e", Payload: BinaryPayload([]byte{1})})
	require.ErrorIs(t, err, ErrInvalidPayload)
	require.ErrorContains(t, err, "1.0.0")
}

func TestBinaryPayloadsTravelBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var got recorder[[]byte]
		c.On("bin", func(m *Message) {
			require.True(t, m.Payload.IsBinary())
			got.add(m.Payload.Binary())
		})
		all := make([]byte, 256)
		for i := range all {
			all[i] = byte(i)
		}
		push := pushing(t, c, "bin", all)
		sent := peer.next()
		require.Equal(t, websocket.BinaryMessage, sent.kind)
		require.True(t, bytes.HasSuffix(sent.data, all))
		peer.write(websocket.BinaryMessage, serverBinary(binaryReply, Message{
			JoinRef: c.JoinRef(), Ref: push.Ref(), Topic: "room:1", Status: "ok", Payload: BinaryPayload(all),
		}))
		reply, err := push.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, Reply{Status: "ok", Response: BinaryPayload(all)}, reply)

		peer.write(websocket.BinaryMessage, serverBinary(binaryPush, Message{JoinRef: c.JoinRef(), Topic: "room:1", Event: "bin", Payload: BinaryPayload(all)}))
		peer.write(websocket.BinaryMessage, serverBinary(binaryBroadcast, Message{Topic: "room:1", Event: "bin", Payload: BinaryPayload(nil)}))
		peer.write(websocket.BinaryMessage, serverBinary(binaryPush, Message{JoinRef: "999", Topic: "room:1", Event: "bin", Payload: BinaryPayload(all)}))
		require.Equal(t, [][]byte{all, {}}, got.take(), "and one of an outdated join is dropped")
	})
}
