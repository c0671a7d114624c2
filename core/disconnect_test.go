package core

import (
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/stretchr/testify/require"
)

func TestDisconnect(t *testing.T) {
	t.Run("tells the server code and reason", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			require.NoError(t, s.Disconnect(4000, "bye"))
			closed := peer.closeError()
			require.Equal(t, []any{4000, "bye"}, []any{closed.Code, closed.Text})
		})
	})
	t.Run("sends first what was pushed before", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			channel := peer.join(s, "room:1")
			for i := range 100 {
				_, err := channel.Push("n", i)
				require.NoError(t, err)
			}
			require.NoError(t, s.Disconnect(0, ""))
			for i := range 100 {
				require.Equal(t, strconv.Itoa(i), peer.expect("room:1", "n").Payload)
			}
			require.Equal(t, 1000, peer.closeError().Code)
		})
	})
	t.Run("refuses codes that a client may not send", func(t *testing.T) {
		s, err := NewSocket("ws://peer/socket", Config{})
		require.NoError(t, err)
		for _, code := range []int{-1, 1, 1001, 1005, 1006, 2999, 5000} {
			require.ErrorContains(t, s.Disconnect(code, ""), strconv.Itoa(code))
		}
		require.ErrorContains(t, s.Disconnect(0, strings.Repeat("x", 124)), "123 bytes")
		require.ErrorContains(t, s.Disconnect(0, "\xff"), "UTF-8")
	})
	t.Run("does nothing on a socket that was never connected", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := newPeer(t).socket(nil)
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Disconnect(0, ""))
			require.Empty(t, closes.take())
		})
	})
	t.Run("while connecting ends the attempt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			p.network.hold(true)
			s := p.socket(nil)
			var closes recorder[CloseEvent]
			var errs recorder[error]
			s.OnClose(closes.add)
			s.OnError(errs.add)
			require.NoError(t, s.Connect())
			require.NoError(t, s.Disconnect(0, "changed my mind"))
			require.Equal(t, SocketClosed, s.State())
			time.Sleep(time.Minute)
			require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000, Reason: "changed my mind"}}, closes.take())
			require.Empty(t, errs.take())
		})
	})
	t.Run("while the server lets the handshake hang ends it", func(t *testing.T) {
		for _, transport := range []Transport{WebSocket, LongPoll} {
			t.Run(transport.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := newPeer(t)
					release := make(chan struct{})
					p.answer(func(http.ResponseWriter, *http.Request) { <-release })
					defer close(release)
					s := p.socket(func(c *Config) { c.Transport, c.Timeout = transport, time.Hour })
					for range 10 {
						require.NoError(t, s.Connect())
						synctest.Wait()
						require.NoError(t, s.Disconnect(0, ""))
					}
					began := time.Now()
					closeSocket(t, s)
					require.LessOrEqual(t, time.Since(began), closeTimeout)
				})
			})
		}
	})
	t.Run("between two attempts ends them", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			p.refuse(503)
			s := p.socket(nil)
			require.NoError(t, s.Connect())
			time.Sleep(5 * time.Second)
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Disconnect(0, ""))
			require.NoError(t, s.Disconnect(0, ""))
			before := p.attempts()
			time.Sleep(time.Minute)
			require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000}}, closes.take())
			require.Equal(t, before, p.attempts())
		})
	})
	t.Run("does not wait long for a server that does not answer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			peer.ws.SetCloseHandler(func(int, string) error { return nil })
			began := time.Now()
			closed := make(chan struct{})
			s.OnClose(func(CloseEvent) { close(closed) })
			require.NoError(t, s.Disconnect(0, ""))
			<-closed
			require.LessOrEqual(t, time.Since(began), closeTimeout)
		})
	})
	t.Run("followed at once by a connect makes a new connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			channel := peer.join(s, "room:1")
			var closes recorder[CloseEvent]
			s.OnClose(closes.add)
			require.NoError(t, s.Disconnect(0, "one"))
			require.NoError(t, s.Connect())
			next := p.accept()
			next.reply(next.expect("room:1", "phx_join"), "ok", "{}")
			require.Equal(t, 1000, peer.closeError().Code)
			time.Sleep(10 * time.Second)
			require.Equal(t, []CloseEvent{{WasRequested: true, Code: 1000, Reason: "one"}}, closes.take())
			require.Equal(t, ChannelJoined, channel.State())
			require.Equal(t, 2, p.attempts())
		})
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		waiting, err := s.Channel("room:2", nil)
		require.NoError(t, err)
		join, err := waiting.Join()
		require.NoError(t, err)
		buffered, err := waiting.Push("e", nil)
		require.NoError(t, err)
		sent, err := channel.Push("e", nil)
		require.NoError(t, err)
		ping, err := s.Ping()
		require.NoError(t, err)
		var closes recorder[string]
		channel.OnClose(func(reason Payload) { closes.add(reason.String()) })
		waiting.OnClose(func(reason Payload) { closes.add(reason.String()) })

		require.NoError(t, s.Close())
		require.NoError(t, s.Close())
		for _, push := range []*Push{join, buffered, sent, ping} {
			reply, err := push.Wait(t.Context())
			require.NoError(t, err)
			require.Equal(t, StatusClosed, reply.Status)
		}
		gone := `{"source":"transport","reason":"socket_closed"}`
		require.Equal(t, []string{gone, gone}, closes.take())
		require.Equal(t, 1000, peer.closeError().Code)
		<-s.Ended()
		require.Zero(t, s.Statistics().BufferedBytes)

		require.ErrorIs(t, s.Connect(), ErrSocketClosed)
		_, err = s.Channel("room:3", nil)
		require.ErrorIs(t, err, ErrSocketClosed)
		_, err = channel.Push("e", nil)
		require.ErrorIs(t, err, ErrSocketClosed)
		_, err = channel.Join()
		require.ErrorIs(t, err, ErrSocketClosed)
		_, err = s.Ping()
		require.ErrorIs(t, err, ErrNotConnected)
	})
}

func TestCloseSendsFirstWhatWasPushedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		channel := peer.join(s, "room:1")
		for i := range 100 {
			_, err := channel.Push("n", i)
			require.NoError(t, err)
		}
		require.NoError(t, s.Close())
		for i := range 100 {
			require.Equal(t, strconv.Itoa(i), peer.expect("room:1", "n").Payload)
		}
		require.Equal(t, 1000, peer.closeError().Code)
	})
}

func TestAClosedSocketIsNotKeptInMemory(t *testing.T) {
	closed := func() weak.Pointer[Socket] {
		s, err := NewSocket("ws://peer/socket", Config{})
		require.NoError(t, err)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		_, err = c.Join() // with a timeout of ten seconds
		require.NoError(t, err)
		require.NoError(t, s.Close())
		<-s.Ended()
		return weak.Make(s)
	}
	w := closed()
	require.Eventually(t, func() bool {
		runtime.GC()
		return w.Value() == nil
	}, 5*time.Second, time.Millisecond)
}
