package core

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"phoenixchannels/internal/jsonscan"
)

// preparing is a Prepare that sets what fn sets.
func preparing(fn func(*Message)) prepare {
	return func(m *Message, text []byte, at int) (end int, err error) {
		if m.Payload.IsBinary() {
			fn(m)
			return len(text), nil
		}
		s := jsonscan.Scanner{Text: text, Pos: at, MaxDepth: maxDepth}
		if s.Skip(); s.Err() == nil {
			fn(m)
		}
		return s.Pos, s.Err()
	}
}

func TestPrepareHasMessagesAndReplies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) {
			c.Prepare = preparing(func(m *Message) { m.Prepared = m.Event + "!" })
		})
		c := peer.join(s, "room:1")
		var got recorder[any]
		c.On("shout", func(m *Message) { got.add(m.Prepared) })
		push := pushing(t, c, "ask", nil).OnComplete(func(r Reply) { got.add(r.Prepared) })
		peer.push("", "room:1", "shout", "{}")
		peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
		require.Equal(t, []any{"shout!", "phx_reply!"}, got.take())
		reply, _ := push.Reply()
		require.Equal(t, "phx_reply!", reply.Prepared)
		reply, err := pushing(t, c, "ask", nil).Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, Reply{Status: StatusTimeout}, reply, "not of this client's own outcomes")
	})
}

// lentValue is a prepared value that records its release.
type lentValue struct{ released *recorder[string] }

func (v lentValue) Size() int { return 1000 }
func (v lentValue) Release()  { v.released.add("released") }

func TestPreparedIsReleasedWhenAllHandlersHaveRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := new(recorder[string])
		s, peer := newPeer(t).connect(func(c *Config) {
			c.Prepare = preparing(func(m *Message) { m.Prepared = lentValue{told} })
			c.OnPanic = func(any, []byte) {}
		})
		c := peer.join(s, "room:1")
		told.take()
		c.OnMessage(func(*Message) { told.add("channel") })
		c.On("news", func(*Message) { panic("a bug in the game") })
		s.OnMessage(func(*Message) { told.add("socket") })
		peer.push("", "room:1", "news", `{}`)
		require.Equal(t, []string{"channel", "socket", "released"}, told.take())

		push, err := c.Push("ask", nil)
		require.NoError(t, err)
		push.Receive("ok", func(Reply) { told.add("reply") })
		peer.reply(peer.expect("room:1", "ask"), "ok", `{}`)
		require.Equal(t, []string{"channel", "reply", "socket", "released"}, told.take())

		peer.push("", "room:other", "news", `{}`)
		require.Equal(t, []string{"socket", "released"}, told.take(), "a message for nobody")
	})
}

func TestPreparedIsReleasedWhenItsConnectionIsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := new(recorder[string])
		var s *Socket
		s, peer := newPeer(t).connect(func(c *Config) {
			c.Prepare = preparing(func(m *Message) {
				m.Prepared = lentValue{told}
				_ = s.Disconnect(0, "") // while the message is in transit
			})
		})
		s.OnMessage(func(*Message) { told.add("socket") })
		peer.push("", "room:1", "news", `{}`)
		require.Equal(t, []string{"released"}, told.take())
	})
}

func TestPreparedIsReleasedWhenItsMessageIsMalformed(t *testing.T) {
	for name, test := range map[string]struct {
		text     string
		released int
	}{
		"the payload itself":        {`[null,null,"room:1","news",{"a":}]`, 0},
		"an element after it":       {`[null,null,"room:1","news",{},nul]`, 1},
		"more text":                 {`[null,null,"room:1","news",{}]]`, 1},
		"a reply without a status":  {`[null,"1","room:1","phx_reply",{"response":{}}]`, 1},
		"a second response":         {`[null,"1","room:1","phx_reply",{"response":{},"response":[[}]`, 1},
		"two responses, one status": {`[null,"1","room:1","phx_reply",{"response":{},"response":{},"status":1}]`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				told := new(recorder[string])
				s, peer := newPeer(t).connect(func(c *Config) {
					c.Prepare = preparing(func(m *Message) { m.Prepared = lentValue{told} })
				})
				var errs recorder[error]
				s.OnError(errs.add)
				peer.send(test.text)
				require.ErrorIs(t, errs.take()[0], ErrMalformedMessage)
				require.Equal(t, slices.Repeat([]string{"released"}, test.released), append([]string{}, told.all()...))
				require.Equal(t, 1, s.Statistics().MalformedMessages)
				require.Equal(t, SocketOpen, s.State())
			})
		})
	}
}

// The hook's task is the same for every message: to read one value that begins at at.
func TestPrepareReadsThePayloadAlone(t *testing.T) {
	for name, test := range map[string]struct{ version, text, payload string }{
		"a broadcast":                {versionV2, `[null,null,"t","e", {"a":[1]} ,2]`, `{"a":[1]}`},
		"a reply":                    {versionV2, `[null,"1","t","phx_reply",{"x":{},"response":[ 1 ],"status":"ok"}]`, `[ 1 ]`},
		"a reply without a response": {versionV2, `[null,"1","t","phx_reply",{"status":"ok"}]`, `{}`},
		"a reply with two":           {versionV2, `[null,"1","t","phx_reply",{"response":1,"status":"ok","response":2}]`, `2`},
		"1.0.0":                      {versionV1, `{"topic":"t","event":"e","payload": {"a":1} }`, `{"a":1}`},
		"1.0.0, the event last":      {versionV1, `{"payload":{"status":"ok","response":[1]},"topic":"t","event":"phx_reply"}`, `[1]`},
		"1.0.0 without a payload":    {versionV1, `{"topic":"t","event":"e"}`, `null`},
		"binary":                     {versionV2, "\x02\x01\x01te\x00\xff", "\x00\xff"},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			hook := func(m *Message, text []byte, at int) (end int, err error) {
				if end = len(text); !m.Payload.IsBinary() {
					end = at + len(test.payload)
				}
				got = string(text[at:end])
				return end, nil
			}
			var m Message
			require.NoError(t, newSerializer(test.version, hook).decode(frame{data: []byte(test.text), binary: name == "binary"}, &m))
			require.Equal(t, test.payload, got)
			require.Equal(t, test.payload, string(m.Payload.data))

			refused := errors.New("refused")
			hook = func(_ *Message, _ []byte, at int) (int, error) { return at, refused }
			err := newSerializer(test.version, hook).decode(frame{data: []byte(test.text), binary: name == "binary"}, new(Message))
			require.ErrorIs(t, err, refused)
			require.ErrorIs(t, err, ErrMalformedMessage)
		})
	}
}
