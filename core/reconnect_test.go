package core

import (
	"context"
	"net"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEventsOfALifeComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		var log recorder[string]
		s.OnState(func(state SocketState) { log.add(state.String()) })
		s.OnOpen(func(e OpenEvent) { log.add("opened " + e.Endpoint + " " + e.Transport.String()) })
		s.OnClose(func(e CloseEvent) {
			log.add("lost " + strconv.Itoa(e.Code) + " requested " + strconv.FormatBool(e.WasRequested) + " again " + strconv.FormatBool(e.WillReconnect))
		})
		require.NoError(t, s.Connect())
		p.accept().close(1012)
		p.accept()
		synctest.Wait()
		require.NoError(t, s.Disconnect(4001, "enough"))
		time.Sleep(time.Minute)
		require.Equal(t, []string{
			"connecting", "open", "opened ws://peer/socket websocket",
			"closed", "lost 1012 requested false again true",
			"connecting", "open", "opened ws://peer/socket websocket",
			"closing", "closed", "lost 4001 requested true again false",
		}, log.take())
		require.Equal(t, 2, p.attempts())
	})
}

func TestAnyCloseThatWasNotRequestedReconnects(t *testing.T) {
	for _, code := range []int{1000, 1001, 1002, 1008, 1009, 1011, 1012, 1013, 3000, 4000} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				var closes recorder[CloseEvent]
				s.OnClose(closes.add)
				peer.close(code)
				p.accept()
				require.Equal(t, []CloseEvent{{Code: code, Reason: closeWords[code], WillReconnect: true, RetryIn: 10 * time.Millisecond}}, closes.take())
			})
		})
	}
	t.Run("no close frame", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			var closes recorder[CloseEvent]
			var errs recorder[error]
			s.OnClose(closes.add)
			s.OnError(errs.add)
			peer.drop()
			p.accept()
			require.Equal(t, 1006, closes.take()[0].Code)
			require.Len(t, errs.take(), 1)
		})
	})
}

// brokenConn is a network connection whose writes fail, without any other sign of the failure.
type brokenConn struct {
	net.Conn
	broken *atomic.Bool
}

func (c brokenConn) Write(p []byte) (int, error) {
	if c.broken.Load() {
		return 0, syscall.EPIPE
	}
	return c.Conn.Write(p)
}

func TestConnectionThatCannotBeWrittenToEndsWithThatError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		var broken atomic.Bool
		s, _ := p.connect(func(c *Config) {
			c.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := p.network.DialContext(ctx, network, addr)
				return brokenConn{conn, &broken}, err
			}
		})
		var errs recorder[error]
		s.OnError(errs.add)
		broken.Store(true)
		require.NoError(t, s.Push(Message{Topic: "t", Event: "e"}))
		synctest.Wait()
		require.Equal(t, SocketOpen, s.State(), "what the server said last may still come")
		broken.Store(false)
		p.accept()
		told := errs.take()
		require.Len(t, told, 1)
		require.ErrorIs(t, told[0], syscall.EPIPE)
	})
}

func TestReconnectStepsAreThoseOfTheOfficialClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503)
		s := p.socket(nil)
		times := attemptTimes(s)
		require.NoError(t, s.Connect())
		time.Sleep(20 * time.Second)
		require.Equal(t, milliseconds(10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000, 5000), steps(times.take())[:11])
	})
}

func TestCloseTellsWhenTheNextAttemptBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		p.refuse(503)
		s := p.socket(func(c *Config) { c.Jitter = 0.25 })
		times := attemptTimes(s)
		var told []time.Duration
		s.OnClose(func(e CloseEvent) { told = append(told, e.RetryIn) })
		require.NoError(t, s.Connect())
		time.Sleep(20 * time.Second)
		waited := steps(times.take())
		require.Greater(t, len(waited), 9)
		require.Equal(t, waited, told[:len(waited)])

		s.SetOnline(false)
		p.network.hold(true)
		s.SetOnline(true)
		s.SetOnline(false)
		p.network.hold(false)
		synctest.Wait()
		last := told[len(told)-1]
		require.Zero(t, last, "nothing is tried while offline")
	})
}

// attemptTimes records when connect attempts begin.
func attemptTimes(s *Socket) *recorder[time.Time] {
	times := new(recorder[time.Time])
	s.OnState(func(state SocketState) {
		if state == SocketConnecting {
			times.add(time.Now())
		}
	})
	return times
}

func steps(times []time.Time) []time.Duration {
	var steps []time.Duration
	for i := 1; i < len(times); i++ {
		steps = append(steps, times[i].Sub(times[i-1]))
	}
	return steps
}

func TestJitterSpreadsTheDelays(t *testing.T) {
	low, high := time.Hour, time.Duration(0)
	for range 1000 {
		b := backoff{steps: []time.Duration{time.Second}, jitter: 0.25}
		delay := b.next(0)
		low, high = min(low, delay), max(high, delay)
	}
	assert.GreaterOrEqual(t, low, 750*time.Millisecond)
	assert.LessOrEqual(t, high, 1250*time.Millisecond)
	assert.Greater(t, high-low, 300*time.Millisecond)
}

func TestChannelsRejoinAfterAReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		a, b := peer.join(s, "room:a"), peer.join(s, "room:b")
		var errs recorder[string]
		a.OnError(func(reason Payload) { errs.add(reason.String()) })
		peer.drop()
		next := p.accept()
		first := next.expect("room:a", "phx_join")
		require.NotEqual(t, "1", first.JoinRef)
		next.reply(first, "ok", "{}")
		next.reply(next.expect("room:b", "phx_join"), "ok", "{}")
		require.Equal(t, []string{`{"source":"transport","reason":"connection_closed"}`}, errs.take())
		require.Equal(t, []ChannelState{ChannelJoined, ChannelJoined}, []ChannelState{a.State(), b.State()})
		require.Equal(t, 1, s.Statistics().Reconnects)
	})
}
