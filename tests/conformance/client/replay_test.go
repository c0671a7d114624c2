// Package client proves core against a real Phoenix server: for every recording in testdata a
// scripted peer plays the server's side, frame by frame and at the recorded times, to a core.Socket
// that is driven with what the recorded client did. After each frame the client has to have told
// its handlers exactly what an independent model of the protocol says, and to be in the state that
// it says.
//
// What a recorded client did and ours cannot is left out, and the server's frames that followed are
// played all the same: malformed frames (that our API refuses them is checked where it has a say),
// WebSocket pings, a number for a ref (a string is sent in its place, the server's number is kept),
// HTTP methods other than GET and POST.
package client

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

func TestClientMeetsWebSocketRecordings(t *testing.T) { playAll(t, "websocket") }

func TestClientMeetsLongPollRecordings(t *testing.T) { playAll(t, "longpoll") }

// playAll plays the recordings of both releases.
func playAll(t *testing.T, transport string) {
	for _, release := range []string{"", "phoenix-1.7.21"} {
		scenarios, err := transcript.Load(filepath.Join("..", "testdata", release), transport)
		require.NoError(t, err)
		for _, scenario := range scenarios {
			t.Run(filepath.Join(release, scenario.File), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					p := play(t, scenario)
					t.Logf("%-28s vsn %s: %3d frames and requests of the client checked, %3d frames and answers of the server played, %2d left out",
						scenario.Name, scenario.Version, p.fromClient, p.fromServer, p.leftOut)
				})
			})
		}
	}
}
