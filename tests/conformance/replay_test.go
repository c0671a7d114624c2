// Package conformance_test proves the development server against a real Phoenix server: it plays
// the client's side of every recording in testdata and compares the server's answers.
package conformance_test

import (
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

func TestWebSocketRecordings(t *testing.T) { replayAll(t, "websocket") }

func TestLongPollRecordings(t *testing.T) { replayAll(t, "longpoll") }

// replayAll replays the recordings of both releases.
func replayAll(t *testing.T, transport string) {
	for _, release := range []string{"", "phoenix-1.7.21"} {
		scenarios, err := transcript.Load(filepath.Join("testdata", release), transport)
		require.NoError(t, err)
		for _, scenario := range scenarios {
			t.Run(filepath.Join(release, scenario.File), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { replay(t, scenario) })
			})
		}
	}
}

func replay(t *testing.T, scenario transcript.Scenario) {
	player := newPlayer(t, scenario)
	defer player.close()
	got, want := player.play(), fromServer(scenario)
	matcher, compared := newMatcher(player.began), 0
	from, to, together := joinsTogether(scenario)
	for _, conn := range connections(want, got) {
		w, g := want[conn], got[conn]
		compared += len(w)
		if together {
			wantBefore, wantDuring, wantAfter := within(w, from, to)
			gotBefore, gotDuring, gotAfter := within(g, from, to)
			inOrder(t, matcher, conn, wantBefore, gotBefore)
			assert.NoError(t, matcher.concurrent(wantDuring, gotDuring), "connection %s, joins from %v on", conn, from)
			w, g = wantAfter, gotAfter
		}
		inOrder(t, matcher, conn, w, g)
	}
	t.Logf("%-28s vsn %s, %3d server events compared", scenario.Name, scenario.Version, compared)
}

// inOrder compares the events of a connection one by one.
func inOrder(t *testing.T, m *matcher, conn string, want, got []transcript.Event) {
	t.Helper()
	both := min(len(want), len(got))
	got = m.likeRecorded(want[:both], got)
	for i := range both {
		assert.NoError(t, m.event(want[i], got[i]), "connection %s, recorded at %v ms", conn, want[i].AtMS)
	}
	for _, missing := range want[both:] {
		assert.Fail(t, "missing", "connection %s, recorded at %v ms: %s", conn, missing.AtMS, show(missing))
	}
	for _, extra := range got[both:] {
		assert.Fail(t, "not recorded", "connection %s, sent at %v ms: %s", conn, extra.AtMS, show(extra))
	}
}
