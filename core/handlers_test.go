package core

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A panicking handler must not affect the others: above all, each push completes.
func TestPanicOfAHandlerKeepsNothingFromTheOthers(t *testing.T) {
	tests := map[string]func(s *Socket, c *Channel, push *Push){
		"of every message of the channel": func(_ *Socket, c *Channel, _ *Push) { c.OnMessage(func(*Message) { panic("oops") }) },
		"of the reply event":              func(_ *Socket, c *Channel, _ *Push) { c.On("phx_reply", func(*Message) { panic("oops") }) },
		"of Receive":                      func(_ *Socket, _ *Channel, p *Push) { p.Receive("ok", func(Reply) { panic("oops") }) },
		"of OnComplete":                   func(_ *Socket, _ *Channel, p *Push) { p.OnComplete(func(Reply) { panic("oops") }) },
		"of the socket's messages":        func(s *Socket, _ *Channel, _ *Push) { s.OnMessage(func(*Message) { panic("oops") }) },
	}
	for name, arrange := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var panics recorder[any]
				s, peer := newPeer(t).connect(func(c *Config) {
					c.OnPanic = func(value any, _ []byte) { panics.add(value) }
				})
				c := peer.join(s, "room:1")
				push := pushing(t, c, "ask", nil)
				arrange(s, c, push)
				var got recorder[string]
				c.OnMessage(func(*Message) { got.add("channel") })
				c.On("phx_reply", func(*Message) { got.add("event") })
				push.Receive("ok", func(Reply) { got.add("receive") })
				push.OnComplete(func(Reply) { got.add("complete") })
				s.OnMessage(func(*Message) { got.add("socket") })
				peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
				require.Equal(t, []string{"channel", "event", "receive", "complete", "socket"}, got.take())
				require.Equal(t, []any{"oops"}, panics.take())
				require.Equal(t, ChannelJoined, c.State())
			})
		})
	}
}

func TestPanicOfANoticeKeepsNothingFromTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.OnPanic = func(value any, _ []byte) { panics.add(value) }
		})
		c := peer.join(s, "room:1")
		var got recorder[string]
		c.OnError(func(Payload) { panic("oops") })
		c.OnError(func(Payload) { got.add("error") })
		c.OnClose(func(Payload) { panic("oops") })
		c.OnClose(func(Payload) { got.add("close") })
		peer.push(c.JoinRef(), "room:1", "phx_error", "{}")
		peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		require.Equal(t, []string{"error", "close"}, got.take())
		require.Equal(t, []any{"oops", "oops"}, panics.take())
	})
}

func TestPanicOfAPresenceHandlerKeepsNothingFromTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.OnPanic = func(value any, _ []byte) { panics.add(value) }
		})
		c := peer.join(s, "room:1")
		p := NewPresence(c, PresenceEvents{})
		var got recorder[string]
		p.OnChange(func([]PresenceChange, []PresenceChange) { panic("oops") })
		p.OnJoin(func(key string, _, _ *PresenceEntry) {
			got.add(key)
			panic("oops")
		})
		p.OnSync(func() { got.add("sync") })
		peer.push(c.JoinRef(), "room:1", "presence_state", threeUsers)
		require.Equal(t, []string{"u1", "u2", "u3", "sync"}, got.take())
		require.Len(t, panics.take(), 4)
	})
}

func TestHandlersMayCallBack(t *testing.T) {
	tests := map[string]struct {
		call  func(t *testing.T, c *Channel)
		after func(t *testing.T, c *Channel, peer *peerConn)
	}{
		"Push": {
			func(t *testing.T, c *Channel) { pushing(t, c, "answer", nil) },
			func(t *testing.T, c *Channel, peer *peerConn) { peer.expect("room:1", "answer") },
		},
		"Leave": {
			func(t *testing.T, c *Channel) { leaving(t, c) },
			func(t *testing.T, c *Channel, peer *peerConn) {
				peer.reply(peer.expect("room:1", "phx_leave"), "ok", "{}")
				synctest.Wait()
				require.Equal(t, ChannelClosed, c.State())
			},
		},
		"Leave and a new channel": {
			func(t *testing.T, c *Channel) {
				leaving(t, c)
				joining(t, c.Socket(), "room:1", nil)
			},
			func(t *testing.T, c *Channel, peer *peerConn) {
				peer.reply(peer.expect("room:1", "phx_leave"), "ok", "{}")
				peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
				synctest.Wait()
				require.Len(t, c.Socket().Channels(), 1)
				require.Equal(t, ChannelJoined, c.Socket().Channels()[0].State())
			},
		},
		"Wait for a reply": {
			func(t *testing.T, c *Channel) {
				reply, err := pushing(t, c, "ask", nil).Wait(t.Context())
				require.NoError(t, err)
				require.Equal(t, "ok", reply.Status)
				pushing(t, c, "done", nil)
			},
			func(t *testing.T, c *Channel, peer *peerConn) {
				peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
				peer.expect("room:1", "done")
			},
		},
		"Wait until a context ends": {
			func(t *testing.T, c *Channel) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				_, err := pushing(t, c, "ask", nil).Wait(ctx)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				pushing(t, c, "done", nil)
			},
			func(t *testing.T, c *Channel, peer *peerConn) {
				peer.expect("room:1", "ask")
				peer.expect("room:1", "done")
			},
		},
		"Close": {
			func(t *testing.T, c *Channel) {
				require.NoError(t, c.Socket().Close())
				<-c.Socket().Ended()
			},
			func(t *testing.T, c *Channel, peer *peerConn) {
				require.Equal(t, 1000, peer.closeError().Code)
				<-c.Socket().Ended()
				require.Equal(t, ChannelClosed, c.State())
			},
		},
		"Disconnect and Connect": {
			func(t *testing.T, c *Channel) {
				require.NoError(t, c.Socket().Disconnect(0, ""))
				require.NoError(t, c.Socket().Connect())
			},
			func(t *testing.T, c *Channel, peer *peerConn) {
				require.Equal(t, 1000, peer.closeError().Code)
				require.NoError(t, c.Socket().WaitOpen(t.Context()))
			},
		},
		"all that only asks": {
			func(t *testing.T, c *Channel) {
				s := c.Socket()
				require.Equal(t, ChannelJoined, c.State())
				require.Equal(t, SocketOpen, s.State())
				require.Equal(t, []*Channel{c}, s.Channels())
				require.NotEmpty(t, c.JoinRef())
				require.True(t, c.CanPush())
				require.Equal(t, 1, s.Statistics().Connects)
				c.On("event", nil).Cancel()
				s.OnMessage(nil).Cancel()
			},
			func(t *testing.T, c *Channel, peer *peerConn) { peer.silent() },
		},
	}
	for name, test := range tests {
		for _, event := range []string{"message", "reply"} {
			t.Run(name+" in the handler of a "+event, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, peer := newPeer(t).connect(nil)
					c := peer.join(s, "room:1")
					if event == "message" {
						c.On("trigger", func(*Message) { test.call(t, c) })
						peer.push("", "room:1", "trigger", "{}")
					} else {
						pushing(t, c, "trigger", nil).Receive("ok", func(Reply) { test.call(t, c) })
						peer.reply(peer.expect("room:1", "trigger"), "ok", "{}")
					}
					test.after(t, c, peer)
				})
			})
		}
	}
}

func TestHandlersOfTheEndMayMakeANewChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		c.OnClose(func(Payload) { joining(t, s, "room:1", nil) })
		peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.Len(t, s.Channels(), 1)
		require.Equal(t, ChannelJoined, s.Channels()[0].State())
	})
}

func TestPostedFunctionsRunInOrderWithTheHandlers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.ManualDispatch = true
			c.OnPanic = func(value any, _ []byte) { panics.add(value) }
		})
		s.Dispatch(0)
		var told recorder[string]
		s.OnMessage(func(m *Message) {
			told.add(m.Event)
			s.Post(func() { told.add("posted by the handler of " + m.Event) })
		})
		peer.push("", "room:1", "first", "{}")
		synctest.Wait()
		s.Post(func() { told.add("posted") })
		s.Post(func() { panic("oops") })
		peer.push("", "room:1", "second", "{}")
		synctest.Wait()
		require.Empty(t, told.all(), "nothing runs on its caller's goroutine")
		require.Equal(t, 4, s.Queued())
		require.Equal(t, 4, s.Dispatch(0))
		require.Equal(t, []string{"first", "posted", "second"}, told.take())
		require.NoError(t, s.Close())
		s.Post(func() { told.add("posted after the close") })
		s.Dispatch(0)
		require.Equal(t, []string{"posted by the handler of first", "posted by the handler of second", "posted after the close"}, told.take())
		require.Equal(t, []any{"oops"}, panics.all())
	})
}
