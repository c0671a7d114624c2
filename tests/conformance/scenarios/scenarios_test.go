// Package scenarios_test plays the scenarios of this folder against the embedded server, or with
// -server against another one.
package scenarios_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
	"phoenixchannels/server/devserver"
	"phoenixchannels/tests/conformance/scenario"
)

var endpoint = flag.String("server", "", "the `URL` of another server than the embedded one, such as ws://127.0.0.1:4000/socket")

// TestScenarios plays every scenario over both transports, as many at the same time as go test
// allows.
func TestScenarios(t *testing.T) {
	url := server(t)
	for _, transport := range []phoenix.Transport{phoenix.WebSocket, phoenix.LongPoll} {
		playAll(t, scenario.Server{Endpoint: url, Transport: transport})
	}
}

// TestASecondRunMeetsNothingOfTheFirst plays them on one server twice at once, and once more.
func TestASecondRunMeetsNothingOfTheFirst(t *testing.T) {
	url := server(t)
	for _, runs := range []int{2, 1} {
		t.Run("runs", func(t *testing.T) {
			for range runs {
				playAll(t, scenario.Server{Endpoint: url})
			}
		})
	}
}

func TestTheExampleOfTheREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var example strings.Builder
	for line := range strings.Lines(string(text)) {
		if code, isCode := strings.CutPrefix(line, "    "); isCode {
			example.WriteString(code)
		}
	}
	scenarios, err := scenario.Parse("README.md", example.String())
	require.NoError(t, err)
	require.Len(t, scenarios, 1)
	assert.NoError(t, scenarios[0].Play(t.Context(), scenario.Server{Endpoint: server(t)}))
}

// server gives the URL of the named server, if it can be reached, or of an embedded one.
func server(t *testing.T) (url string) {
	t.Helper()
	if *endpoint == "" {
		server := devserver.New(devserver.Options{LongPollWindow: time.Second})
		require.NoError(t, server.Start("127.0.0.1:0"))
		t.Cleanup(server.Close)
		return server.URL()
	}
	reach, err := scenario.Parse("here", "== reach the server\nann connects")
	require.NoError(t, err)
	require.NoError(t, reach[0].Play(t.Context(), scenario.Server{Endpoint: *endpoint}), "-server %s", *endpoint)
	return *endpoint
}

func playAll(t *testing.T, server scenario.Server) {
	t.Helper()
	scenarios, err := scenario.Load(".")
	require.NoError(t, err)
	for _, s := range scenarios {
		if s.RunsOver(server.Transport) {
			t.Run(server.Transport.String()+": "+s.Title, func(t *testing.T) {
				t.Parallel()
				if err := s.Play(t.Context(), server); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
