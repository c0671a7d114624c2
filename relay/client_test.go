package relay

import (
	"context"
	"encoding/json/jsontext"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

func TestClientExchangesPackets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Shape: ShapeMesh})
		c := relay.accept()
		c.accepted("")
		require.Equal(t, []string{"connected 1003 mesh host 0"}, g.take())

		c.frame(section(0, 1, joinedEntry(0), joinedEntry(7), wire.AppendPacket(nil, wire.Reliable, 5, 7, []byte("hello"))))
		require.Equal(t, []string{
			`info 1000 {"info":{}}`, "host 1000", "peer connected 1000",
			`info 1007 {"info":{}}`, "peer connected 1007", "packet 1007 2/5 hello",
		}, g.take())
		g.send(1007, wire.Reliable, "hello back")
		m := c.expect(eventFrame)
		require.Equal(t, section(1, 1, wire.AppendPacket(nil, wire.Reliable, 0, 7, []byte("hello back"))), m.payload)
		c.silent()
	})
}

func TestJoinParamsAreTheChannelsAndTheRelays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		channel, err := relay.socket().Channel(topic, nil)
		require.NoError(t, err)
		g := &game{t: t}
		params := func(context.Context) (any, error) { return jsontext.Value(` { "host_token" : "x}" } `), nil }
		options := Options{Role: RoleHost, Shape: ShapeMesh, Info: jsontext.Value(`{"name":"Ann"}`), MaxPeers: 4, Listed: true, SeatTime: 5 * time.Second}
		g.client, err = New(channel, params, options, Handlers{Deliver: g.deliver})
		require.NoError(t, err)
		c := relay.accept()
		first := c.accepted("got=0")
		require.Regexp(t, `^\{ "host_token" : "x}" ,"peer":\{"version":1,"token":"[0-9a-f]{32}","resume":false,"got":0,"role":"host",`+
			`"shape":"mesh","info":\{"name":"Ann"\},"max_peers":4,"listed":true,"seat_ms":5000\}\}$`, string(first))
		require.NoError(t, c.ws.Close())
		again := relay.accept().accepted("resumed=true")
		require.Equal(t, strings.Replace(string(first), `"resume":false`, `"resume":true`, 1), string(again))
		require.Equal(t, []string{"connected 1003 mesh host 0", "lost", "resumed 10 ms"}, g.take())
	})
}

func TestReliablePacketsAreSentAgainOverTheNextLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g, c := linked(t, relay, Options{}, "")
		for _, text := range []string{"one", "two", "three"} {
			g.send(1007, wire.Reliable, text)
			c.expect(eventFrame)
		}
		require.NoError(t, c.ws.Close())
		require.Equal(t, []string{"lost"}, g.take())
		g.send(1007, wire.Reliable, "in the gap")
		g.send(1007, wire.Unreliable, "dropped")
		c = relay.accept()
		params := c.accepted("resumed=true got=1")
		require.Contains(t, string(params), `"got":1,`)
		for i, text := range []string{"two", "three", "in the gap"} {
			require.Equal(t, section(0, 2+i, wire.AppendPacket(nil, wire.Reliable, 0, 7, []byte(text))), c.expect(eventFrame).payload)
		}
		c.silent()
		require.Equal(t, []string{"resumed 10 ms"}, g.take())
		c.frame(section(3, 2, wire.AppendPacket(nil, wire.Reliable, 0, 7, []byte("on it goes"))))
		require.Equal(t, []string{"packet 1007 2/0 on it goes"}, g.take())
		require.Zero(t, g.client.Statistics().Buffered)
	})
}

func TestRefusedJoinEndsTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Role: RoleClient})
		c := relay.accept()
		c.reply(c.expect("phx_join"), "error", `{"reason":"no room"}`)
		require.Equal(t, []string{"ended no room"}, g.take())
		<-g.client.Done()
		time.Sleep(time.Minute)
		c.silent()
	})
}

func TestClientThatClosesWaitsForItsReliablePackets(t *testing.T) {
	for name, answer := range map[string]func(*scriptedConn){
		"which arrive":        func(c *scriptedConn) { c.frame([]byte{1, 0}) },
		"which do not":        func(*scriptedConn) { time.Sleep(closeTime) },
		"until the link dies": func(c *scriptedConn) { require.NoError(c.t, c.ws.Close()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g, c := linked(t, newScripted(t), Options{}, "")
				began := time.Now()
				g.send(1007, wire.Reliable, "farewell")
				g.client.Close()
				c.expect(eventFrame)
				c.silent()
				answer(c)
				<-g.client.Done()
				require.LessOrEqual(t, time.Since(began), closeTime)
				if name != "until the link dies" {
					c.expect("phx_leave")
				}
				require.Empty(t, g.take())
			})
		})
	}
}
