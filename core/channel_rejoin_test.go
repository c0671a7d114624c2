package core

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReplyToAnOutdatedJoinIsCountedAndNotDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.Timeout = time.Second })
		c, _ := joining(t, s, "room:1", nil)
		outcomes := joinOutcomes(c)
		first := peer.expect("room:1", "phx_join")
		peer.expect("room:1", "phx_leave")
		peer.reply(first, "ok", "{}")
		require.Equal(t, []string{"timeout"}, outcomes.take())
		require.Equal(t, ChannelErrored, c.State())
		require.Equal(t, 1, s.Statistics().LateReplies)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, []string{"ok"}, outcomes.take())
	})
}

func TestRejoinStepsAreThoseOfTheOfficialClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.HeartbeatInterval = time.Hour })
		c, _ := joining(t, s, "room:1", nil)
		refuseAfter(t, peer)
		var got []time.Duration
		for range 5 {
			got = append(got, refuseAfter(t, peer))
		}
		require.Equal(t, milliseconds(1000, 2000, 5000, 10000, 10000), got)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		time.Sleep(40 * time.Second)
		peer.push(c.JoinRef(), "room:1", "phx_error", `{}`)
		require.Equal(t, time.Second, refuseAfter(t, peer), "they begin anew after a join that lasted")
	})
}

// refuseAfter refuses the next join, and returns how long it took to arrive.
func refuseAfter(t *testing.T, peer *peerConn) time.Duration {
	t.Helper()
	began := time.Now()
	peer.reply(peer.expect("room:1", "phx_join"), "error", "{}")
	synctest.Wait()
	return time.Since(began)
}

func TestRejoinStepsBeginAnewWithAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) { c.RejoinAfter = milliseconds(100, 7000) })
		c, _ := joining(t, s, "room:1", nil)
		refuseAfter(t, peer)
		require.Equal(t, 100*time.Millisecond, refuseAfter(t, peer))
		peer.drop()
		next := p.accept()
		require.Zero(t, refuseAfter(t, next), "at once with the connection")
		require.Equal(t, 100*time.Millisecond, refuseAfter(t, next))
		require.Equal(t, 7*time.Second, refuseAfter(t, next))
		require.Equal(t, 7*time.Second, refuseAfter(t, next), "the last repeats")
		require.Equal(t, ChannelErrored, c.State())
	})
}

func TestHooksOfAJoinThatCameLaterHearOfTheRejoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c, join := joining(t, s, "room:1", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "1")
		synctest.Wait()
		require.Equal(t, ChannelJoined, c.State())
		var got recorder[string]
		join.Receive("ok", func(r Reply) { got.add(r.Response.String()) })
		require.Equal(t, []string{"1"}, got.take())
		peer.drop()
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "2")
		require.Equal(t, []string{"2"}, got.take())
	})
}

func TestRejoinDelaysAreSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.Jitter = 0.5; c.RejoinAfter = milliseconds(1000) })
		joining(t, s, "room:1", nil)
		refuseAfter(t, peer)
		seen := map[time.Duration]bool{}
		for range 10 {
			delay := refuseAfter(t, peer)
			require.GreaterOrEqual(t, delay, 500*time.Millisecond)
			require.LessOrEqual(t, delay, 1500*time.Millisecond)
			seen[delay] = true
		}
		require.Greater(t, len(seen), 5)
	})
}

func TestErrorsWhileARejoinWaitsDoNotBringASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		peer.push(c.JoinRef(), "room:1", "phx_error", `{}`)
		refused := peer.expect("room:1", "phx_join")
		peer.reply(refused, "error", `{}`)
		peer.reply(refused, "error", `{}`) // a late duplicate
		synctest.Wait()
		time.Sleep(2 * time.Second)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		time.Sleep(20 * time.Second)
		peer.silent()
		require.Equal(t, ChannelJoined, c.State())
		require.Zero(t, s.Statistics().LateReplies, "a second reply is not a late one")
	})
}

func TestJoinUnderWayWhenTheConnectionIsLostGoesOnWithTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c, join := joining(t, s, "room:1", nil)
		var reasons recorder[string]
		c.OnError(func(reason Payload) { reasons.add(reason.String()) })
		old := peer.expect("room:1", "phx_join")
		peer.drop()
		next := p.accept()
		m := next.expect("room:1", "phx_join")
		require.NotEqual(t, old.Ref, m.Ref)
		require.Equal(t, []string{`{"source":"transport","reason":"connection_closed"}`}, reasons.take())
		next.reply(m, "ok", "{}")
		require.Equal(t, "ok", statusOf(join))
		time.Sleep(20 * time.Second)
		next.silent()
		require.Equal(t, ChannelJoined, c.State())
	})
}

func TestRejoinThatEndsWithItsConnectionHasNoOutcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		outcomes := joinOutcomes(c)
		peer.drop()
		next := p.accept()
		next.expect("room:1", "phx_join")
		p.refuse(503)
		next.drop()
		time.Sleep(time.Minute)
		require.Empty(t, outcomes.take())
		require.Equal(t, ChannelErrored, c.State())
		p.refuse(0)
		last := p.accept()
		last.reply(last.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, []string{"ok"}, outcomes.take())
	})
}

func TestJoinMayBeAskedFromAnyGoroutineWhileItIsSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		_, join := joining(t, s, "room:1", nil)
		peer.reply(peer.expect("room:1", "phx_join"), "error", "{}")
		for range 4 { // the race detector checks the accesses in between
			time.Sleep(500 * time.Millisecond)
			require.Equal(t, []string{"room:1", "phx_join"}, []string{join.Topic(), join.Event()})
			require.NotEmpty(t, join.Ref())
			join.RoundTrip()
		}
		peer.expect("room:1", "phx_join")
	})
}

func TestJoinThatWaitsForTheConnectionIsErroredByEachFailedAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503)
		s := p.socket(nil)
		c, join := joining(t, s, "room:1", nil)
		var reasons recorder[string]
		c.OnError(func(reason Payload) { reasons.add(reason.String()) })
		require.NoError(t, s.Connect())
		time.Sleep(5 * time.Second)
		require.Greater(t, p.attempts(), 5)
		require.Equal(t, []string{`{"source":"transport","reason":"connection_error"}`}, reasons.take(), "once errored, it stays so")
		require.Equal(t, ChannelErrored, c.State())
		p.refuse(0)
		peer := p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, "ok", statusOf(join))
	})
}

func TestJoinThatWaitsForTheConnectionIsNotErroredByTheFallback(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := fallbackPeer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
		s, opens := p.fallbackSocket()
		c, _ := joining(t, s, "room:1", nil)
		var reasons recorder[string]
		c.OnError(func(reason Payload) { reasons.add(reason.String()) })
		require.NoError(t, s.Connect())
		require.Equal(t, []string{"longpoll"}, opens.take())
		require.Empty(t, reasons.take(), "the transport was replaced, nothing was lost")
		require.Equal(t, ChannelJoining, c.State())
	})
}
