package core

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// leaving leaves a channel, which must succeed.
func leaving(t *testing.T, c *Channel) *Push {
	t.Helper()
	leave, err := c.Leave()
	require.NoError(t, err)
	return leave
}

// closeReasons records why a channel closed.
func closeReasons(c *Channel) *recorder[string] {
	reasons := new(recorder[string])
	c.OnClose(func(reason Payload) { reasons.add(reason.String()) })
	return reasons
}

func TestLeaveClosesOnTheServersOk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, other := peer.join(s, "room:1"), peer.join(s, "room:2")
		reasons := closeReasons(c)
		var order recorder[string]
		c.OnClose(func(Payload) { order.add("closed") })
		leave := leaving(t, c).Receive("ok", func(Reply) { order.add("left") })
		require.Equal(t, ChannelLeaving, c.State())
		m := peer.expect("room:1", "phx_leave")
		require.Equal(t, wire{c.JoinRef(), leave.Ref(), "room:1", "phx_leave", "{}"}, m)
		require.NotEqual(t, m.JoinRef, m.Ref)
		time.Sleep(5 * time.Second)
		require.Empty(t, reasons.take())
		require.Equal(t, ChannelLeaving, c.State())
		peer.reply(m, "ok", "{}")
		peer.send(`["` + c.JoinRef() + `","` + c.JoinRef() + `","room:1","phx_close",{}]`)
		require.Equal(t, []string{`"leave"`}, reasons.take(), "once")
		require.Equal(t, []string{"left", "closed"}, order.take())
		require.Equal(t, ChannelClosed, c.State())
		require.Equal(t, []*Channel{other}, s.Channels())
		require.Equal(t, "ok", statusOf(leave))
		time.Sleep(15 * time.Second)
		peer.silent()
	})
}

func TestLeaveClosesOnTimeout(t *testing.T) {
	tests := map[string]struct {
		timeout, want time.Duration
	}{
		"of the socket": {0, 10 * time.Second},
		"of its own":    {20 * time.Second, 20 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				reasons := closeReasons(c)
				leave, err := c.LeaveTimeout(test.timeout)
				require.NoError(t, err)
				m := peer.expect("room:1", "phx_leave")
				time.Sleep(test.want - time.Millisecond)
				require.Empty(t, statusOf(leave))
				require.Equal(t, ChannelLeaving, c.State())
				time.Sleep(time.Millisecond)
				require.Equal(t, StatusTimeout, statusOf(leave))
				require.Equal(t, ChannelClosed, c.State())
				require.Len(t, reasons.take(), 1)
				require.Empty(t, s.Channels())
				peer.reply(m, "ok", "{}")
				synctest.Wait()
				require.Equal(t, 1, s.Statistics().LateReplies)
				require.Empty(t, reasons.take())
			})
		})
	}
}

func TestLeaveCompletesWhenTheCloseComesWithoutAReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		reasons := closeReasons(c)
		leave := leaving(t, c)
		peer.push(c.JoinRef(), "room:1", "phx_close", `{}`)
		require.Equal(t, "ok", statusOf(leave))
		require.Equal(t, []string{`"leave"`}, reasons.take())
	})
}

func TestLeaveTwiceGivesTheSamePush(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		leave := leaving(t, c)
		require.Same(t, leave, leaving(t, c))
		peer.reply(peer.expect("room:1", "phx_leave"), "ok", "{}")
		require.Equal(t, "ok", statusOf(leave))
		require.Same(t, leave, leaving(t, c))
		peer.silent()
	})
}

func TestLeaveOfAChannelThatTheServerDoesNotHaveIsDoneAtOnce(t *testing.T) {
	tests := map[string]func(t *testing.T, p *peer) *Channel{
		"never joined": func(t *testing.T, p *peer) *Channel {
			s, _ := p.connect(nil)
			c, err := s.Channel("room:1", nil)
			require.NoError(t, err)
			return c
		},
		"joining without a connection": func(t *testing.T, p *peer) *Channel {
			c, _ := joining(t, p.socket(nil), "room:1", nil)
			return c
		},
		"refused": func(t *testing.T, p *peer) *Channel {
			s, peer := p.connect(nil)
			c, _ := joining(t, s, "room:1", nil)
			peer.reply(peer.expect("room:1", "phx_join"), "error", "{}")
			return c
		},
		"crashed": func(t *testing.T, p *peer) *Channel {
			s, peer := p.connect(nil)
			c := peer.join(s, "room:1")
			peer.push(c.JoinRef(), "room:1", "phx_error", "{}")
			return c
		},
		"after the connection was lost": func(t *testing.T, p *peer) *Channel {
			s, peer := p.connect(nil)
			c := peer.join(s, "room:1")
			p.refuse(503)
			peer.drop()
			return c
		},
		"after a disconnect": func(t *testing.T, p *peer) *Channel {
			s, peer := p.connect(nil)
			c := peer.join(s, "room:1")
			require.NoError(t, s.Disconnect(0, ""))
			return c
		},
	}
	for name, arrange := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := arrange(t, newPeer(t))
				synctest.Wait()
				reasons := closeReasons(c)
				require.Equal(t, "ok", statusOf(leaving(t, c)))
				require.Equal(t, ChannelClosed, c.State())
				require.Equal(t, []string{`"leave"`}, reasons.take())
				require.Empty(t, c.Socket().Channels())
				time.Sleep(20 * time.Second)
				require.Equal(t, ChannelClosed, c.State(), "no rejoin")
			})
		})
	}
}

func TestLeaveOfAChannelThatTheServerClosedIsOkAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		reasons := closeReasons(c)
		peer.push(c.JoinRef(), "room:1", "phx_close", `{}`)
		synctest.Wait()
		require.Equal(t, "ok", statusOf(leaving(t, c)))
		require.Equal(t, []string{`{}`}, reasons.take(), "it closed once")
		peer.silent()
	})
}

func TestLeaveAfterTheSocketsCloseLeavesTheChannelClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newPeer(t).socket(nil)
		c, err := s.Channel("room:1", nil) // never joined
		require.NoError(t, err)
		require.NoError(t, s.Close())
		require.Equal(t, "ok", statusOf(leaving(t, c)))
		require.Equal(t, ChannelClosed, c.State())
	})
}

func TestLeaveWhileJoining(t *testing.T) {
	for _, answered := range []bool{true, false} {
		t.Run("join answered "+strconv.FormatBool(answered), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c, join := joining(t, s, "room:1", nil)
				joined := peer.expect("room:1", "phx_join")
				leave := leaving(t, c)
				m := peer.expect("room:1", "phx_leave")
				require.Equal(t, joined.JoinRef, m.JoinRef, "the server may be joining us")
				want := StatusClosed
				if answered {
					want = "ok"
					peer.reply(joined, "ok", "{}")
					synctest.Wait()
					require.Equal(t, ChannelLeaving, c.State())
				}
				peer.reply(m, "ok", "{}")
				require.Equal(t, []string{"ok", want}, []string{statusOf(leave), statusOf(join)})
				require.Equal(t, ChannelClosed, c.State())
				time.Sleep(30*time.Second - time.Millisecond)
				peer.silent()
			})
		})
	}
}

func TestLeaveFollowedAtOnceByANewChannelOfTheTopic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		old := peer.join(s, "room:1")
		reasons := closeReasons(old)
		leave := leaving(t, old)
		next, join := joining(t, s, "room:1", nil)
		oldGot, nextGot := eventNames(old, "shout"), eventNames(next, "shout")
		left, joined := peer.expect("room:1", "phx_leave"), peer.expect("room:1", "phx_join")
		peer.reply(left, "ok", "{}")
		peer.send(`["` + old.JoinRef() + `","` + old.JoinRef() + `","room:1","phx_close",{}]`)
		peer.reply(joined, "ok", "{}")
		peer.push("", "room:1", "shout", "1")
		peer.push(next.JoinRef(), "room:1", "shout", "2")
		require.Equal(t, []string{"ok", "ok"}, []string{statusOf(leave), statusOf(join)})
		require.Equal(t, []ChannelState{ChannelClosed, ChannelJoined}, []ChannelState{old.State(), next.State()})
		require.Len(t, reasons.take(), 1)
		require.Equal(t, []string{"shout 1", "shout 2"}, nextGot.take())
		require.Empty(t, oldGot.take())
		require.Equal(t, []*Channel{next}, s.Channels())
		peer.silent()
	})
}

func TestNoMessageComesAfterLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		got := eventNames(c, "shout")
		leaving(t, c)
		m := peer.expect("room:1", "phx_leave")
		peer.push("", "room:1", "shout", "1")
		peer.push(c.JoinRef(), "room:1", "shout", "2")
		peer.reply(m, "ok", "{}")
		peer.push("", "room:1", "shout", "3")
		require.Empty(t, got.take())
	})
}

// Messages received before the leave, and still waiting for their handlers, are not delivered any
// more. Replies are, because a push completes.
func TestNoMessageThatWaitedComesAfterLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		c := peer.join(s, "room:1")
		push := pushing(t, c, "ask", nil)
		var got recorder[string]
		push.OnComplete(func(r Reply) { got.add("reply " + r.Status) })
		c.On("shout", func(m *Message) {
			got.add("shout " + m.Payload.String())
			leaving(t, c)
		})
		c.OnMessage(func(m *Message) { got.add("hook " + m.Event) })
		s.OnMessage(func(m *Message) { got.add("socket " + m.Event) })
		s.Dispatch(0)
		got.take()
		asked := peer.expect("room:1", "ask")
		peer.push("", "room:1", "shout", "1")
		peer.push("", "room:1", "shout", "2")
		peer.reply(asked, "ok", "{}")
		synctest.Wait()
		s.Dispatch(0)
		require.Equal(t, []string{
			"hook shout", "shout 1", "socket shout", "socket shout", "hook phx_reply", "reply ok", "socket phx_reply",
		}, got.take())
	})
}

func TestMessagesBeforeTheServersCloseStillCome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		c := peer.join(s, "room:1")
		got := eventNames(c, "shout", "phx_close")
		peer.push("", "room:1", "shout", "1")
		peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		synctest.Wait()
		require.Equal(t, ChannelClosed, c.State())
		s.Dispatch(0)
		require.Equal(t, []string{"shout 1", "phx_close {}"}, got.take())
	})
}

func TestLeaveCompletesTheRepliesThatStillComeFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		answered, unanswered := pushing(t, c, "a", nil), pushing(t, c, "b", nil)
		leaving(t, c)
		first := peer.expect("room:1", "a")
		peer.expect("room:1", "b")
		left := peer.expect("room:1", "phx_leave")
		peer.reply(first, "ok", "{}")
		peer.reply(left, "ok", "{}")
		require.Equal(t, []string{"ok", StatusClosed}, []string{statusOf(answered), statusOf(unanswered)})
		_, err := c.Push("c", nil)
		require.ErrorIs(t, err, ErrChannelClosed)
	})
}

func TestPushAfterLeaveIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		leaving(t, c)
		_, err := c.Push("shout", nil)
		require.ErrorIs(t, err, ErrChannelClosed)
		require.ErrorContains(t, err, `"shout"`)
		peer.expect("room:1", "phx_leave")
		peer.silent()
	})
}
