package relay

import (
	"context"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// A channel that is not a relay's accepts the join like any other, and never sends a welcome.
func TestClientEndsWhenNoRelayAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{})
		c := relay.accept()
		c.reply(c.expect("phx_join"), "ok", "{}")
		time.Sleep(welcomeTime - time.Millisecond)
		require.Empty(t, g.take())
		time.Sleep(time.Millisecond)
		require.Equal(t, []string{"ended no relay"}, g.take())
		c.expect("phx_leave")
		<-g.client.Done()
	})
}

// The time for a welcome counts from the join that is answered, not from one whose connection was
// lost.
func TestEachJoinHasItsTimeForAWelcome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Shape: ShapeMesh})
		c := relay.accept()
		c.reply(c.expect("phx_join"), "ok", "{}")
		time.Sleep(welcomeTime - time.Millisecond)
		require.NoError(t, c.ws.Close())
		c = relay.accept()
		join := c.expect("phx_join")
		time.Sleep(time.Second)
		require.Empty(t, g.take(), "the deadline of the lost join has no effect")
		c.joinRef = join.joinRef
		c.reply(join, "ok", "{}")
		time.Sleep(welcomeTime - time.Millisecond)
		c.push(eventWelcome, welcomeOf(""))
		time.Sleep(time.Minute)
		require.Equal(t, []string{"connected 1003 mesh host 0"}, g.take())
		require.False(t, g.client.isEnded)
	})
}

// linked plays a client of a mesh that knows the peer in seat 7.
func linked(t *testing.T, relay *scripted, options Options, changes string) (*game, *scriptedConn) {
	t.Helper()
	options.Shape = ShapeMesh
	g := play(t, relay.socket(), options)
	c := relay.accept()
	c.accepted("%s", changes)
	c.frame(section(0, 1, joinedEntry(7)))
	require.Len(t, g.take(), 3)
	return g, c
}

func TestClientEndsWhen(t *testing.T) {
	for _, test := range []struct {
		name string
		want string
		end  func(*game, *scripted, *scriptedConn)
	}{
		{"it is removed", "ended kicked", func(_ *game, _ *scripted, c *scriptedConn) {
			c.push(eventEnded, `{"reason":"kicked"}`)
			c.push("phx_close", "{}")
		}},
		{"the relay closes the channel", "ended", func(_ *game, _ *scripted, c *scriptedConn) { c.push("phx_close", "{}") }},
		{"the game leaves the channel", "ended", func(g *game, _ *scripted, _ *scriptedConn) { _, _ = g.client.channel.Leave(); time.Sleep(time.Minute) }},
		{"the game closes the channel", "ended", func(g *game, _ *scripted, _ *scriptedConn) { g.client.channel.Close() }},
		{"the socket is closed for good", "lost, ended", func(g *game, _ *scripted, _ *scriptedConn) { _ = g.client.channel.Socket().Close() }},
		{"another channel joins its topic", "ended", func(g *game, _ *scripted, _ *scriptedConn) {
			other, err := g.client.channel.Socket().Channel(topic, nil)
			require.NoError(g.t, err)
			_, err = other.Join()
			require.NoError(g.t, err)
			time.Sleep(time.Minute)
		}},
		{"its channel crashed, and its seat is gone", "lost, ended seat gone", func(_ *game, _ *scripted, c *scriptedConn) {
			c.push("phx_error", "{}")
			c.reply(c.expect("phx_join"), "error", `{"reason":"seat gone"}`)
		}},
		{"its seat's time is over", "lost, ended connection lost", func(_ *game, relay *scripted, c *scriptedConn) {
			_ = relay.listener.Close()
			_ = c.ws.Close()
			time.Sleep(30 * time.Second)
		}},
		{"too much waits for the relay", "ended too far behind", func(g *game, _ *scripted, _ *scriptedConn) {
			g.send(1007, wire.Reliable, strings.Repeat("x", 5000))
			g.send(1007, wire.Unreliable, strings.Repeat("x", 50000))
			g.send(1007, wire.Reliable, strings.Repeat("x", 5000))
		}},
		{"too much waits for the next link", "lost, ended too far behind", func(g *game, relay *scripted, c *scriptedConn) {
			_ = relay.listener.Close()
			_ = c.ws.Close()
			synctest.Wait()
			for range 11 {
				g.send(1007, wire.Reliable, strings.Repeat("x", 1000))
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				relay := newScripted(t)
				g, c := linked(t, relay, Options{MaxBufferedBytes: 10000}, "")
				test.end(g, relay, c)
				require.Equal(t, test.want, strings.Join(g.take(), ", "))
				<-g.client.Done()
				time.Sleep(time.Minute)
				require.Equal(t, core.ChannelClosed, g.client.channel.State())
				_, isKept := clients.Load(g.client.channel)
				require.False(t, isKept)
			})
		})
	}
}

func TestRejoinThatFailsForAMomentIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g, c := linked(t, relay, Options{}, "")
		c.push("phx_error", "{}")
		c.reply(c.expect("phx_join"), "error", `{"reason":"join crashed"}`)
		c.accepted("resumed=true")
		require.Equal(t, []string{"lost", "resumed 3000 ms"}, g.take())
	})
}

func TestParamsThatCannotBe(t *testing.T) {
	for name, test := range map[string]struct {
		params any
		err    error
		want   string
	}{
		"an error":            {nil, errors.New("no ticket"), "no ticket"},
		"the relay's own key": {jsontext.Value(`{"a":1,"peer":{}}`), nil, `must not have a key "peer"`},
		"a list":              {jsontext.Value(`[]`), nil, "must be a JSON object"},
		"no JSON":             {jsontext.Value(`{"a"`), nil, "must be a JSON object"},
		"another type":        {map[string]any{}, nil, "params are a map[string]interface {}; it must be a jsontext.Value"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				relay := newScripted(t)
				channel, err := relay.socket().Channel(topic, nil)
				require.NoError(t, err)
				g := &game{t: t}
				g.client, err = New(channel, func(context.Context) (any, error) { return test.params, test.err }, Options{}, Handlers{Deliver: g.deliver})
				require.NoError(t, err)
				told := g.take()
				require.Len(t, told, 1)
				require.Contains(t, told[0], "ended ")
				require.Contains(t, told[0], test.want)
			})
		})
	}
}

func TestOptionsThatCannotBe(t *testing.T) {
	socket, err := core.NewSocket("ws://relay/socket", core.Config{})
	require.NoError(t, err)
	defer func() { require.NoError(t, socket.Close()) }()
	for want, options := range map[string]Options{
		"role is 3":                  {Role: 3},
		"shape is -1":                {Shape: -1},
		"info has 2049 bytes":        {Info: jsontext.Value(`{` + strings.Repeat(" ", 2047) + `}`)},
		"info must be a JSON object": {Info: jsontext.Value(`"Ann"`)},
		"max_peers is 251":           {MaxPeers: 251},
		"seat_timeout is 999ms":      {SeatTime: 999 * time.Millisecond},
		"seat_timeout is 2m1s":       {SeatTime: 121 * time.Second},
		"max_buffered_bytes is -1":   {MaxBufferedBytes: -1},
	} {
		channel, err := socket.Channel(topic, nil)
		require.NoError(t, err)
		_, err = New(channel, nil, options, Handlers{})
		require.ErrorContains(t, err, "relay: "+want)
	}
}

func TestChannelThatIsJoinedIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		channel, err := relay.socket().Channel(topic, nil)
		require.NoError(t, err)
		_, err = channel.Join()
		require.NoError(t, err)
		_, err = New(channel, nil, Options{}, Handlers{})
		require.ErrorContains(t, err, `channel "relay:ABCDEF" is joining already: leave it first`)
		c := relay.accept()
		c.reply(c.expect("phx_join"), "ok", "{}")
		synctest.Wait()
		_, err = New(channel, nil, Options{}, Handlers{})
		require.ErrorContains(t, err, `channel "relay:ABCDEF" is joined already: leave it first`)

		_, err = channel.Leave()
		require.NoError(t, err)
		g := &game{t: t}
		g.client, err = New(channel, nil, Options{}, Handlers{Deliver: g.deliver})
		require.NoError(t, err)
		c.expect("phx_leave")
		c.accepted("")
		require.Equal(t, []string{"connected 1003 mesh host 0"}, g.take())
		_, err = New(channel, nil, Options{}, Handlers{})
		require.ErrorContains(t, err, `channel "relay:ABCDEF" has a multiplayer peer already: close that one first`)
	})
}

func TestChannelCanHaveTheNextClientAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		first, c := linked(t, relay, Options{}, "")
		first.send(1007, wire.Reliable, "not acknowledged")
		c.expect(eventFrame)
		first.client.Close()
		second := &game{t: t}
		var err error
		second.client, err = New(first.client.channel, nil, Options{Shape: ShapeMesh}, Handlers{Deliver: second.deliver})
		require.NoError(t, err)
		c.expect("phx_leave")
		require.NotContains(t, string(c.accepted("id=2222")), fmt.Sprintf("%x", first.client.token))
		require.Equal(t, []string{"connected 2222 mesh host 0"}, second.take())
		require.Empty(t, first.take())
	})
}

func TestClientLeavesTheChannelAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g, c := linked(t, relay, Options{}, "")
		g.client.Close()
		<-g.client.Done()
		c.reply(c.expect("phx_leave"), "ok", "{}")
		var heard []string
		g.client.channel.OnMessage(func(m *core.Message) { heard = append(heard, m.Event) })
		_, err := g.client.channel.Join()
		require.NoError(t, err)
		join := c.expect("phx_join")
		require.JSONEq(t, "{}", string(join.payload))
		c.joinRef = join.joinRef
		c.reply(join, "ok", "{}")
		c.push(eventWelcome, "{}")
		synctest.Wait()
		require.Contains(t, heard, eventWelcome)
	})
}

func TestSocketOfTheGameMayDisconnectAndConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g, _ := linked(t, relay, Options{}, "")
		socket := g.client.channel.Socket()
		require.NoError(t, socket.Disconnect(0, ""))
		synctest.Wait()
		g.send(1007, wire.Reliable, "later")
		time.Sleep(10 * time.Second)
		require.NoError(t, socket.Connect())
		c := relay.accept()
		c.accepted("resumed=true")
		require.Equal(t, section(0, 1, from(7, "later")), c.expect(eventFrame).payload)
		require.Equal(t, []string{"lost", "resumed 10000 ms"}, g.take())
	})
}

func TestMessagesThatAreNotTheRelaysReachTheGame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g, c := linked(t, relay, Options{}, "")
		heard := make(chan string, 1)
		g.client.channel.On("chat", func(m *core.Message) { heard <- m.Payload.String() })
		c.push("chat", `{"text":"hi"}`)
		require.Equal(t, `{"text":"hi"}`, <-heard)
		require.Empty(t, g.take())
	})
}

func TestRoundTripIsReportedWhenItChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g, c := linked(t, relay, Options{}, "")
		report := func(ms int) []byte {
			return wire.AppendUpControl(nil, wire.UpControl{Kind: wire.UpRoundTrip, Milliseconds: uint32(ms)})
		}
		seq := 0
		for _, test := range []struct {
			took       time.Duration
			isReported bool
		}{{80 * time.Millisecond, true}, {84 * time.Millisecond, false}, {90 * time.Millisecond, true}, {300 * time.Millisecond, true}, {320 * time.Millisecond, false}} {
			c.delay.Store(int64(test.took))
			time.Sleep(pingInterval)
			for len(c.messages) > 0 {
				if m := <-c.messages; test.isReported && m.payload[1] != 0 {
					seq++
					require.Equal(t, section(int(m.payload[0]), seq, report(int(test.took.Milliseconds()))), m.payload)
					test.isReported = false
				} else {
					require.Zero(t, m.payload[1], m.payload)
				}
			}
			require.False(t, test.isReported, test.took)
			c.frame([]byte{byte(seq), 0})
		}
		c.frame(section(seq, 2, wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownRoundTrip, Seat: 7, Milliseconds: 55})))
		require.Equal(t, []string{"round trip 1007 55 ms"}, g.take())
		require.Equal(t, 320*time.Millisecond, g.client.Statistics().RoundTrip)
	})
}

func TestRoundTripIsReportedToNewcomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		_, c := linked(t, relay, Options{}, "")
		reports := func() (count int) {
			time.Sleep(3 * pingInterval)
			for len(c.messages) > 0 {
				if m := <-c.messages; m.payload[1] != 0 {
					count++
				}
			}
			return count
		}
		require.Equal(t, 1, reports())
		c.frame(section(1, 2, joinedEntry(9)))
		require.Equal(t, 1, reports())
	})
}
