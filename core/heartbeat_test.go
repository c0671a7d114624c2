package core

import (
	"bytes"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestHeartbeat(t *testing.T) {
	t.Run("goes out at each interval", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			for range 3 {
				began := time.Now()
				m := peer.expect("phoenix", "heartbeat")
				require.Equal(t, 30*time.Second, time.Since(began))
				require.Equal(t, wire{"", m.Ref, "phoenix", "heartbeat", "{}"}, m)
				peer.reply(m, "ok", "{}")
				synctest.Wait()
			}
			require.Equal(t, SocketOpen, s.State())
		})
	})
	t.Run("measures the round trip", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s, peer := newPeer(t).connect(nil)
			m := peer.expect("phoenix", "heartbeat")
			time.Sleep(70 * time.Millisecond)
			peer.reply(m, "ok", "{}")
			synctest.Wait()
			require.Equal(t, 70*time.Millisecond, s.Statistics().RoundTrip)
		})
	})
	t.Run("that is not answered ends the connection", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(func(c *Config) { c.HeartbeatTimeout = 7 * time.Second })
			channel := peer.join(s, "room:1")
			var reasons recorder[string]
			var errs recorder[error]
			channel.OnError(func(reason Payload) { reasons.add(reason.String()) })
			s.OnError(errs.add)
			peer.expect("phoenix", "heartbeat")
			began := time.Now()
			p.accept().expect("room:1", "phx_join")
			require.Equal(t, 7*time.Second+10*time.Millisecond, time.Since(began))
			require.Equal(t, []string{`{"source":"transport","reason":"heartbeat_timeout"}`}, reasons.take())
			require.Equal(t, []error{ErrHeartbeatTimeout}, errs.take())
		})
	})
	t.Run("does not go out after a disconnect", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(nil)
			peer.expect("phoenix", "heartbeat") // not answered
			require.NoError(t, s.Disconnect(0, ""))
			time.Sleep(10 * time.Minute)
			peer.silent()
			require.Equal(t, 1, p.attempts())
		})
	})
	t.Run("answer with another ref does not count", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			_, peer := p.connect(nil)
			peer.expect("phoenix", "heartbeat")
			peer.send(`[null,"999","phoenix","phx_reply",{"status":"ok","response":{}}]`)
			p.accept()
		})
	})
	t.Run("is not answered by WebSocket pings", func(t *testing.T) {
		for _, interval := range []time.Duration{700 * time.Millisecond, 9900 * time.Millisecond, 13 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				_, peer := p.connect(func(c *Config) { c.HeartbeatInterval = 10 * time.Second })
				began := time.Now()
				for p.attempts() == 1 {
					require.Less(t, time.Since(began), time.Minute, "a dead server behind a proxy that pings every %v", interval)
					time.Sleep(interval)
					_ = peer.ws.WriteControl(websocket.PingMessage, []byte("x"), time.Now().Add(time.Second))
				}
			})
		}
	})
	t.Run("waits for a large message that is still coming in", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p := newPeer(t)
			s, peer := p.connect(func(c *Config) { c.HeartbeatInterval = 10 * time.Second })
			writer, err := peer.ws.NextWriter(websocket.TextMessage)
			require.NoError(t, err)
			_, err = writer.Write([]byte(`[null,null,"t","e","`))
			require.NoError(t, err)
			m := peer.expect("phoenix", "heartbeat")
			for range 20 { // slowly, for much longer than the heartbeat's timeout
				time.Sleep(5 * time.Second)
				_, err := writer.Write(bytes.Repeat([]byte("x"), 8<<10))
				require.NoError(t, err)
			}
			_, err = writer.Write([]byte(`"]`))
			require.NoError(t, err)
			require.NoError(t, writer.Close())
			peer.reply(m, "ok", "{}")
			synctest.Wait()
			require.Equal(t, SocketOpen, s.State())
			require.Equal(t, 1, p.attempts())
		})
	})
}

func TestPing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		_, err := s.Ping()
		require.ErrorIs(t, err, ErrNotConnected)
		require.NoError(t, s.Connect())
		peer := p.accept()
		synctest.Wait()

		ping, err := s.Ping()
		require.NoError(t, err)
		m := peer.expect("phoenix", "heartbeat")
		time.Sleep(20 * time.Millisecond)
		peer.reply(m, "ok", "{}")
		reply, err := ping.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "ok", reply.Status)
		require.Equal(t, 20*time.Millisecond, ping.RoundTrip())
		require.Equal(t, 20*time.Millisecond, s.Statistics().RoundTrip)

		late, err := s.Ping()
		require.NoError(t, err)
		<-late.Done()
		reply, _ = late.Reply()
		require.Equal(t, StatusTimeout, reply.Status)

		lost, err := s.Ping()
		require.NoError(t, err)
		peer.drop()
		<-lost.Done()
		reply, _ = lost.Reply()
		require.Equal(t, StatusClosed, reply.Status)
	})
}
