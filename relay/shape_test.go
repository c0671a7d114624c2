package relay

import (
	"encoding/binary"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

// hostEntry is the control entry for the host of a room in ShapeHost, in seat 0.
func hostEntry() []byte {
	return wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownPeer, Seat: 0, ID: hostID, Info: []byte(`{"name":"host"}`)})
}

func downControl(kind wire.DownKind, seat uint8) []byte {
	return wire.AppendDownControl(nil, wire.DownControl{Kind: kind, Seat: seat})
}

// system is a packet of the engine's own: a command and the id of a peer, then data.
func system(command byte, id int32, data string) string {
	return string(binary.LittleEndian.AppendUint32([]byte{commandSystem, command}, uint32(id))) + data
}

func from(seat uint8, data string) []byte {
	return wire.AppendPacket(nil, wire.Reliable, 0, seat, []byte(data))
}

func TestClientOfAHostHasPeer1ForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{})
		c := relay.accept()
		c.accepted(`shape="host"`)
		c.frame(section(0, 1, hostEntry(), joinedEntry(7)))
		require.Equal(t, []string{
			"connected 1003 host host 0", `info 1 {"info":{"name":"host"}}`, "peer connected 1", `info 1007 {"info":{}}`,
		}, g.take())

		c.frame(section(0, 2, from(7, "not added yet"), from(0, system(commandAddPeer, 1007, "")), from(7, "hello"), from(7, system(commandDelPeer, 1, ""))))
		require.Equal(t, []string{"packet 1 2/0 " + system(commandAddPeer, 1007, ""), "packet 1 2/0 " + system(commandRelay, 1007, "hello")}, g.take())
		c.frame(section(0, 3, from(0, system(commandDelPeer, 1007, "")), from(7, "too late"), from(0, system(commandAddPeer, 5, ""))))
		require.Equal(t, []string{"packet 1 2/0 " + system(commandDelPeer, 1007, ""), "packet 1 2/0 " + system(commandAddPeer, 5, "")}, g.take())
		require.Equal(t, 3, g.client.Statistics().DroppedIn)

		for seq, test := range []struct {
			data string
			want []byte
		}{
			{"for the host", from(0, "for the host")},
			{system(commandRelay, 1007, "for 7"), from(7, "for 7")},
			{system(commandRelay, 0, "for all"), wire.AppendPacketToMany(nil, wire.Reliable, 0, []byte{1<<0 | 1<<7}, []byte("for all"), nil)},
			{system(commandRelay, -1, "for all but the host"), from(7, "for all but the host")},
			{system(0, 1, "auth"), from(0, system(0, 1, "auth"))},
		} {
			g.send(hostID, wire.Reliable, test.data)
			require.Equal(t, section(3, seq+1, test.want), c.expect(eventFrame).payload)
		}
		g.send(hostID, wire.Reliable, system(commandRelay, 4444, "for nobody"))
		c.silent()

		c.frame(section(5, 4, downControl(wire.DownGone, 7), downControl(wire.DownGone, 0)))
		require.Equal(t, []string{"info 1007", "peer disconnected 1"}, g.take())
		c.push("phx_close", "{}")
		require.Equal(t, []string{"ended"}, g.take())
	})
}

func TestHostHearsOfAllAndAdmits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Role: RoleHost})
		c := relay.accept()
		c.accepted(`shape="host" host=3 id=1`)
		c.frame(section(0, 1, joinedEntry(7), from(7, "raw")))
		require.Equal(t, []string{"connected 1 host host 1", `info 1007 {"info":{}}`, "peer connected 1007", "packet 1007 2/0 raw"}, g.take())

		g.send(1007, wire.Reliable, system(commandAddPeer, 9, ""))
		c.expect(eventFrame)
		g.client.Admit(1007)
		require.Equal(t, section(1, 2, []byte{3, byte(wire.UpAdmit), 7}), c.expect(eventFrame).payload)
		g.client.Kick(1007)
		require.Equal(t, section(1, 3, []byte{3, byte(wire.UpKick), 7}), c.expect(eventFrame).payload)
		g.client.Lock(true)
		require.Equal(t, section(1, 4, []byte{3, byte(wire.UpLock), 1}), c.expect(eventFrame).payload)
		g.client.Lock(false)
		require.Equal(t, section(1, 5, []byte{3, byte(wire.UpLock), 0}), c.expect(eventFrame).payload)
		g.client.Kick(4444)
		c.silent()

		c.frame(section(5, 2, downControl(wire.DownAway, 7), downControl(wire.DownBack, 7), downControl(wire.DownGone, 7)))
		require.Equal(t, []string{"away 1007", "back 1007", "peer disconnected 1007"}, g.take())
	})
}

func TestOnlyTheHostAsksForWhatIsTheHosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Shape: ShapeMesh})
		c := relay.accept()
		c.accepted("")
		c.frame(section(0, 1, joinedEntry(0), joinedEntry(7)))
		g.client.Admit(1007)
		g.client.Kick(1007)
		g.client.Lock(true)
		require.Equal(t, []byte{1, 0}, c.expect(eventFrame).payload, "an acknowledgement alone")

		g.take()
		c.frame(section(0, 2, downControl(wire.DownGone, 0), downControl(wire.DownHost, 3)))
		require.Equal(t, []string{"peer disconnected 1000", "host 1003"}, g.take())
		g.client.Admit(1007)
		require.Equal(t, section(2, 1, []byte{3, byte(wire.UpAdmit), 7}), c.expect(eventFrame).payload)
	})
}

func TestHostThatIsNotKnownYetIsToldWhenItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Shape: ShapeMesh})
		c := relay.accept()
		c.accepted("host=null locked=true")
		c.frame(section(0, 1, downControl(wire.DownHost, 7), joinedEntry(8), joinedEntry(7), downControl(wire.DownHost, 7), downControl(wire.DownHost, 8)))
		require.Equal(t, []string{
			"connected 1003 mesh host 0", "locked 1", `info 1008 {"info":{}}`, "peer connected 1008",
			`info 1007 {"info":{}}`, "peer connected 1007", "host 1007", "host 1008",
		}, g.take())
	})
}

func TestTargetsOfAPacketAreThoseOfTheEngine(t *testing.T) {
	r := room{shape: ShapeMesh, ownID: 1003, own: 3, host: noSeat}
	for _, seat := range []uint8{0, 7, 200} {
		_, err := r.joined(nil, &wire.DownControl{Kind: wire.DownPeer, Seat: seat, ID: 1000 + uint32(seat), Info: []byte("{}")})
		require.NoError(t, err)
	}
	for target, want := range map[int32][]uint8{
		0: {0, 7, 200}, 1007: {7}, -1007: {0, 200}, 5: nil, -5: {0, 7, 200}, 1003: nil, -1 << 31: {0, 7, 200}, 1<<31 - 1: nil,
	} {
		var set seatSet
		r.targets(&set, target, nil)
		var got []uint8
		for seat := range set.all {
			got = append(got, seat)
		}
		require.Equal(t, want, got, target)
	}
}
