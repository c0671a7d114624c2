package devserver_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

// A game that quits leaves its room and closes its connection in one breath: the server reads both
// at once.
func TestLeaveRightBeforeTheEndOfTheConnectionIsALeave(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{}, func(t *testing.T, _ *devserver.Server, _ func(string) client, p []*relayPeer) {
		const text, closing, masked = 0x81, 0x88, 0x80
		noMask := []byte{0, 0, 0, 0}
		leave := fmt.Appendf(nil, `["1","2",%q,"phx_leave",{}]`, relayTopic)
		frames := append([]byte{text, masked | byte(len(leave))}, noMask...)
		frames = append(append(frames, leave...), closing, masked|2)
		frames = append(append(frames, noMask...), 1000>>8, 1000&0xff)
		_, err := p[1].NetConn().Write(frames)
		require.NoError(t, err)
		p[0].expectEntries("gone 1")
	})
}
