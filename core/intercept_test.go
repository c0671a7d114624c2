package core

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestInterceptorTakesMessagesBeforeAllHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var seen, handled recorder[string]
		c.OnMessage(func(m *Message) { handled.add("channel " + m.Event) })
		s.OnMessage(func(m *Message) { handled.add("socket " + m.Event) })
		c.Intercept(func(m *Message) bool {
			seen.add(m.Event + string(m.Payload.JSON()))
			return m.Event == "mine"
		})
		before := s.Statistics().MessagesIn

		peer.push(c.JoinRef(), "room:1", "mine", `{"n":1}`)
		peer.push("", "room:1", "mine", `{"n":2}`)
		peer.push(c.JoinRef(), "room:1", "yours", `{}`)
		peer.push("", "room:2", "mine", `{}`)

		require.Equal(t, []string{`mine{"n":1}`, `mine{"n":2}`, `yours{}`}, seen.take())
		require.Equal(t, []string{"channel yours", "socket yours", "socket mine"}, handled.take())
		require.Equal(t, before+4, s.Statistics().MessagesIn)

		c.Intercept(nil)
		peer.push(c.JoinRef(), "room:1", "mine", `{}`)
		require.Empty(t, seen.take())
		require.Equal(t, []string{"channel mine", "socket mine"}, handled.take())
	})
}

func TestInterceptorSeesTheCurrentJoinOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		var seen recorder[string]
		c.Intercept(func(m *Message) bool {
			seen.add(m.Event)
			return true
		})
		peer.push("", "room:1", "before the join", `{}`)
		_, err = c.Join()
		require.NoError(t, err)
		join := peer.expect("room:1", "phx_join")
		peer.push(join.JoinRef, "room:1", "before the reply", `{}`)
		peer.reply(join, "ok", "{}")
		peer.push("other", "room:1", "of another join", `{}`)
		peer.push(join.JoinRef, "room:1", "of this join", `{}`)
		require.Equal(t, []string{"of this join"}, seen.take())

		push := pushing(t, c, "ask", nil)
		peer.reply(peer.expect("room:1", "ask"), "ok", `{}`)
		<-push.Done()
		peer.push(join.JoinRef, "room:1", "phx_error", `{}`)
		require.Empty(t, seen.take(), "replies and errors")
		require.Equal(t, ChannelErrored, c.State())
		peer.push(join.JoinRef, "room:1", "after the crash", `{}`)
		require.Empty(t, seen.take())
	})
}

func TestPrepareIsNotRunForWhatAnInterceptorSees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) {
			c.Prepare = preparing(func(m *Message) { m.Prepared = "prepared" })
		})
		c := peer.join(s, "room:1")
		var seen, handled recorder[any]
		c.On("passed on", func(m *Message) { handled.add(m.Prepared); handled.add(m.Payload.String()) })
		s.OnError(func(err error) { handled.add(err.Error()) })
		c.Intercept(func(m *Message) bool {
			seen.add(m.Prepared)
			return false
		})
		peer.push("", "room:1", "passed on", `{"n":[1]}`)
		peer.push("", "room:1", "passed on", `{"n":`)
		peer.write(2, []byte("\x02\x06\x09room:1passed onbinary"))
		require.Equal(t, []any{nil, nil}, seen.take())
		got := handled.take()
		require.Len(t, got, 5)
		require.Equal(t, []any{nil, `{"n":[1]}`}, got[:2])
		require.Contains(t, got[2], "malformed message")
		require.Equal(t, []any{nil, "binary payload of 6 bytes"}, got[3:])

		push := pushing(t, c, "ask", nil)
		peer.reply(peer.expect("room:1", "ask"), "ok", `{}`)
		<-push.Done()
		reply, _ := push.Reply()
		require.Equal(t, "prepared", reply.Prepared)
	})
}

func TestInterceptorThatPanicsTakesItsMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics, handled recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) { c.OnPanic = func(v any, _ []byte) { panics.add(v) } })
		c := peer.join(s, "room:1")
		c.OnMessage(func(m *Message) { handled.add(m.Event) })
		c.Intercept(func(m *Message) bool {
			if m.Event == "bad" {
				panic("a bug")
			}
			return false
		})
		peer.push("", "room:1", "bad", `{}`)
		peer.push("", "room:1", "good", `{}`)
		require.Equal(t, []any{"a bug"}, panics.take())
		require.Equal(t, []any{"good"}, handled.take())
	})
}

func TestInterceptorCostsOtherMessagesNoMemory(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	c, err := s.Channel("room:1", nil)
	require.NoError(t, err)
	conn := newConnection(s)
	m := &Message{Topic: "room:2", Event: "e"}
	for _, intercept := range []func(*Message) bool{nil, func(*Message) bool { return true }} {
		c.Intercept(intercept)
		require.Zero(t, testing.AllocsPerRun(100, func() { require.False(t, s.intercepted(conn, m)) }))
	}
}
