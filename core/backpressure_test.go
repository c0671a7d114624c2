package core

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

func TestReadingPausesWhileTheHandlersAreBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) {
			c.ManualDispatch = true
			c.MaxQueuedBytes = 64 << 10
			c.HeartbeatInterval = 10 * time.Second
		})
		var got recorder[string]
		s.OnMessage(func(m *Message) {
			if m.Topic == "t" {
				got.add(m.Event)
			}
		})
		const messages, size = 500, 4 << 10
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			for range messages {
				_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"t","e","`+strings.Repeat("x", size)+`"]`))
			}
		}()
		synctest.Wait()
		require.LessOrEqual(t, s.Queued(), 64<<10/size+8, "the rest waits in the network")
		require.Empty(t, got.all())

		for range 6 { // much longer than a heartbeat may take
			peer.expect("phoenix", "heartbeat")
			time.Sleep(10 * time.Second)
			require.Equal(t, SocketOpen, s.State())
			if s.Queued() > 0 {
				break
			}
		}
		time.Sleep(5 * time.Minute)
		require.Equal(t, SocketOpen, s.State(), "the answer could not be read, so it is not late")
		require.Equal(t, 1, p.attempts())

		for range 100000 {
			if s.Dispatch(7) == 0 {
				synctest.Wait()
				if s.Queued() == 0 {
					break
				}
			}
		}
		<-sent
		synctest.Wait()
		s.Dispatch(0)
		require.Len(t, got.all(), messages, "nothing is lost")
	})
}

func TestStopDispatchKeepsTheOtherEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		s.Dispatch(0)
		var got []string
		s.OnMessage(func(m *Message) {
			if got = append(got, m.Event); len(got) == 2 {
				s.StopDispatch()
			}
		})
		s.StopDispatch() // with no dispatch running
		for _, event := range []string{"a", "b", "c", "d"} {
			peer.push("", "t", event, "{}")
		}
		synctest.Wait()
		require.Equal(t, 2, s.Dispatch(0))
		require.Equal(t, []string{"a", "b"}, got)
		require.Equal(t, 2, s.Dispatch(0))
		require.Equal(t, []string{"a", "b", "c", "d"}, got)
	})
}

func TestHeartbeatIsLateAgainAfterReadingResumed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(func(c *Config) {
			c.ManualDispatch = true
			c.MaxQueuedBytes = 1000
		})
		peer.push("", "t", "e", `"`+strings.Repeat("x", 2000)+`"`)
		peer.expect("phoenix", "heartbeat")
		time.Sleep(10*time.Minute + 17*time.Second) // not a multiple of the timeout, so that a remainder of it would show
		require.Equal(t, SocketOpen, s.State())
		s.Dispatch(0)
		resumed := time.Now()
		p.accept()
		require.Equal(t, 30*time.Second+10*time.Millisecond, time.Since(resumed), "now a missing answer counts")
	})
}

func TestReadingGoesOnOnceHalfOfTheQueueIsEmpty(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) {
			c.ManualDispatch = true
			c.MaxQueuedBytes = 10_000
		})
		s.Dispatch(0)
		go func() {
			for range 100 {
				_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"t","e","`+strings.Repeat("x", 1000)+`"]`))
			}
		}()
		synctest.Wait()
		queued := s.Queued()
		each := s.Statistics().QueuedBytes / queued
		require.Greater(t, each, 1000)
		for (queued-1)*each > 5_000 {
			s.Dispatch(1)
			queued--
			synctest.Wait()
			require.Equal(t, queued, s.Queued(), "nothing is read yet")
		}
		s.Dispatch(1)
		synctest.Wait()
		require.Greater(t, s.Queued(), queued)
	})
}

func TestCloseEndsASocketThatIsPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) {
			c.ManualDispatch = true
			c.MaxQueuedBytes = 10
		})
		peer.push("", "t", "e", `"0123456789"`)
		synctest.Wait()
		require.NoError(t, s.Close())
		<-s.Ended()
	})
}

func TestOneMessageOverTheQueueLimitStillPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.MaxQueuedBytes = 10 })
		var got recorder[int]
		s.OnMessage(func(m *Message) { got.add(m.Payload.Len()) })
		for range 3 {
			peer.push("", "t", "e", `"`+strings.Repeat("x", 5000)+`"`)
		}
		require.Equal(t, []int{5002, 5002, 5002}, got.take())
	})
}

// bulky is the value that a Prepare makes of a small message.
type bulky int

func (b bulky) Size() int { return int(b) }

func TestWhatPrepareMadeCountsAgainstTheQueueLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const bytes, messages = 64 << 10, 100
		s, peer := newPeer(t).connect(func(c *Config) {
			c.ManualDispatch = true
			c.MaxQueuedBytes = bytes
			c.Prepare = preparing(func(m *Message) { m.Prepared = bulky(bytes / 4) })
		})
		var got recorder[any]
		s.OnMessage(func(m *Message) { got.add(m.Prepared) })
		s.Dispatch(0)
		go func() {
			for range messages {
				_ = peer.ws.WriteMessage(websocket.TextMessage, []byte(`[null,null,"t","e",{}]`))
			}
		}()
		synctest.Wait()
		require.Equal(t, 4, s.Queued())
		require.Greater(t, s.Statistics().QueuedBytes, bytes)
		for range messages {
			s.Dispatch(0)
			synctest.Wait()
		}
		require.Len(t, got.all(), messages)
		require.Zero(t, s.Statistics().QueuedBytes)
	})
}
