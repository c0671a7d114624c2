package core

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
)

func TestManualDispatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		s.Dispatch(0)
		var got recorder[string]
		nested := -1
		s.OnMessage(func(m *Message) {
			got.add(m.Event)
			nested = s.Dispatch(0)
		})
		for _, event := range []string{"a", "b", "c", "d"} {
			peer.push("", "t", event, "{}")
		}
		synctest.Wait()
		require.Equal(t, 4, s.Queued())
		require.Empty(t, got.all(), "handlers run in Dispatch only")
		require.Equal(t, 3, s.Dispatch(3))
		require.Equal(t, []string{"a", "b", "c"}, got.take())
		require.Zero(t, nested, "a call inside of a handler delivers nothing")
		require.Equal(t, 1, s.Dispatch(10))
		require.Equal(t, []string{"d"}, got.take())
		require.Zero(t, s.Dispatch(0))
		require.Zero(t, s.Queued())
	})
}

func TestOnQueuedTellsWhenTheFirstEventWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told recorder[int]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.ManualDispatch = true
			c.OnQueued = func() { told.add(1) }
		})
		s.Dispatch(0)
		told.take()
		peer.push("", "t", "a", "{}")
		peer.push("", "t", "b", "{}")
		require.Len(t, told.take(), 1)
		s.Dispatch(1)
		peer.push("", "t", "c", "{}")
		require.Empty(t, told.take(), "one still waits")
		s.Dispatch(0)
		peer.push("", "t", "d", "{}")
		require.Len(t, told.take(), 1)
	})
}

func TestDispatchLeavesWhatItsHandlersAdd(t *testing.T) {
	q := eventQueue{limit: 1, manual: true}
	runs := 0
	var again notice
	again = func() {
		runs++
		q.push(again)
	}
	q.push(again)
	require.Equal(t, 1, q.dispatch(0))
	require.Equal(t, 1, q.dispatch(0))
	require.Equal(t, 2, runs)
}

func TestDispatchDoesNothingOnASocketThatDispatchesItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		block := make(chan struct{})
		s.OnMessage(func(*Message) { <-block })
		peer.push("", "t", "e", "{}")
		peer.push("", "t", "e", "{}")
		synctest.Wait()
		require.Equal(t, 1, s.Queued())
		require.Zero(t, s.Dispatch(0))
		close(block)
	})
}

func TestManyEventsKeepTheirOrderAndFreeTheirPlace(t *testing.T) {
	q := eventQueue{limit: 1 << 20, manual: true}
	next, pushed := 0, 0
	for round := range 50 {
		for range 300 {
			n := pushed
			pushed++
			q.push(notice(func() {
				require.Equal(t, next, n)
				next++
			}))
		}
		q.dispatch(200 + round)
	}
	for q.dispatch(0) > 0 {
	}
	require.Equal(t, pushed, next)
	require.Zero(t, q.bytes)
}

func TestQueueThatIsNeverEmptyDoesNotGrow(t *testing.T) {
	q := eventQueue{limit: 1 << 20, manual: true}
	for range 10 {
		q.push(notice(func() {}))
	}
	for range 100_000 {
		q.push(notice(func() {}))
		require.Equal(t, 1, q.dispatch(1))
	}
	require.Equal(t, 10, int(q.count.Load()))
	require.LessOrEqual(t, cap(q.waiting), 8192)
}

func TestPanicOfAHandlerCostsOneEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.OnPanic = func(value any, stack []byte) {
				require.NotEmpty(t, stack)
				panics.add(value)
			}
		})
		var got recorder[string]
		s.OnMessage(func(m *Message) {
			if m.Event == "bad" {
				panic("oops")
			}
			got.add(m.Event)
		})
		for _, event := range []string{"a", "bad", "b"} {
			peer.push("", "t", event, "{}")
		}
		require.Equal(t, []string{"a", "b"}, got.take())
		require.Equal(t, []any{"oops"}, panics.take())
		require.Equal(t, SocketOpen, s.State())
	})
}

func TestPanicOnAGoroutineOfTheConnectionReconnects(t *testing.T) {
	tests := map[string]func(*Config, *bool){
		"Prepare": func(c *Config, armed *bool) {
			c.Prepare = preparing(func(*Message) {
				if *armed {
					*armed = false
					panic("oops")
				}
			})
		},
		"join params": nil,
	}
	for name, arrange := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var panics recorder[any]
				armed := true
				p := newPeer(t)
				s, peer := p.connect(func(c *Config) {
					c.OnPanic = func(value any, _ []byte) { panics.add(value) }
					if arrange != nil {
						arrange(c, &armed)
					}
				})
				if arrange != nil {
					peer.push("", "t", "e", "{}")
				} else {
					channel, err := s.Channel("room:1", asking(func() any {
						if armed {
							armed = false
							panic("oops")
						}
						return nil
					}))
					require.NoError(t, err)
					_, err = channel.Join()
					require.NoError(t, err)
				}
				p.accept()
				require.Equal(t, []any{"oops"}, panics.take())
				require.Equal(t, SocketOpen, s.State())
			})
		})
	}
}

func TestPanicOfATimerTaskLeavesTheSocketUsable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) {
			c.OnPanic = func(value any, _ []byte) { panics.add(value) }
		})
		bad := task{run: func() { panic("oops") }}
		s.mu.Lock()
		s.timers.set(&bad, 1)
		s.mu.Unlock()
		peer.expect("phoenix", "heartbeat")
		require.Equal(t, []any{"oops"}, panics.take())
	})
}

func TestLogHandlerMayCallBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		handler := &curiousHandler{}
		s := p.socket(func(c *Config) { c.Logger = slog.New(handler) })
		handler.ask = func() { s.State() }
		require.NoError(t, s.Connect())
		peer := p.accept()
		peer.join(s, "room:1")
		again, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		_, err = again.Join()
		require.NoError(t, err)
		peer.expect("room:1", "phx_leave")
		peer.send("no message")
		peer.drop()
		p.accept()
		synctest.Wait()
		for _, message := range []string{"connected", "receive", "leaving duplicate topic", "error", "disconnected"} {
			require.Contains(t, handler.got.all(), message)
		}
	})
}

// curiousHandler is a log handler that queries the socket at each record.
type curiousHandler struct {
	ask func()
	got recorder[string]
}

func (h *curiousHandler) Enabled(context.Context, slog.Level) bool {
	h.ask()
	return true
}

func (h *curiousHandler) Handle(_ context.Context, r slog.Record) error {
	h.ask()
	h.got.add(r.Message)
	return nil
}

func (h *curiousHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h *curiousHandler) WithGroup(string) slog.Handler      { return h }
