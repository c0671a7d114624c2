package core

import (
	"context"
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPushSendsUnderTheJoin(t *testing.T) {
	tests := map[string]struct {
		payload any
		want    string
	}{
		"nothing":      {nil, `{}`},
		"map":          {map[string]string{"foo": "bar"}, `{"foo":"bar"}`},
		"raw JSON":     {raw(`{"b":1, "a":[null,1e400]}`), `{"b":1, "a":[null,1e400]}`},
		"Payload":      {JSONPayload(raw(`[1]`)), `[1]`},
		"zero Payload": {Payload{}, `{}`},
		"text":         {"hi \" <ü>", `"hi \" <ü>"`},
		"number":       {int64(math.MaxInt64), `9223372036854775807`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				push := pushing(t, c, "event", test.payload)
				require.Equal(t, wire{c.JoinRef(), push.Ref(), "room:1", "event", test.want}, peer.nextMessage())
				require.Equal(t, []string{"event", "room:1"}, []string{push.Event(), push.Topic()})
			})
		})
	}
}

func TestPushRefusesWhatCannotTravel(t *testing.T) {
	tests := map[string]struct {
		event   string
		payload any
		err     error
		text    string
	}{
		"empty event":          {"", nil, ErrInvalidEvent, "empty"},
		"event not UTF-8":      {"\xff", nil, ErrInvalidEvent, "UTF-8"},
		"reserved event":       {"phx_join", nil, ErrInvalidEvent, `"phx_join"`},
		"another":              {"phx_leave", nil, ErrInvalidEvent, "use Join or Leave"},
		"a reply":              {"phx_reply", nil, ErrInvalidEvent, "reserves"},
		"a future event":       {"phx_", nil, ErrInvalidEvent, "reserves"},
		"broken JSON":          {"e", raw(`{"a":`), ErrInvalidPayload, "valid JSON"},
		"two JSON values":      {"e", raw(`1 2`), ErrInvalidPayload, "byte 2: expected the end"},
		"not a number":         {"e", math.NaN(), ErrInvalidPayload, "NaN"},
		"text not UTF-8":       {"e", "\xff", ErrInvalidPayload, "UTF-8"},
		"function":             {"e", func() {}, ErrInvalidPayload, "func"},
		"long event of binary": {strings.Repeat("e", 256), []byte{1}, ErrInvalidPayload, "allows an event of at most 255 bytes, this one has 256"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				push, err := c.Push(test.event, test.payload)
				require.ErrorIs(t, err, test.err)
				require.ErrorContains(t, err, test.text)
				require.Nil(t, push)
				peer.silent()
				require.Zero(t, s.Statistics().BufferedPushes)
			})
		})
	}
}

func TestPushBeforeJoinIsAnError(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	c, err := s.Channel("room:1", nil)
	require.NoError(t, err)
	push, err := c.Push("shout", nil)
	require.ErrorIs(t, err, ErrNotJoined)
	require.ErrorContains(t, err, `"shout"`)
	require.ErrorContains(t, err, `"room:1"`)
	require.Nil(t, push)
}

func TestPushCompletesWithTheServersStatus(t *testing.T) {
	for _, status := range []string{"ok", "error", "maybe", "timeout", "closed", "Ünï ✓"} {
		t.Run(status, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				push := pushing(t, c, "ask", nil)
				var got recorder[string]
				push.Receive(status, func(r Reply) { got.add("receive " + r.Response.String()) }).
					Receive("other", func(Reply) { got.add("wrong") }).
					OnComplete(func(r Reply) { got.add("complete " + r.Status) })
				_, done := push.Reply()
				require.False(t, done)
				m := peer.expect("room:1", "ask")
				time.Sleep(30 * time.Millisecond)
				peer.reply(m, status, `{"a":1}`)
				require.Equal(t, []string{`receive {"a":1}`, "complete " + status}, got.take())

				reply, done := push.Reply()
				require.True(t, done)
				require.Equal(t, []string{status, `{"a":1}`}, []string{reply.Status, reply.Response.String()})
				waited, err := push.Wait(t.Context())
				require.NoError(t, err)
				require.Equal(t, reply, waited)
				require.Equal(t, 30*time.Millisecond, push.RoundTrip())

				push.Receive(status, func(r Reply) { got.add("later") }).
					Receive("other", func(Reply) { got.add("wrong") }).
					OnComplete(func(r Reply) { got.add("complete later") })
				require.Equal(t, []string{"later", "complete later"}, got.take(), "after the reply came")
				peer.reply(m, status, `{}`)
				time.Sleep(time.Minute)
				require.Empty(t, got.take(), "once")
			})
		})
	}
}

func TestReceiveWhileTheReplyIsHandled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		push := pushing(t, c, "ask", nil)
		var got recorder[string]
		push.Receive("ok", func(Reply) {
			push.Receive("ok", func(Reply) { got.add("inner") })
			got.add("outer")
		})
		peer.reply(peer.expect("room:1", "ask"), "ok", `{}`)
		require.Equal(t, []string{"outer", "inner"}, got.take())
	})
}

func TestRepliesFindTheirPushInAnyOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var asked []wire
		var pushes []*Push
		for i := range 3 {
			pushes = append(pushes, pushing(t, c, "ask", i))
			asked = append(asked, peer.expect("room:1", "ask"))
		}
		for _, i := range []int{2, 0, 1} {
			peer.reply(asked[i], "ok", asked[i].Payload)
		}
		synctest.Wait()
		for i, push := range pushes {
			reply, _ := push.Reply()
			require.Equal(t, strconv.Itoa(i), reply.Response.String())
		}
		require.Zero(t, s.Statistics().PendingPushes)
	})
}

// As the recordings push-stale-join-ref and binary show, a reply may have another join_ref than the
// push, or none, or a number.
func TestReplySettlesByItsRef(t *testing.T) {
	for _, form := range []string{`"REF"`, `REF`} {
		for _, joinRef := range []string{`null`, `"999"`, `"JOIN"`} {
			t.Run(form+" under "+joinRef, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s, peer := newPeer(t).connect(nil)
					c := peer.join(s, "room:1")
					push := pushing(t, c, "ask", nil)
					peer.expect("room:1", "ask")
					text := `[` + joinRef + `,` + form + `,"room:1","phx_reply",{"status":"ok","response":{}}]`
					peer.send(strings.NewReplacer("REF", push.Ref(), "JOIN", c.JoinRef()).Replace(text))
					require.Equal(t, "ok", statusOf(push))
				})
			})
		}
	}
}

func TestReplyOfAnotherTopicDoesNotSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		push := pushing(t, c, "ask", nil)
		m := peer.expect("room:1", "ask")
		m.Topic = "room:2"
		peer.reply(m, "ok", "{}")
		require.Empty(t, statusOf(push))
		m.Topic, m.Ref = "room:1", ""
		peer.reply(m, "ok", "{}")
		require.Empty(t, statusOf(push), "a reply without a ref")
	})
}

func TestPushTimesOut(t *testing.T) {
	tests := map[string]struct {
		timeout, want time.Duration
	}{
		"after the socket's timeout": {0, 10 * time.Second},
		"after its own":              {25 * time.Second, 25 * time.Second},
		"negative is the socket's":   {-1, 10 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				push, err := c.PushTimeout("ask", nil, test.timeout)
				require.NoError(t, err)
				var got recorder[string]
				push.Receive("timeout", func(r Reply) { got.add("timeout " + r.Response.String()) })
				push.Receive("ok", func(Reply) { got.add("ok") })
				m := peer.expect("room:1", "ask")
				time.Sleep(test.want - time.Millisecond)
				require.Empty(t, got.take())
				time.Sleep(time.Millisecond)
				require.Equal(t, []string{"timeout {}"}, got.take())
				require.Equal(t, StatusTimeout, statusOf(push))
				require.Zero(t, push.RoundTrip())

				peer.reply(m, "ok", "{}")
				require.Empty(t, got.take(), "a late reply is not delivered")
				require.Equal(t, StatusTimeout, statusOf(push))
				require.Equal(t, 1, s.Statistics().LateReplies, "but counted")
				require.Equal(t, ChannelJoined, c.State())
			})
		})
	}
}

func TestRefsThatTimedOutAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		for range maxExpired + 1 {
			pushing(t, c, "e", nil)
			peer.expect("room:1", "e")
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		require.Len(t, s.expired, 1)
	})
}

func TestRefsThatTimedOutEndWithTheirConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		c := peer.join(s, "room:1")
		pushing(t, c, "e", nil)
		m := peer.expect("room:1", "e")
		time.Sleep(10 * time.Second)
		synctest.Wait()
		require.Len(t, s.expired, 1)
		peer.drop()
		peer = p.accept()
		peer.reply(m, "ok", "{}") // from a server that does not support it
		synctest.Wait()
		require.Zero(t, s.Statistics().LateReplies)
		require.Empty(t, s.expired)
	})
}

func TestPushDoesNotTimeOutAfterItsReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		push := pushing(t, c, "ask", nil)
		var got recorder[string]
		push.OnComplete(func(r Reply) { got.add(r.Status) }).Receive("timeout", func(Reply) { got.add("timed out") })
		time.Sleep(10*time.Second - time.Millisecond)
		peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
		time.Sleep(15 * time.Second)
		require.Equal(t, []string{"ok"}, got.take())
	})
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		push := pushing(t, c, "ask", nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := push.Wait(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		peer.reply(peer.expect("room:1", "ask"), "ok", "{}")
		reply, err := push.Wait(t.Context())
		require.NoError(t, err)
		require.Equal(t, "ok", reply.Status)
		<-push.Done()
	})
}

func TestManyTimeoutsComeInTheOrderOfThePushes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var got recorder[int]
		var want []int
		for i := range 50 {
			pushing(t, c, "e", nil).Receive("timeout", func(Reply) { got.add(i) })
			want = append(want, i)
		}
		time.Sleep(10 * time.Second)
		require.Equal(t, want, got.take())
		require.Zero(t, s.Statistics().PendingPushes)
	})
}

func TestPushCompletesOnceWhateverEndsIt(t *testing.T) {
	endings := map[string]func(t *testing.T, p *peer, peer *peerConn, c *Channel){
		"the channel is left": func(t *testing.T, _ *peer, peer *peerConn, c *Channel) {
			leaving(t, c)
		},
		"the server closes it": func(_ *testing.T, _ *peer, peer *peerConn, c *Channel) {
			peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		},
		"the channel crashes": func(_ *testing.T, _ *peer, peer *peerConn, c *Channel) {
			peer.push(c.JoinRef(), "room:1", "phx_error", "{}")
		},
		"the connection is lost":    func(_ *testing.T, _ *peer, peer *peerConn, _ *Channel) { peer.drop() },
		"the server is gone":        func(_ *testing.T, p *peer, peer *peerConn, _ *Channel) { p.refuse(503); peer.drop() },
		"the server answers no one": func(*testing.T, *peer, *peerConn, *Channel) {},
		"the socket disconnects": func(t *testing.T, _ *peer, _ *peerConn, c *Channel) {
			require.NoError(t, c.Socket().Disconnect(0, ""))
		},
		"the socket is closed": func(t *testing.T, _ *peer, _ *peerConn, c *Channel) {
			require.NoError(t, c.Socket().Close())
		},
		"another channel takes the topic": func(t *testing.T, _ *peer, _ *peerConn, c *Channel) {
			joining(t, c.Socket(), "room:1", nil)
		},
	}
	for name, end := range endings {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, peer := p.connect(nil)
				c, join := joining(t, s, "room:1", nil)
				pushes := []*Push{join, pushing(t, c, "buffered", nil)}
				peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
				synctest.Wait()
				for range 20 {
					pushes = append(pushes, pushing(t, c, "sent", nil))
				}
				end(t, p, peer, c)
				if late, err := c.Push("after", nil); err == nil {
					pushes = append(pushes, late)
				}
				completions := make([]recorder[string], len(pushes))
				for i, push := range pushes {
					push.OnComplete(func(r Reply) { completions[i].add(r.Status) })
				}
				time.Sleep(time.Minute)
				for i, push := range pushes {
					got := completions[i].take()
					require.Len(t, got, 1, push.Event())
					require.Equal(t, statusOf(push), got[0])
				}
				require.Zero(t, s.Statistics().BufferedPushes)
				require.Zero(t, s.Statistics().BufferedBytes)
				require.Empty(t, c.buffer)
			})
		})
	}
}
