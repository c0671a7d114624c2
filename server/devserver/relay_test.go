package devserver_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
	"phoenixchannels/server/devserver"
)

// inRelay runs a test in a bubble with peers of a mesh.
func inRelay(t *testing.T, n int, options devserver.RelayLimits,
	test func(t *testing.T, server *devserver.Server, dial func(string) client, peers []*relayPeer)) {
	t.Helper()
	inBubble(t, devserver.Options{Relay: options}, func(t *testing.T, server *devserver.Server, dial func(string) client) {
		test(t, server, dial, mesh(t, dial, n, nil))
	})
}

func TestRelayForwards(t *testing.T) {
	inRelay(t, 3, devserver.RelayLimits{}, func(t *testing.T, _ *devserver.Server, _ func(string) client, p []*relayPeer) {
		p[0].say(p[1], "one")
		p[1].expectEntries("reliable 0 from 0: one")
		p[2].unreliable(
			wire.AppendPacketToMany(nil, wire.UnreliableOrdered, 7, []byte{0b11}, []byte("abcd"), []byte("1234")),
			wire.AppendPacketToMany(nil, wire.Unreliable, 0, []byte{0b1111}, []byte("all"), nil),
		)
		p[0].expectEntries("ordered 7 from 2: a12d", "unreliable 0 from 2: all")
		p[1].expectEntries("ordered 7 from 2: a34d", "unreliable 0 from 2: all")
		p[2].expectNothing()
	})
}

func TestRelayWelcome(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		p := newRelayPeer(dial(""), 1, map[string]any{"shape": "host"})
		require.Empty(t, p.request())
		assert.Equal(t, `["1",null,"relay:1","welcome",{"seat":0,"id":1,"host":0,"shape":"host","got":0,"seat_ms":30000,`+
			`"max_packet":4194304,"max_buffered":8388608,"resumed":false,"locked":false}]`, p.next())
	})
}

func TestRelayJoinsThatAreRefused(t *testing.T) {
	inRelay(t, 1, devserver.RelayLimits{MaxPeers: 1, MaxRooms: 1}, func(t *testing.T, _ *devserver.Server, dial func(string) client, _ []*relayPeer) {
		c := dial("")
		for i, test := range []struct{ topic, params, reason string }{
			{"relay:", `{}`, "invalid"},
			{"relay:" + strings.Repeat("x", 65), `{}`, "invalid"},
			{"relay:1", `[]`, "invalid"},
			{"relay:1", `{}`, "invalid"},
			{"relay:1", `{"peer":{}}`, "invalid"},
			{"relay:1", `{"peer":{"version":2}}`, "unsupported version"},
			{"relay:1", `{"peer":{"version":"1"}}`, "invalid"},
			{"relay:1", peerParams(nil), "room full"},
			{"relay:2", peerParams(nil), "too many rooms"},
			{"relay:2", peerParams(map[string]any{"role": "client"}), "no room"},
			{"relay:2", peerParams(map[string]any{"resume": true}), "seat gone"},
			{"relay:2", peerParams(map[string]any{"got": 1}), "invalid"},
			{"relay:dedicated-2", peerParams(nil), "not allowed"},
			{"relay:1", peerParams(map[string]any{"token": strings.Repeat("g", 32)}), "invalid"},
			{"relay:1", peerParams(map[string]any{"token": strings.Repeat("a", 31)}), "invalid"},
			{"relay:1", peerParams(map[string]any{"token": 1}), "invalid"},
			{"relay:1", peerParams(map[string]any{"resume": 1}), "invalid"},
			{"relay:1", peerParams(map[string]any{"got": 1 << 32}), "invalid"},
			{"relay:1", peerParams(map[string]any{"got": 0.5}), "invalid"},
			{"relay:1", peerParams(map[string]any{"role": "king"}), "invalid"},
			{"relay:1", peerParams(map[string]any{"shape": nil}), "invalid"},
			{"relay:1", peerParams(map[string]any{"info": []int{}}), "invalid"},
			{"relay:1", peerParams(map[string]any{"info": map[string]string{"x": strings.Repeat("x", 2041)}}), "invalid"},
			{"relay:1", peerParams(map[string]any{"listed": nil}), "invalid"},
			{"relay:1", peerParams(map[string]any{"seat_ms": -1}), "invalid"},
			{"relay:1", peerParams(map[string]any{"max_peers": 1 << 31}), "invalid"},
		} {
			c.send(fmt.Sprintf(`["1","%d",%q,"phx_join",%s]`, i, test.topic, test.params))
			c.expect(fmt.Sprintf(`["1","%d",%q,"phx_reply",{"status":"error","response":{"reason":%q}}]`, i, test.topic, test.reason))
		}
	})
}

// peerParams are the params of a join.
func peerParams(changes map[string]any) string {
	p := newRelayPeer(client{}, 99, changes)
	return p.joinParams()
}

func TestAnInfoOf2048BytesIsAccepted(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		info := map[string]string{"x": strings.Repeat("x", 2040)}
		newRelayPeer(dial(""), 1, map[string]any{"info": info}).enter()
	})
}

func TestADedicatedRoomOpensForAHostToken(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		c := dial("")
		params := strings.Replace(peerParams(nil), `{"peer"`, `{"host_token":"secret","peer"`, 1)
		c.send(`["1","1","relay:dedicated-1","phx_join",` + params + `]`)
		c.expect(`["1","1","relay:dedicated-1","phx_reply",{"status":"ok","response":{}}]`)
		c.pass(`"welcome"`)
		other := dial("")
		params = peerParams(map[string]any{"token": strings.Repeat("1", 32)})
		other.send(`["1","1","relay:dedicated-1","phx_join",` + params + `]`)
		other.expect(`["1","1","relay:dedicated-1","phx_reply",{"status":"ok","response":{}}]`)
	})
}

func TestAJoinRefThatIsTooLongForFramesIsInvalid(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		c, ref := dial(""), strings.Repeat("1", 256)
		c.send(`["` + ref + `","1","relay:1","phx_join",` + peerParams(nil) + `]`)
		c.expect(`["` + ref + `","1","relay:1","phx_reply",{"status":"error","response":{"reason":"invalid"}}]`)
	})
}

func TestARelayRefusesWhatIsNotAFrame(t *testing.T) {
	inRelay(t, 1, devserver.RelayLimits{}, func(_ *testing.T, _ *devserver.Server, _ func(string) client, p []*relayPeer) {
		p[0].refuse(relayTopic, "m", `{}`, "invalid")
		p[0].refuse(relayTopic, "jump", `{}`, "unknown event")
	})
}

func TestALostConnectionKeepsItsSeat(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{}, func(t *testing.T, server *devserver.Server, dial func(string) client, p []*relayPeer) {
		require.NoError(t, p[1].Close())
		p[0].expectEntries("away 1")
		p[0].say(p[1], "during")
		p[1].link.Lost()
		p[1].link.Reliable(wire.AppendPacket(nil, wire.Reliable, 0, 0, []byte("also")))
		time.Sleep(29 * time.Second)
		id := p[1].welcome.ID
		p[1].again(dial(""))
		assert.True(t, p[1].welcome.Resumed)
		assert.Equal(t, id, p[1].welcome.ID)
		p[1].expectEntries("reliable 0 from 0: during")
		p[0].expectEntries("back 1", "reliable 0 from 1: also")

		server.DropConnections()
		synctest.Wait()
		p[0].again(dial(""))
		p[1].again(dial(""))
		p[0].expectEntries("away 1", "back 1")
		p[0].say(p[1], "again")
		p[1].expectEntries("away 0", "back 0", "reliable 0 from 0: again")
	})
}

func TestASeatIsGivenUpAfterItsTime(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{MaxSeatTime: 10 * time.Second}, func(t *testing.T, _ *devserver.Server, dial func(string) client, p []*relayPeer) {
		away := time.Now()
		require.NoError(t, p[1].Close())
		p[0].expectEntries("away 1")
		p[0].expectEntries("gone 1")
		assert.Equal(t, 10*time.Second, time.Since(away))
		p[1].client = dial("")
		p[1].params["resume"] = true
		assert.Equal(t, "seat gone", p[1].request())
	})
}

func TestARepeatedJoinTakesTheSeatOver(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{}, func(_ *testing.T, _ *devserver.Server, dial func(string) client, p []*relayPeer) {
		old := *p[1]
		p[1].again(dial(""))
		old.expectEnd("")
		p[0].expectEntries("away 1", "back 1")
		p[1].send(`["1","2","relay:1","phx_join",` + p[1].joinParams() + `]`)
		p[1].expectEntries(`["1","2","relay:1","phx_reply",{"status":"ok","response":{}}]`)
		p[0].expectEntries("away 1", "back 1")
	})
}

func TestLeavingARelay(t *testing.T) {
	inRelay(t, 3, devserver.RelayLimits{}, func(_ *testing.T, _ *devserver.Server, _ func(string) client, p []*relayPeer) {
		leave := func(p *relayPeer) {
			p.send(`["1","2","relay:1","phx_leave",{}]`)
			p.expectEntries(`["1","2","relay:1","phx_reply",{"status":"ok","response":{}}]`, `["1","1","relay:1","phx_close",{}]`)
		}
		leave(p[0])
		p[1].expectEntries("gone 0", "host 1")
		p[2].expectEntries("gone 0", "host 1")
		leave(p[2])
		p[1].expectEntries("gone 2")
		leave(p[1])
		p[1].params["role"] = "client"
		assert.Equal(p[1].t, "no room", p[1].request())
	})
}

func TestTheHostsLeaveClosesTheOthersChannels(t *testing.T) {
	inBubble(t, devserver.Options{}, func(_ *testing.T, _ *devserver.Server, dial func(string) client) {
		host := newRelayPeer(dial(""), 0, map[string]any{"shape": "host"}).enter()
		second := newRelayPeer(dial(""), 1, map[string]any{"shape": "host"}).enter()
		second.expectEntries(`peer 0 {"n":0}`)
		host.say(second, "bye")
		host.send(`["1","2","relay:1","phx_leave",{}]`)
		second.expectEntries("reliable 0 from 0: bye", "gone 0")
		second.expectEnd("")
	})
}

func TestHostilePeersAreEnded(t *testing.T) {
	small := devserver.RelayLimits{MaxPacketBytes: 1000, PacketsPerSecond: 100, BytesPerSecond: 10_000}
	inRelay(t, 3, small, func(t *testing.T, _ *devserver.Server, dial func(string) client, p []*relayPeer) {
		for reason, frame := range map[string]string{
			"malformed":        "\xff",
			"bad sequence":     "\x00\x09\x00",
			"not allowed":      "\x00\x01\x03\x03\x02\x00",
			"packet too big":   "\x00\x00\x00\x00\xe9\x07",
			"too many packets": "\x00\x00" + strings.Repeat("\x00\x4d\x00", 401),
			"too many bytes":   "\x00\x00" + strings.Repeat("x", 50_000),
		} {
			hostile := newRelayPeer(dial(""), 9, nil).enter()
			p[0].expectEntries(`peer 3 {"n":9}`)
			hostile.expectEntries(`peer 0 {"n":0}`)
			hostile.pushBinary(relayTopic, "m", frame)
			hostile.expectEnd(reason)
			p[0].expectEntries("gone 3")
		}
		p[0].say(p[1], "still here")
		p[1].expectEntries("reliable 0 from 0: still here")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Empty(t, p[2].entries)
	})
}

func TestAPeerThatReadsNothingIsEndedAndHoldsNobodyUp(t *testing.T) {
	limits := devserver.RelayLimits{MaxBufferedBytes: 100_000}
	inRelay(t, 3, limits, func(t *testing.T, _ *devserver.Server, _ func(string) client, p []*relayPeer) {
		data := make([]byte, 10_000)
		for range 30 {
			p[0].reliable(wire.AppendPacketToMany(nil, wire.Reliable, 0, []byte{0b110}, data, nil))
			p[1].expectEntries("reliable 0 from 0: " + string(data))
			time.Sleep(100 * time.Millisecond)
			if len(p[1].entries) > 0 {
				break
			}
		}
		p[0].expectEntries("gone 2")
	})
}

func TestARoomThatCrashes(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{}, func(t *testing.T, server *devserver.Server, _ func(string) client, p []*relayPeer) {
		assert.False(t, server.CrashRelayRoom("relay:2"))
		assert.True(t, server.CrashRelayRoom(relayTopic))
		for _, peer := range p {
			peer.expectEntries(`["1","1","relay:1","phx_error",{"reason":"channel_crash"}]`)
			peer.params["resume"] = true
			assert.Equal(t, "seat gone", peer.request())
		}
	})
}

func TestTheListOfRoomsChangesOnceASecond(t *testing.T) {
	inBubble(t, devserver.Options{}, func(t *testing.T, _ *devserver.Server, dial func(string) client) {
		lobby := dial("")
		_, state := lobby.join("relay_list", `{}`)
		assert.Contains(t, state, `"presence_state",{}`)
		listed := map[string]any{"listed": true, "max_peers": 9}
		p := mesh(t, dial, 1, listed)
		assert.Regexp(t, `"joins":\{"1":\{"metas":\[\{"phx_ref":"[\w-]{16}","shape":"mesh","peers":1,"max_peers":9,"locked":false,"host":\{"n":0\}\}\]\}\}`, lobby.next())
		began := time.Now()
		second := newRelayPeer(dial(""), 1, nil).enter()
		p[0].control(wire.UpLock, 1)
		assert.Regexp(t, `"leaves":\{"1":.*"joins":\{"1":.*"peers":2,.*"locked":true`, lobby.next())
		assert.Equal(t, time.Second, time.Since(began))
		second.send(`["1","2","relay:1","phx_leave",{}]`)
		assert.Contains(t, lobby.next(), `"peers":1`)
		p[0].send(`["1","2","relay:1","phx_leave",{}]`)
		assert.Regexp(t, `"joins":\{\},"leaves":\{"1":|"leaves":\{"1":.*"joins":\{\}`, lobby.next())
		assert.Equal(t, 2*time.Second, time.Since(began), "a room that has ended is not shown any longer")
		lobby.refuse("relay_list", "open", `{}`, "unknown event")
		other := dial("")
		_, state = other.join("relay_list", `{}`)
		assert.Contains(t, state, `"presence_state",{}`)
	})
}

func TestAServerWithSeatsThatWaitCanBeClosed(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{}, func(t *testing.T, server *devserver.Server, _ func(string) client, p []*relayPeer) {
		require.NoError(t, p[1].Close())
		p[0].expectEntries("away 1")
		go func() { _, _, _ = p[0].ReadMessage() }() // the close
		require.NoError(t, server.Shutdown(t.Context()))
	})
}

func TestARelayNeedsAProtocolWithBinaryPayloads(t *testing.T) {
	server := start(t, devserver.Options{})
	conn, _, err := websocket.DefaultDialer.Dial(server.URL()+"/websocket?vsn=1.0.0", nil)
	require.NoError(t, err)
	defer conn.Close()
	old := client{t, conn}
	old.send(`{"topic":"relay:1","event":"phx_join","payload":` + peerParams(nil) + `,"ref":"1","join_ref":"1"}`)
	assert.Contains(t, old.next(), `{"status":"error","response":{"reason":"protocol 2.0.0 needed"}}`)
}
