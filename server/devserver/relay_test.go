package devserver_test

import (
	"testing"

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
