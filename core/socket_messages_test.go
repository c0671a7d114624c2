package core

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestRawPushWaitsForTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		ref := s.MakeRef()
		require.NoError(t, s.Push(Message{Ref: ref, Topic: "admin", Event: "status"}))
		require.Equal(t, 1, s.Statistics().BufferedPushes)
		require.NoError(t, s.Connect())
		peer := p.accept()
		require.Equal(t, wire{"", ref, "admin", "status", "{}"}, peer.nextMessage())
		require.NoError(t, s.Push(Message{JoinRef: "7", Topic: "admin", Event: "x", Payload: BinaryPayload([]byte{1})}))
		require.Equal(t, []byte("\x00\x01\x00\x05\x017adminx\x01"), peer.next().data)
		require.Zero(t, s.Statistics().BufferedPushes)
	})
}

func TestRawPushRefusesWhatTheProtocolCannotCarry(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{Version: "1.0.0"})
	require.NoError(t, err)
	require.ErrorIs(t, s.Push(Message{Event: "x"}), ErrInvalidTopic)
	require.ErrorIs(t, s.Push(Message{Topic: "\xff", Event: "x"}), ErrInvalidTopic)
	require.ErrorIs(t, s.Push(Message{Topic: "a"}), ErrInvalidEvent)
	require.ErrorIs(t, s.Push(Message{Topic: "a", Event: "\xff"}), ErrInvalidEvent)
	require.ErrorIs(t, s.Push(Message{Topic: "a", Event: "x", Payload: BinaryPayload(nil)}), ErrInvalidPayload)
	require.NoError(t, s.Close())
	require.ErrorIs(t, s.Push(Message{Topic: "a", Event: "x"}), ErrSocketClosed)
}

func TestOnMessageSeesEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		var events recorder[string]
		subscription := s.OnMessage(func(m *Message) { events.add(m.Topic + " " + m.Event + " " + m.Status + " " + m.Payload.String()) })
		peer.push("", "room:unknown", "shout", `{"a":1}`)
		peer.send(`[null,"77","phoenix","phx_reply",{"status":"ok","response":{}}]`)
		require.Equal(t, []string{`room:unknown shout  {"a":1}`, `phoenix phx_reply ok {}`}, events.take())
		subscription.Cancel()
		peer.push("", "room:unknown", "shout", `{}`)
		require.Empty(t, events.take())
	})
}

func TestOnSentSeesEverythingThatGoesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.HeartbeatInterval = time.Minute })
		var sent recorder[string]
		tell := func(m *Message) { sent.add(m.Topic + " " + m.Event + " " + m.Payload.String()) }
		subscription := s.OnSent(tell)
		c := peer.join(s, "room:1")
		pushing(t, c, "move", map[string]int{"x": 1})
		peer.expect("room:1", "move")
		pushing(t, c, "pixels", []byte{1, 2})
		peer.next()
		require.NoError(t, s.Push(Message{Topic: "admin", Event: "status"}))
		peer.expect("admin", "status")
		leaving(t, c)
		peer.expect("room:1", "phx_leave")
		require.Equal(t, []string{"room:1 phx_join {}", `room:1 move {"x":1}`, "room:1 pixels binary payload of 2 bytes",
			"admin status {}", "room:1 phx_leave {}"}, sent.take())
		time.Sleep(time.Minute)
		require.Equal(t, []string{"phoenix heartbeat {}"}, sent.take())

		subscription.Cancel()
		require.NoError(t, s.Push(Message{Topic: "admin", Event: "status"}))
		synctest.Wait()
		require.Empty(t, sent.take())
	})
}

// OnSent reports a message before OnMessage reports its reply.
func TestOnSentComesBeforeTheReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		var events recorder[string]
		s.OnSent(func(m *Message) { events.add("sent " + m.Ref) })
		s.OnMessage(func(m *Message) { events.add("received " + m.Ref) })
		c := peer.join(s, "room:1")
		pushing(t, c, "ask", nil)
		peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
		synctest.Wait()
		got := events.take()
		require.Len(t, got, 4)
		require.Equal(t, strings.Replace(got[2], "sent", "received", 1), got[3])
	})
}

func TestMalformedMessagesAreSkipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		var errs recorder[error]
		s.OnError(errs.add)
		bad := []string{"hello", "", `["1","2"`, `{"topic":"a"}`, "42", `["1","2","t","e"]`, `["1","2",5,"e",{}]`, `[null,null,"t","e",{}] x`}
		for _, text := range bad {
			peer.send(text)
		}
		peer.write(websocket.BinaryMessage, []byte{9, 1, 2})
		got := errs.take()
		require.Len(t, got, len(bad)+1)
		for _, err := range got {
			require.ErrorIs(t, err, ErrMalformedMessage)
		}
		require.Equal(t, ChannelJoined, channel.State())
		require.Equal(t, len(bad)+1, s.Statistics().MalformedMessages)
	})
}

func TestMessageOverTheLimitEndsTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.MaxMessageBytes = 1000 })
		var errs recorder[error]
		s.OnError(errs.add)
		go func() {
			_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"t","e","`+strings.Repeat("x", 1000)+`"]`))
		}()
		p.accept()
		require.ErrorIs(t, errs.take()[0], ErrMessageTooBig)
	})
}

func TestCompressedMessagesAreReadUpToTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.answer(func(w http.ResponseWriter, r *http.Request) {
			p.upgrade(w, r, websocket.Upgrader{EnableCompression: true})
		})
		s, peer := p.connect(func(c *Config) { c.MaxMessageBytes, c.Compression = 10_000, true })
		var errs recorder[error]
		var got recorder[int]
		s.OnError(errs.add)
		s.OnMessage(func(m *Message) { got.add(m.Payload.Len()) })
		peer.push("", "t", "e", `"`+strings.Repeat("x", 9000)+`"`)
		require.Equal(t, []int{9002}, got.take())
		require.Less(t, s.Statistics().BytesIn, int64(1000))
		peer.push("", "t", "e", `"`+strings.Repeat("x", 1_000_000)+`"`)
		require.ErrorIs(t, errs.take()[0], ErrMessageTooBig)
		require.Empty(t, got.take())
	})
}

func TestLargeMessagesPassBothWays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		text := strings.Repeat("x", 8<<20)
		var got recorder[int]
		channel.On("big", func(m *Message) { got.add(m.Payload.Len()) })
		_, err := channel.Push("big", text)
		require.NoError(t, err)
		require.Len(t, peer.nextMessage().Payload, len(text)+2)
		peer.push("", "room:1", "big", `"`+text+`"`)
		require.Equal(t, []int{len(text) + 2}, got.take())
	})
}
