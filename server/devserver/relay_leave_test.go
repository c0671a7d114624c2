package devserver_test

import (
	"fmt"
	"testing"

	"phoenixchannels/server/devserver"
)

// A game that quits leaves its room and closes its connection in one breath.
func TestLeaveRightBeforeTheEndOfTheConnectionIsALeave(t *testing.T) {
	inRelay(t, 2, devserver.RelayLimits{}, func(t *testing.T, _ *devserver.Server, _ func(string) client, p []*relayPeer) {
		p[1].say(p[0], "last words")
		p[1].send(fmt.Sprintf(`["1","2",%q,"phx_leave",{}]`, relayTopic))
		_ = p[1].Close() // without a close frame
		p[0].expectEntries("reliable 0 from 1: last words", "gone 1")
	})
}
