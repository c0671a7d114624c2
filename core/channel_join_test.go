package core

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestJoinSendsTheParamsUnderItsRef(t *testing.T) {
	tests := map[string]struct {
		params any
		want   string
	}{
		"none":                 {nil, `{}`},
		"literal":              {map[string]string{"one": "two"}, `{"one":"two"}`},
		"raw JSON":             {raw(`{"b":1,"a":[9007199254740993]}`), `{"b":1,"a":[9007199254740993]}`},
		"bytes of JSON":        {[]byte(`{"a":1}`), `{"a":1}`},
		"function":             {asking(func() any { return map[string]string{"one": "two"} }), `{"one":"two"}`},
		"function without any": {asking(func() any { return nil }), `{}`},
		"struct with JSON tags": {struct {
			UserID int `json:"user_id"`
		}{7}, `{"user_id":7}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c, join := joining(t, s, "room:1", test.params)
				require.Equal(t, ChannelJoining, c.State())
				require.Equal(t, wire{c.JoinRef(), c.JoinRef(), "room:1", "phx_join", test.want}, peer.nextMessage())
				require.Equal(t, []string{"phx_join", "room:1", c.JoinRef()}, []string{join.Event(), join.Topic(), join.Ref()})
				peer.silent()
			})
		})
	}
}

// rejoining calls Join again.
func rejoining(t *testing.T, c *Channel) *Push {
	t.Helper()
	p, err := c.Join()
	require.NoError(t, err)
	return p
}

func TestFurtherJoinCompletesWithTheOutcomeOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, join := joining(t, s, "room:1", nil)
		var told recorder[string]
		join.OnComplete(func(r Reply) { told.add("join " + r.Status) })
		c.OnJoin(func(r Reply) { told.add("OnJoin " + r.Status) })
		rejoining(t, c).OnComplete(func(r Reply) { told.add("while joining " + r.Status + " " + r.Response.String()) })
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{"n":1}`)
		require.Equal(t, []string{"join ok", `while joining ok {"n":1}`, "OnJoin ok"}, told.take())

		again := rejoining(t, c)
		require.NotSame(t, join, again)
		require.Equal(t, "phx_join", again.Event())
		again.OnComplete(func(r Reply) { told.add("joined " + r.Status + " " + r.Response.String()) })
		require.Equal(t, []string{`joined ok {"n":1}`}, told.take())
		peer.silent()
		require.Zero(t, s.Statistics().PendingPushes)
	})
}

func TestFurtherJoinCompletesWithTheNextOutcome(t *testing.T) {
	tests := map[string]struct {
		end  func(peer *peerConn, c *Channel)
		want string
	}{
		"of a rejoin": {func(peer *peerConn, _ *Channel) {
			peer.reply(peer.expect("room:1", "phx_join"), "error", "{}")
		}, "error"},
		"that takes too long": {func(*peerConn, *Channel) { time.Sleep(time.Minute / 4) }, "timeout"},
		"a close":             {func(_ *peerConn, c *Channel) { c.Close() }, "closed"},
		"a leave":             {func(_ *peerConn, c *Channel) { _, _ = c.Leave() }, "closed"},
		"the socket's end":    {func(_ *peerConn, c *Channel) { _ = c.Socket().Close() }, "closed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				peer.push(c.JoinRef(), "room:1", "phx_error", "{}")
				synctest.Wait()
				require.Equal(t, ChannelErrored, c.State())
				var told recorder[string]
				again := rejoining(t, c)
				again.Receive(test.want, func(r Reply) { told.add("receive " + r.Status) })
				again.OnComplete(func(r Reply) { told.add(r.Status) })
				test.end(peer, c)
				require.Equal(t, test.want, statusOf(again))
				time.Sleep(time.Minute)
				require.Equal(t, []string{"receive " + test.want, test.want}, told.take(), "once")
			})
		})
	}
}

func TestClosedChannelIsJoinedAgain(t *testing.T) {
	ends := map[string]func(t *testing.T, peer *peerConn, c *Channel){
		"left": func(t *testing.T, peer *peerConn, c *Channel) {
			leaving(t, c)
			peer.reply(peer.expect("room:1", "phx_leave"), "ok", "{}")
		},
		"leaving": func(t *testing.T, peer *peerConn, c *Channel) {
			leaving(t, c)
			peer.expect("room:1", "phx_leave")
		},
		"closed": func(t *testing.T, peer *peerConn, c *Channel) {
			c.Close()
			peer.expect("room:1", "phx_leave")
		},
		"closed by the server": func(t *testing.T, peer *peerConn, c *Channel) {
			peer.push(c.JoinRef(), "room:1", "phx_close", "{}")
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(func(c *Config) { c.Jitter = NoJitter })
				c := peer.join(s, "room:1")
				var told recorder[string]
				c.On("shout", func(m *Message) { told.add("shout " + m.Payload.String()) })
				c.OnJoin(func(r Reply) { told.add("join " + r.Status) })
				c.OnClose(func(Payload) { told.add("close") })
				for round := range 3 {
					asked, old := pushing(t, c, "ask", nil), c.JoinRef()
					peer.expect("room:1", "ask")
					end(t, peer, c)
					synctest.Wait()
					join, err := c.JoinTimeout(time.Second)
					require.NoError(t, err)
					require.Equal(t, ChannelJoining, c.State())
					require.Equal(t, StatusClosed, statusOf(asked))
					require.Equal(t, []*Channel{c}, s.Channels())
					m := peer.expect("room:1", "phx_join")
					require.NotEqual(t, old, m.JoinRef)
					for _, outdated := range []string{"shout", "phx_error", "phx_close"} {
						peer.push(old, "room:1", outdated, "0")
					}
					peer.reply(m, "ok", "{}")
					peer.push(m.JoinRef, "room:1", "shout", strconv.Itoa(round))
					require.Equal(t, []string{"close", "join ok", "shout " + strconv.Itoa(round)}, told.take())
					require.Equal(t, "ok", statusOf(join))
				}
				peer.push(c.JoinRef(), "room:1", "phx_error", "{}")
				synctest.Wait()
				time.Sleep(time.Second)
				peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
				synctest.Wait()
				require.Equal(t, ChannelJoined, c.State(), "it rejoins by itself, with the delays of the beginning")
				require.Equal(t, []string{"join ok"}, told.take())
				require.Zero(t, s.Statistics().PendingPushes)
			})
		})
	}
}

// Messages received before the leave are not delivered after it, even if the channel has been
// joined again by then.
func TestNoMessageThatWaitedComesAfterALeaveAndAJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.ManualDispatch = true })
		c := peer.join(s, "room:1")
		got := eventNames(c, "shout")
		s.Dispatch(0)
		peer.push(c.JoinRef(), "room:1", "shout", "1")
		synctest.Wait()
		leaving(t, c)
		rejoining(t, c)
		peer.expect("room:1", "phx_leave")
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		peer.push(c.JoinRef(), "room:1", "shout", "2")
		synctest.Wait()
		s.Dispatch(0)
		require.Equal(t, []string{"shout 2"}, got.take())
	})
}

func TestJoinAfterTheSocketsEndIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		require.NoError(t, s.Close())
		_, err := c.Join()
		require.ErrorIs(t, err, ErrSocketClosed)
	})
}

func TestOnOutcomeHearsEachOutcomeOfAJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, join := joining(t, s, "room:1", nil)
		var told recorder[string]
		join.OnOutcome(func(r Reply) { told.add(r.Status) })
		for _, status := range []string{"error", "nonsense", "ok"} {
			peer.reply(peer.expect("room:1", "phx_join"), status, "{}")
			synctest.Wait()
		}
		require.Equal(t, ChannelJoined, c.State())
		require.Equal(t, []string{"error", "nonsense", "ok"}, told.take())
		join.OnOutcome(func(r Reply) { told.add("late " + r.Status) })
		require.Equal(t, []string{"late ok"}, told.take())
	})
}

func TestJoinWaitsForTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		c, join := joining(t, s, "room:1", nil)
		time.Sleep(9 * time.Second)
		require.Equal(t, ChannelJoining, c.State())
		require.NoError(t, s.Connect())
		peer := p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, "ok", statusOf(join))
		require.Equal(t, ChannelJoined, c.State())
		time.Sleep(20 * time.Second) // past its timeout
		peer.silent()
		require.Equal(t, ChannelJoined, c.State())
	})
}

func TestJoinThatTimedOutBeforeTheConnectionIsSentWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		c, join := joining(t, s, "room:1", nil)
		outcomes := joinOutcomes(c)
		time.Sleep(10 * time.Second)
		require.Equal(t, StatusTimeout, statusOf(join))
		require.Equal(t, ChannelErrored, c.State())
		time.Sleep(time.Minute)
		require.Equal(t, []string{"timeout"}, outcomes.take(), "no retry without a connection")
		require.NoError(t, s.Connect())
		peer := p.accept()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, []string{"ok"}, outcomes.take())
		require.Equal(t, ChannelJoined, c.State())
		peer.silent()
	})
}

// joinOutcomes records the status of each join and rejoin.
func joinOutcomes(c *Channel) *recorder[string] {
	outcomes := new(recorder[string])
	c.OnJoin(func(reply Reply) { outcomes.add(reply.Status) })
	return outcomes
}

func TestJoinThatTimesOutTellsTheServerToLeaveAndIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		outcomes := joinOutcomes(c)
		var hook recorder[string]
		join, err := c.JoinTimeout(3 * time.Second)
		require.NoError(t, err)
		join.Receive("timeout", func(Reply) { hook.add("timeout") }).Receive("ok", func(Reply) { hook.add("ok") })
		for _, rejoinAfter := range milliseconds(1000, 2000, 5000) {
			first := peer.expect("room:1", "phx_join")
			began := time.Now()
			leave := peer.expect("room:1", "phx_leave")
			require.Equal(t, 3*time.Second, time.Since(began), "its own timeout, for rejoins too")
			require.Equal(t, first.JoinRef, leave.JoinRef, "it leaves what that join may have joined")
			require.NotEqual(t, first.Ref, leave.Ref)
			require.Equal(t, []string{"timeout"}, outcomes.take())
			require.Equal(t, ChannelErrored, c.State())
			time.Sleep(rejoinAfter - time.Millisecond)
			peer.silent()
			time.Sleep(time.Millisecond)
		}
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, []string{"ok"}, outcomes.take())
		require.Equal(t, []string{"timeout", "timeout", "timeout", "ok"}, hook.take(), "the join's hooks run at each outcome")
		require.Equal(t, StatusTimeout, statusOf(join), "the push speaks of the first")
		require.Equal(t, ChannelJoined, c.State())
	})
}

// A slow server completes the join after all, receives the leave that followed the timeout, and
// confirms it with a close.
func TestCloseOfAJoinThatTimedOutDoesNotEndTheChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, _ := joining(t, s, "room:1", nil)
		join := peer.expect("room:1", "phx_join")
		leave := peer.expect("room:1", "phx_leave")
		peer.reply(join, "ok", "{}")
		peer.reply(leave, "ok", "{}")
		peer.send(`["` + join.Ref + `","` + join.Ref + `","room:1","phx_close",{}]`)
		synctest.Wait()
		require.Equal(t, ChannelErrored, c.State())
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.Equal(t, ChannelJoined, c.State())
	})
}

func TestRefusedJoinIsErroredAndTriedAgain(t *testing.T) {
	for _, status := range []string{"error", "full", "timeout", "closed"} {
		t.Run(status, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c, join := joining(t, s, "room:1", nil)
				outcomes := joinOutcomes(c)
				var hook recorder[string]
				join.Receive(status, func(reply Reply) { hook.add(reply.Response.String()) })
				join.Receive("ok", func(reply Reply) { hook.add("ok") })
				peer.reply(peer.expect("room:1", "phx_join"), status, `{"reason":"not yet"}`)
				require.Equal(t, []string{`{"reason":"not yet"}`}, hook.take())
				require.Equal(t, ChannelErrored, c.State())
				join.Receive(status, func(reply Reply) { hook.add("later " + reply.Response.String()) })
				require.Equal(t, []string{`later {"reason":"not yet"}`}, hook.take(), "also after the reply came")
				began := time.Now()
				peer.reply(peer.expect("room:1", "phx_join"), "ok", `{}`)
				require.Equal(t, time.Second, time.Since(began))
				require.Equal(t, []string{"ok"}, hook.take())
				require.Equal(t, []string{status, "ok"}, outcomes.take())
				require.Equal(t, status, statusOf(join))
				peer.silent()
			})
		})
	}
}

func TestParamsFunctionIsAskedAtEachJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		calls := 0
		c, _ := joining(t, s, "room:1", asking(func() any {
			calls++
			return map[string]int{"try": calls}
		}))
		for i := 1; i <= 2; i++ {
			m := peer.expect("room:1", "phx_join")
			require.Equal(t, `{"try":`+strconv.Itoa(i)+`}`, m.Payload)
			peer.reply(m, "error", "{}")
		}
		peer.drop()
		next := p.accept()
		require.Equal(t, `{"try":3}`, next.expect("room:1", "phx_join").Payload)
		require.NoError(t, c.SetParams(map[string]string{"now": "fixed"}))
		next.push(c.JoinRef(), "room:1", "phx_error", `{}`)
		require.Equal(t, `{"now":"fixed"}`, next.expect("room:1", "phx_join").Payload)
		require.ErrorIs(t, c.SetParams("no object"), ErrInvalidPayload)
	})
}

func TestParamsFunctionIsAskedWhenTheJoinGoesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		token := "old"
		joining(t, s, "room:1", asking(func() any { return map[string]string{"token": token} }))
		token = "new"
		require.NoError(t, s.Connect())
		require.Equal(t, `{"token":"new"}`, p.accept().expect("room:1", "phx_join").Payload)
	})
}

func TestParamsFunctionThatFailsFailsTheJoinAndIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		var errs recorder[error]
		s.OnError(errs.add)
		calls := 0
		c, join := joining(t, s, "room:1", asking(func() any {
			if calls++; calls == 1 {
				return []string{"no object"}
			}
			return nil
		}))
		synctest.Wait()
		reply, _ := join.Reply()
		require.Equal(t, StatusError, reply.Status)
		require.Contains(t, reply.Response.String(), "params of the join")
		require.Contains(t, reply.Response.String(), "room:1")
		require.ErrorIs(t, errors.Join(errs.take()...), ErrInvalidPayload)
		require.Equal(t, ChannelErrored, c.State())
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.Equal(t, ChannelJoined, c.State())
	})
}

func TestJoinOfATopicLeavesTheOlderChannelOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		older, unrelated := peer.join(s, "room:1"), peer.join(s, "room:2")
		var closed recorder[string]
		older.OnClose(func(reason Payload) { closed.add(reason.String()) })
		newer, join := joining(t, s, "room:1", nil)
		require.Equal(t, []ChannelState{ChannelLeaving, ChannelJoining}, []ChannelState{older.State(), newer.State()})
		leave := peer.expect("room:1", "phx_leave")
		require.Equal(t, older.JoinRef(), leave.JoinRef)
		m := peer.expect("room:1", "phx_join")
		peer.reply(m, "ok", "{}") // as in the recording join-duplicate: the reply first, then the older channel's close
		peer.send(`["` + older.JoinRef() + `","` + older.JoinRef() + `","room:1","phx_close",{}]`)
		require.Equal(t, "ok", statusOf(join))
		require.Len(t, closed.take(), 1)
		require.Equal(t, []ChannelState{ChannelClosed, ChannelJoined}, []ChannelState{older.State(), newer.State()})
		require.Equal(t, []*Channel{unrelated, newer}, s.Channels())
		require.Equal(t, ChannelJoined, unrelated.State())
	})
}

// Otherwise the older channel would end the newer one for good when it rejoins.
func TestJoinOfATopicEndsAnErroredChannelOfIt(t *testing.T) {
	for name, fail := range map[string]func(*peer, *peerConn, *Channel) *peerConn{
		"that was refused": func(_ *peer, conn *peerConn, _ *Channel) *peerConn {
			conn.reply(conn.expect("room:1", "phx_join"), "error", `{"reason":"wrong password"}`)
			return conn
		},
		"that crashed": func(_ *peer, conn *peerConn, older *Channel) *peerConn {
			conn.reply(conn.expect("room:1", "phx_join"), "ok", "{}")
			conn.send(`["` + older.JoinRef() + `","` + older.JoinRef() + `","room:1","phx_error",{}]`)
			return conn
		},
		"that lost its connection": func(p *peer, conn *peerConn, _ *Channel) *peerConn {
			conn.reply(conn.expect("room:1", "phx_join"), "ok", "{}")
			conn.drop()
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s, conn := p.connect(nil)
				older, _ := joining(t, s, "room:1", nil)
				var closed recorder[string]
				older.OnClose(func(reason Payload) { closed.add(reason.String()) })
				again := fail(p, conn, older)
				synctest.Wait()
				require.Equal(t, ChannelErrored, older.State())
				newer, _ := joining(t, s, "room:1", nil)
				if again == nil {
					again = p.accept()
				}
				again.reply(again.expect("room:1", "phx_join"), "ok", "{}")
				time.Sleep(25 * time.Second) // longer than the rejoin delay, shorter than the heartbeat interval
				require.Equal(t, []ChannelState{ChannelClosed, ChannelJoined}, []ChannelState{older.State(), newer.State()})
				require.Equal(t, []string{`"leave"`}, closed.take())
				require.Equal(t, []*Channel{newer}, s.Channels())
			})
		})
	}
}

func TestJoinOfATopicThatAnotherChannelIsJoining(t *testing.T) {
	for _, connected := range []bool{true, false} {
		t.Run("connected "+strconv.FormatBool(connected), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPeer(t)
				s := p.socket(nil)
				if connected {
					require.NoError(t, s.Connect())
					require.NoError(t, s.WaitOpen(t.Context()))
				}
				older, first := joining(t, s, "room:1", raw(`{"n":1}`))
				buffered := pushing(t, older, "e", nil)
				newer, second := joining(t, s, "room:1", raw(`{"n":2}`))
				if !connected {
					require.Equal(t, StatusClosed, statusOf(first), "it was never sent")
					require.NoError(t, s.Connect())
				}
				peer := p.accept()
				var sent []string
				for m := peer.nextMessage(); ; m = peer.nextMessage() {
					sent = append(sent, m.Event+m.Payload)
					peer.reply(m, "ok", "{}")
					if m.JoinRef == newer.JoinRef() {
						break
					}
				}
				if connected {
					require.Equal(t, `phx_join{"n":1} phx_leave{} phx_join{"n":2}`, strings.Join(sent, " "))
				} else {
					require.Equal(t, `phx_join{"n":2}`, strings.Join(sent, " "))
				}
				require.Equal(t, "ok", statusOf(second))
				require.NotEmpty(t, statusOf(first))
				require.Equal(t, StatusClosed, statusOf(buffered))
				require.Equal(t, []*Channel{newer}, s.Channels())
				require.Equal(t, []ChannelState{ChannelClosed, ChannelJoined}, []ChannelState{older.State(), newer.State()})
			})
		})
	}
}

func TestRoundTripOfAJoin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		_, join := joining(t, s, "room:1", nil)
		time.Sleep(time.Second)
		require.Zero(t, join.RoundTrip())
		require.NoError(t, s.Connect())
		peer := p.accept()
		m := peer.expect("room:1", "phx_join")
		time.Sleep(40 * time.Millisecond)
		peer.reply(m, "ok", "{}")
		require.Equal(t, "ok", statusOf(join))
		require.Equal(t, 40*time.Millisecond, join.RoundTrip())
	})
}
