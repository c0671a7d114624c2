package core

import (
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"
)

// numbered creates a feed with numbered messages. The number is the count of calls of fill.
func numbered(t *testing.T, c *Channel) (*Feed, *atomic.Int32) {
	calls := new(atomic.Int32)
	f, err := c.NewFeed("m", func(joinRef string) []byte { return []byte(joinRef + " " + strconv.Itoa(int(calls.Add(1)))) })
	require.NoError(t, err)
	return f, calls
}

// expectFeed waits for a message of a feed, and returns its payload.
func (c *peerConn) expectFeed(topic string) string {
	c.t.Helper()
	f := c.next()
	require.Equal(c.t, websocket.BinaryMessage, f.kind)
	require.EqualValues(c.t, binaryPush, f.data[0])
	sizes := f.data[1:5]
	header := f.data[5:]
	joinRef, header := header[:sizes[0]], header[sizes[0]:]
	require.Zero(c.t, sizes[1], "a ref")
	require.Equal(c.t, topic+"m", string(header[:sizes[2]+sizes[3]]))
	payload := string(header[sizes[2]+sizes[3]:])
	require.Equal(c.t, string(joinRef), payload[:len(joinRef)])
	return payload[len(joinRef)+1:]
}

func TestFeedMakesOneMessageOfManyWakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		f, calls := numbered(t, c)
		var sent recorder[string]
		s.OnSent(func(m *Message) { sent.add(m.Event + " " + string(m.Payload.Binary())) })
		before := s.Statistics().MessagesOut

		resume := peer.stopReading()
		pushing(t, c, "read", nil)
		pushing(t, c, "large", make([]byte, 1<<20)) // the writer waits in it
		for range 3 {
			f.Wake()
		}
		synctest.Wait()
		require.Zero(t, calls.Load(), "the payload is made when the writer gets to it")
		resume()
		peer.expect("room:1", "read")
		peer.next()
		require.Equal(t, "1", peer.expectFeed("room:1"))
		peer.silent()
		f.Wake()
		require.Equal(t, "2", peer.expectFeed("room:1"))
		require.Equal(t, before+4, s.Statistics().MessagesOut)
		require.Contains(t, sent.take(), "m "+c.JoinRef()+" 1")
	})
}

func TestFeedWithoutAPayloadSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var calls atomic.Int32
		f, err := c.NewFeed("m", func(string) []byte { calls.Add(1); return nil })
		require.NoError(t, err)
		before := s.Statistics().MessagesOut
		f.Wake()
		peer.silent()
		require.EqualValues(t, 1, calls.Load())
		require.Equal(t, before, s.Statistics().MessagesOut)
	})
}

func TestFeedThatWakesItselfSendsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var f *Feed
		var calls int
		f, err := c.NewFeed("m", func(joinRef string) []byte {
			if calls++; calls < 3 {
				f.Wake()
			}
			return []byte(joinRef + " " + strconv.Itoa(calls))
		})
		require.NoError(t, err)
		f.Wake()
		for _, want := range []string{"1", "2", "3"} {
			require.Equal(t, want, peer.expectFeed("room:1"))
		}
		peer.silent()
	})
}

func TestFeedWaitsForNoJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		f, calls := numbered(t, c)
		f.Wake()
		_, err = c.Join()
		require.NoError(t, err)
		f.Wake()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		peer.silent()
		peer.drop()
		synctest.Wait()
		f.Wake()
		peer = p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		peer.silent()
		require.Zero(t, calls.Load())
		f.Wake()
		require.Equal(t, "1", peer.expectFeed("room:1"))
	})
}

func TestFeedThatWasNotWrittenEndsWithItsJoin(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *peer, *peerConn, *Channel) *peerConn{
		"the channel is left and joined again": func(t *testing.T, _ *peer, peer *peerConn, c *Channel) *peerConn {
			_, err := c.Leave()
			require.NoError(t, err)
			_, err = c.Join()
			require.NoError(t, err)
			return peer
		},
		"the connection ends": func(_ *testing.T, p *peer, peer *peerConn, _ *Channel) *peerConn {
			peer.drop()
			return p.accept()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				c := peer.join(s, "room:1")
				f, calls := numbered(t, c)
				resume := peer.stopReading()
				defer resume()
				pushing(t, c, "read", nil)
				pushing(t, c, "large", make([]byte, 1<<20)) // the writer waits in it
				f.Wake()
				synctest.Wait()
				peer = end(t, p, peer, c)
				resume()
				for {
					if m := peer.next(); m.kind == websocket.TextMessage {
						var join Message
						require.NoError(t, serializerV2{}.decode(frame{data: m.data}, &join))
						if join.Event == eventJoin {
							peer.reply(wire{join.JoinRef, join.Ref, join.Topic, join.Event, ""}, "ok", "{}")
							break
						}
					}
				}
				peer.silent()
				require.Zero(t, calls.Load())
				f.Wake()
				require.Equal(t, "1", peer.expectFeed("room:1"))
			})
		})
	}
}

// A game that quits sends its last messages, leaves and disconnects before the writer runs.
func TestFeedIsSentBeforeALeaveThatFollows(t *testing.T) {
	for name, leave := range map[string]func(*Channel) error{
		"that is waited for":  func(c *Channel) error { _, err := c.Leave(); return err },
		"without an answer":   func(c *Channel) error { c.Close(); return nil },
		"before a disconnect": func(c *Channel) error { c.Close(); return c.Socket().Disconnect(0, "") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				c := peer.join(s, "room:1")
				f, _ := numbered(t, c)
				resume := peer.stopReading()
				pushing(t, c, "large", make([]byte, 1<<20)) // the writer waits in it
				synctest.Wait()
				f.Wake()
				require.NoError(t, leave(c))
				resume()
				peer.next()
				require.Equal(t, "1", peer.expectFeed("room:1"))
				peer.expect("room:1", "phx_leave")
			})
		})
	}
}

func TestFeedIsRefusedWhereItCannotWork(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{Version: versionV1})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	c, err := s.Channel("room:1", nil)
	require.NoError(t, err)
	_, err = c.NewFeed("phx_join", nil)
	require.ErrorIs(t, err, ErrInvalidEvent)
	_, err = c.NewFeed("m", nil)
	require.ErrorIs(t, err, ErrInvalidPayload)
	require.ErrorContains(t, err, "1.0.0")
}

func TestFeedThatPanicsSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var panics recorder[any]
		s, peer := newPeer(t).connect(func(c *Config) { c.OnPanic = func(v any, _ []byte) { panics.add(v) } })
		c := peer.join(s, "room:1")
		f, err := c.NewFeed("m", func(string) []byte { panic("a bug") })
		require.NoError(t, err)
		f.Wake()
		pushing(t, c, "after", nil)
		peer.expect("room:1", "after")
		require.Equal(t, []any{"a bug"}, panics.take())
	})
}
