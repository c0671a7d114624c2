package relay

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"phoenixchannels/relay/wire"
)

// Packets that others send before they learn of it would come from a peer that the engine no longer
// knows.
func TestPacketsAfterTheHostHasGoneAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Shape: ShapeHost})
		c := relay.accept()
		c.accepted(`shape="host"`)
		packet := func(sender uint8, data []byte) []byte { return wire.AppendPacket(nil, wire.Reliable, 0, sender, data) }
		added := []byte{commandSystem, commandAddPeer, 0xef, 3, 0, 0} // 1007
		host := wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownPeer, Seat: 0, ID: hostID, Info: []byte("{}")})
		c.frame(section(0, 1, host, joinedEntry(7), packet(0, added), packet(7, []byte("before"))))
		told := g.take()
		require.Contains(t, told[len(told)-1], "packet 1 2/0 \x07\x03")
		c.frame(section(0, 2, wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownGone, Seat: 0}), packet(7, []byte("after"))))
		require.Equal(t, []string{"peer disconnected 1"}, g.take())
	})
}
