package core

import (
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// joining creates a channel and joins it, without a reply.
func joining(t *testing.T, s *Socket, topic string, params any) (*Channel, *Push) {
	t.Helper()
	c, err := s.Channel(topic, params)
	require.NoError(t, err)
	join, err := c.Join()
	require.NoError(t, err)
	return c, join
}

// pushing makes a push, which must be accepted.
func pushing(t *testing.T, c *Channel, event string, payload any) *Push {
	t.Helper()
	push, err := c.Push(event, payload)
	require.NoError(t, err)
	return push
}

// statusOf returns the status with which a push has completed, or "" if it has not.
func statusOf(p *Push) string {
	synctest.Wait()
	reply, _ := p.Reply()
	return reply.Status
}

// eventNames records messages with these events as "event payload".
func eventNames(c *Channel, events ...string) *recorder[string] {
	got := new(recorder[string])
	for _, event := range events {
		c.On(event, func(m *Message) { got.add(m.Event + " " + m.Payload.String()) })
	}
	return got
}

func TestNewChannelIsClosedAndKnownToItsSocket(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	a, err := s.Channel("room:1", map[string]int{"one": 1})
	require.NoError(t, err)
	b, err := s.Channel("room:2", nil)
	require.NoError(t, err)
	require.Equal(t, "room:1", a.Topic())
	require.Same(t, s, a.Socket())
	require.Equal(t, ChannelClosed, a.State())
	require.Empty(t, a.JoinRef())
	require.False(t, a.CanPush())
	require.Equal(t, []*Channel{a, b}, s.Channels())
}

func TestChannelRefusesTopicsAndParamsThatCannotWork(t *testing.T) {
	s, err := NewSocket("ws://peer/socket", Config{})
	require.NoError(t, err)
	tests := map[string]struct {
		topic  string
		params any
		err    error
		text   string
	}{
		"empty topic":            {"", nil, ErrInvalidTopic, `""`},
		"the protocol's topic":   {"phoenix", nil, ErrInvalidTopic, `"phoenix"`},
		"topic not UTF-8":        {"room:\xff", nil, ErrInvalidTopic, "UTF-8"},
		"params are a list":      {"room:1", []int{1}, ErrInvalidPayload, "object"},
		"params are binary":      {"room:1", BinaryPayload([]byte{1}), ErrInvalidPayload, "object"},
		"params are no JSON":     {"room:1", raw(`{"a":`), ErrInvalidPayload, "JSON"},
		"params do not marshal":  {"room:1", map[string]any{"f": func() {}}, ErrInvalidPayload, "func"},
		"params are just a text": {"room:1", "hello", ErrInvalidPayload, "object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := s.Channel(test.topic, test.params)
			require.ErrorIs(t, err, test.err)
			require.ErrorContains(t, err, test.text)
			require.Nil(t, c)
		})
	}
	require.Empty(t, s.Channels())
}

func TestChannelStatesHaveTheNamesOfTheOfficialClient(t *testing.T) {
	var names []string
	for _, state := range []ChannelState{ChannelClosed, ChannelErrored, ChannelJoined, ChannelJoining, ChannelLeaving} {
		names = append(names, state.String())
	}
	require.Equal(t, "closed errored joined joining leaving", strings.Join(names, " "))
}

func TestCanPushOnlyWhenConnectedAndJoined(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s := p.socket(nil)
		c, _ := joining(t, s, "room:1", nil)
		require.False(t, c.CanPush(), "neither")
		require.NoError(t, s.Connect())
		peer := p.accept()
		m := peer.expect("room:1", "phx_join")
		require.False(t, c.CanPush(), "joining")
		peer.reply(m, "ok", "{}")
		synctest.Wait()
		require.True(t, c.CanPush(), "joined")
		p.refuse(503)
		peer.drop()
		synctest.Wait()
		require.False(t, c.CanPush(), "connection lost")
	})
}

func TestOnCallsTheHandlersOfTheEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		peer.push("", "room:1", "shout", `{"n":0}`) // before there is a handler
		synctest.Wait()
		got, other := eventNames(c, "shout"), eventNames(c, "other")
		peer.push("", "room:1", "shout", `{"n":1}`)
		peer.push(c.JoinRef(), "room:1", "shout", `{"n":2}`)
		peer.push("", "room:2", "shout", `{"n":3}`)
		require.Equal(t, []string{`shout {"n":1}`, `shout {"n":2}`}, got.take())
		require.Empty(t, other.take())
	})
}

func TestOnCallsHandlersInTheOrderTheyWereAdded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var got recorder[string]
		c.OnMessage(func(m *Message) { got.add("all") })
		for i := range 5 {
			c.On("e", func(*Message) { got.add(strconv.Itoa(i)) })
		}
		s.OnMessage(func(m *Message) { got.add("socket") })
		peer.push("", "room:1", "e", `{}`)
		require.Equal(t, "all 0 1 2 3 4 socket", strings.Join(got.take(), " "))
	})
}

func TestCancel(t *testing.T) {
	tests := map[string]struct {
		cancel func(first, second Subscription)
		want   string
	}{
		"ends one subscription":            {func(first, _ Subscription) { first.Cancel() }, "second other"},
		"of all leaves other events":       {func(first, second Subscription) { second.Cancel(); first.Cancel() }, "other"},
		"twice does nothing more":          {func(first, _ Subscription) { first.Cancel(); first.Cancel() }, "second other"},
		"of the zero value does nothing":   {func(_, _ Subscription) { Subscription{}.Cancel() }, "first second other"},
		"of the last, twice, does no harm": {func(first, second Subscription) { first.Cancel(); second.Cancel(); second.Cancel() }, "other"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, peer := newPeer(t).connect(nil)
				c := peer.join(s, "room:1")
				var got recorder[string]
				first := c.On("event", func(*Message) { got.add("first") })
				second := c.On("event", func(*Message) { got.add("second") })
				c.On("other", func(*Message) { got.add("other") })
				test.cancel(first, second)
				peer.push("", "room:1", "event", `{}`)
				peer.push("", "room:1", "other", `{}`)
				require.Equal(t, test.want, strings.Join(got.take(), " "))
			})
		})
	}
}

func TestCancelEndsTheSubscriptionsOfTheChannelsOwnHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var got recorder[string]
		c.OnMessage(func(*Message) { got.add("message") }).Cancel()
		c.OnJoin(func(Reply) { got.add("join") }).Cancel()
		c.OnError(func(Payload) { got.add("error") }).Cancel()
		c.OnClose(func(Payload) { got.add("close") }).Cancel()
		peer.push("", "room:1", "event", `{}`)
		peer.push(c.JoinRef(), "room:1", "phx_error", `{}`)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{}`)
		synctest.Wait()
		peer.push(c.JoinRef(), "room:1", "phx_close", `{}`)
		require.Empty(t, got.take())
		require.Equal(t, ChannelClosed, c.State())
	})
}

func TestHandlersChangedWhileAnEventIsHandledCountFromTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var got recorder[string]
		var first, second Subscription
		first = c.On("event", func(*Message) {
			got.add("first")
			first.Cancel()
			second.Cancel()
			c.On("event", func(*Message) { got.add("third") })
		})
		second = c.On("event", func(*Message) { got.add("second") })
		peer.push("", "room:1", "event", `{}`)
		require.Equal(t, []string{"first", "second"}, got.take())
		peer.push("", "room:1", "event", `{}`)
		require.Equal(t, []string{"third"}, got.take())
	})
}

func TestChannelOnMessageSeesEverythingOfItsTopic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, join := joining(t, s, "room:1", nil)
		var got recorder[string]
		c.OnMessage(func(m *Message) {
			got.add(m.Event + " " + m.Status + " " + m.Payload.String() + " answers " + strconv.FormatBool(m.Push == join))
		})
		peer.reply(peer.expect("room:1", "phx_join"), "ok", `{"a":1}`)
		peer.push("", "room:1", "shout", `[1]`)
		peer.push("", "room:2", "shout", `[2]`)
		peer.push(c.JoinRef(), "room:1", "phx_close", `{}`)
		require.Equal(t, []string{
			`phx_reply ok {"a":1} answers true`, `shout  [1] answers false`, `phx_close  {} answers false`,
		}, got.take())
	})
}

func TestRepliesReachTheHandlersOfTheReplyEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		got := eventNames(c, "phx_reply")
		pushing(t, c, "ask", nil)
		peer.reply(peer.expect("room:1", "ask"), "maybe", `{"a":1}`)
		require.Equal(t, []string{`phx_reply {"a":1}`}, got.take())
	})
}

func TestMessagesOfAnOutdatedJoinAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		old := c.JoinRef()
		peer.push(old, "room:1", "phx_error", `{}`)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		synctest.Wait()
		require.NotEqual(t, old, c.JoinRef())

		var got recorder[string]
		c.OnMessage(func(m *Message) { got.add(m.Event + " " + m.Payload.String()) })
		for _, event := range []string{"shout", "phx_error", "phx_close"} {
			peer.push(old, "room:1", event, `{}`)
			peer.send(`["` + old + `","` + old + `","room:1","` + event + `",{}]`)
		}
		peer.push(c.JoinRef(), "room:1", "shout", `"current"`)
		peer.push("", "room:1", "shout", `"broadcast"`)
		require.Equal(t, []string{`shout "current"`, `shout "broadcast"`}, got.take())
		require.Equal(t, ChannelJoined, c.State())
		peer.silent()
	})
}

func TestCrashedChannelIsErroredAndRejoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var reasons recorder[string]
		c.OnError(func(reason Payload) { reasons.add(reason.String()) })
		crash := `{"reason":"channel_crash"}`
		peer.push(c.JoinRef(), "room:1", "phx_error", crash)
		require.Equal(t, []string{crash}, reasons.take())
		require.Equal(t, ChannelErrored, c.State())
		began := time.Now()
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, time.Second, time.Since(began))
		synctest.Wait()
		require.Equal(t, ChannelJoined, c.State())
		require.Empty(t, reasons.take())
		require.Equal(t, 1, len(s.Channels()))
	})
}

func TestErrorOfAChannelThatIsLeavingChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c := peer.join(s, "room:1")
		var errs recorder[string]
		c.OnError(func(reason Payload) { errs.add(reason.String()) })
		_, err := c.Leave()
		require.NoError(t, err)
		peer.expect("room:1", "phx_leave")
		peer.push(c.JoinRef(), "room:1", "phx_error", `{}`)
		time.Sleep(5 * time.Second)
		require.Equal(t, ChannelLeaving, c.State())
		require.Empty(t, errs.take())
		peer.silent()
	})
}

func TestErrorOfTheConnectionDoesNotRejoinAChannelThatIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPeer(t)
		s, peer := p.connect(nil)
		closed, leaving := peer.join(s, "room:1"), peer.join(s, "room:2")
		peer.push(closed.JoinRef(), "room:1", "phx_close", `{}`)
		var errs recorder[string]
		for _, c := range []*Channel{closed, leaving} {
			c.OnError(func(reason Payload) { errs.add(c.Topic() + " " + reason.String()) })
		}
		leave, err := leaving.Leave()
		require.NoError(t, err)
		peer.expect("room:2", "phx_leave")
		peer.drop()
		next := p.accept()
		require.Equal(t, "ok", statusOf(leave), "the server drops the channels of a connection with it")
		next.silent()
		require.Equal(t, []ChannelState{ChannelClosed, ChannelClosed}, []ChannelState{closed.State(), leaving.State()})
		require.Empty(t, errs.take())
		require.Empty(t, s.Channels())
	})
}

func TestChannelClosedByTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, other := peer.join(s, "room:1"), peer.join(s, "room:2")
		var reasons recorder[string]
		c.OnClose(func(reason Payload) { reasons.add(reason.String()) })
		asked := pushing(t, c, "ask", nil)
		peer.expect("room:1", "ask")
		peer.send(`["` + c.JoinRef() + `","` + c.JoinRef() + `","room:1","phx_close",{"by":"server"}]`)
		peer.send(`["` + c.JoinRef() + `","` + c.JoinRef() + `","room:1","phx_close",{"by":"server"}]`)
		require.Equal(t, []string{`{"by":"server"}`}, reasons.take(), "once")
		require.Equal(t, ChannelClosed, c.State())
		require.Equal(t, []*Channel{other}, s.Channels())
		require.Equal(t, StatusClosed, statusOf(asked))

		_, err := c.Push("e", nil)
		require.ErrorIs(t, err, ErrChannelClosed)
		require.ErrorContains(t, err, `"room:1"`)
		time.Sleep(20 * time.Second)
		peer.silent()
	})
}

// The close of a hostile or confused server has no join_ref.
func TestCloseOfAChannelThatWasNeverJoinedDoesNotBreakIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(nil)
		c, err := s.Channel("room:1", nil)
		require.NoError(t, err)
		peer.push("", "room:1", "phx_close", `{}`)
		peer.push("", "room:1", "phx_error", `{}`)
		synctest.Wait()
		join, err := c.Join()
		require.NoError(t, err)
		peer.reply(peer.expect("room:1", "phx_join"), "ok", "{}")
		require.Equal(t, "ok", statusOf(join))
		got := eventNames(c, "shout")
		peer.push("", "room:1", "shout", `1`)
		require.Equal(t, []string{"shout 1"}, got.take())
		require.Equal(t, []*Channel{c}, s.Channels())
	})
}

func TestChannelsOverVersion1(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, peer := newPeer(t).connect(func(c *Config) { c.Version = "1.0.0" })
		c, join := joining(t, s, "room:1", map[string]int{"a": 1})
		require.Equal(t, `{"topic":"room:1","event":"phx_join","payload":{"a":1},"ref":"1","join_ref":"1"}`, string(peer.next().data))
		peer.send(`{"topic":"room:1","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"1"}`)
		require.Equal(t, "ok", statusOf(join))
		got := eventNames(c, "shout")
		peer.send(`{"topic":"room:1","event":"shout","payload":{"b":2},"ref":null}`)
		require.Equal(t, []string{`shout {"b":2}`}, got.take())

		_, err := c.Push("bin", []byte{1})
		require.ErrorIs(t, err, ErrInvalidPayload)
		peer.send(`{"topic":"room:1","event":"phx_error","payload":{},"ref":"1"}`)
		synctest.Wait()
		require.Equal(t, ChannelErrored, c.State())
		require.Contains(t, string(peer.next().data), `"ref":"2","join_ref":"2"`)
		peer.send(`{"topic":"room:1","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"2"}`)
		peer.send(`{"topic":"room:1","event":"phx_close","payload":{},"ref":"1"}`) // of the previous join
		synctest.Wait()
		require.Equal(t, ChannelJoined, c.State())
		peer.send(`{"topic":"room:1","event":"phx_close","payload":{},"ref":"2"}`)
		synctest.Wait()
		require.Equal(t, ChannelClosed, c.State())
	})
}
