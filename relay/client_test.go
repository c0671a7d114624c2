package relay

import (
	"testing"
	"testing/synctest"

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
