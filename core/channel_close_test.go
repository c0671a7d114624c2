package core

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCloseEndsAChannelAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		reasons := closeReasons(c)
		push, err := c.Push("ask", nil)
		require.NoError(t, err)
		c.Close()
		require.Equal(t, ChannelClosed, c.State())
		require.Empty(t, s.Channels())
		synctest.Wait()
		require.Equal(t, StatusClosed, statusOf(push))
		require.Equal(t, []string{`"leave"`}, reasons.take())

		// The server still receives the earlier push and the leave.
		peer.expect("room:1", "ask")
		m := peer.expect("room:1", "phx_leave")
		peer.reply(m, "ok", "{}")
		synctest.Wait()
		require.Empty(t, reasons.take())
		require.Zero(t, s.Statistics().PendingPushes)

		c.Close()
		synctest.Wait()
		require.Empty(t, reasons.take(), "closed twice")
		time.Sleep(time.Minute / 4)
		peer.silent()
	})
}

func TestCloseWhileJoiningCompletesTheJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		join, err := c.Join()
		require.NoError(t, err)
		m := peer.expect("room:1", "phx_join")
		c.Close()
		synctest.Wait()
		require.Equal(t, StatusClosed, statusOf(join))
		peer.expect("room:1", "phx_leave")
		peer.reply(m, "ok", "{}")
		synctest.Wait()
		require.Equal(t, ChannelClosed, c.State())
	})
}

func TestCloseWhileLeavingWaitsNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		leave := leaving(t, c)
		c.Close()
		synctest.Wait()
		require.Equal(t, StatusOK, statusOf(leave))
		require.Equal(t, ChannelClosed, c.State())
	})
}

func TestCancelReachesAClosedChannelWhoseHandlersWaitToBeTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		c := peer.join(s, "room:1")
		s.Dispatch(0)
		var told recorder[string]
		subscriptions := []Subscription{
			c.OnClose(func(Payload) { told.add("closed") }),
			c.OnMessage(func(*Message) { told.add("message") }),
		}
		c.OnClose(func(Payload) { told.add("the other") })
		peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		synctest.Wait()
		require.Equal(t, ChannelClosed, c.State())
		for _, subscription := range subscriptions {
			subscription.Cancel()
		}
		s.Dispatch(0)
		require.Equal(t, []string{"the other"}, told.all())
	})
}

func TestCloseOfAChannelThatWasNeverJoinedSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		c.Close()
		require.Empty(t, s.Channels())
		synctest.Wait()
		peer.silent()
	})
}
