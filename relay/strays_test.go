package relay

import (
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

func TestEntriesOfUnknownPeersAreIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, c := linked(t, newScripted(t), Options{}, "")
		c.frame(section(0, 2, from(9, "packet"), downControl(wire.DownGone, 9), downControl(wire.DownAway, 9), downControl(wire.DownBack, 9),
			wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownRoundTrip, Seat: 9, Milliseconds: 5})))
		require.Empty(t, g.take())
		require.Equal(t, 1, g.client.Statistics().DroppedIn)
		c.frame(section(0, 3, from(7, "goes on")))
		require.Equal(t, []string{"packet 1007 2/0 goes on"}, g.take())
	})
}

func TestLockOfTheRoomIsReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, c := linked(t, newScripted(t), Options{}, "")
		for seq, on := range []bool{true, false} {
			c.frame(section(0, seq+2, wire.AppendDownControl(nil, wire.DownControl{Kind: wire.DownLocked, On: on})))
		}
		require.Equal(t, []string{"locked 1", "locked 0"}, g.take())
	})
}

func TestRefusalWithoutAReasonIsShownAsItIs(t *testing.T) {
	for response, want := range map[string]string{
		`{"code":7}`:     `ended refused: {"code":7}`,
		`{"reason":7}`:   `ended refused: {"reason":7}`,
		`"no"`:           `ended refused: "no"`,
		`{"reason":"a"}`: "ended a",
	} {
		t.Run(response, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				relay := newScripted(t)
				g := play(t, relay.socket(), Options{})
				c := relay.accept()
				c.reply(c.expect("phx_join"), "error", response)
				require.Equal(t, []string{want}, g.take())
			})
		})
	}
}

func TestPacketsThatCannotBeSentAreDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		relay := newScripted(t)
		g := play(t, relay.socket(), Options{Shape: ShapeMesh})
		c := relay.accept()
		c.accepted("max_packet=4")
		c.frame(section(0, 1, joinedEntry(7)))
		require.Equal(t, []byte{1, 0}, c.expect(eventFrame).payload, "an acknowledgement alone")

		g.send(1007, wire.Reliable, "large")
		g.send(1007, wire.Control, "mode")
		g.send(1008, wire.Reliable, "gone")
		g.client.Send([]byte("no record"))
		g.send(1007, wire.Reliable, "fits")
		require.Equal(t, section(1, 1, from(7, "fits")), c.expect(eventFrame).payload)
		c.silent()
		require.Equal(t, 1, g.client.Statistics().DroppedOut)
	})
}

func TestClientNeedsASocketThatCanCarryIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		socket := newScripted(t).socket()
		channel, err := socket.Channel(topic, nil)
		require.NoError(t, err)
		require.NoError(t, socket.Close())
		for range 2 { // the first one does not keep the channel
			_, err = New(channel, nil, Options{}, Handlers{})
			require.ErrorIs(t, err, core.ErrSocketClosed)
		}
	})
	socket, err := core.NewSocket("ws://relay/socket", core.Config{Version: "1.0.0"})
	require.NoError(t, err)
	defer func() { _ = socket.Close() }()
	channel, err := socket.Channel(topic, nil)
	require.NoError(t, err)
	_, err = New(channel, nil, Options{}, Handlers{})
	require.ErrorContains(t, err, "protocol version 1.0.0 carries no binary payload")
}
