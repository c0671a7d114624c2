// Package multiplayer_test plays scenarios of Godot's own multiplayer in several engines, over ENet and over a Phoenix server: what a game
// sees must be the same. A scenario is a file of game/scenarios, with a function for each role.
package multiplayer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
)

var (
	engine     = flag.String("engine", "", "the engine's program; without it nothing is played")
	game       = flag.String("game", "", "folder of the game, with the addon")
	transports = flag.String("transports", "enet,phoenix", "what is compared; the first is the reference")
	only       = flag.String("scenarios", "", "play only those whose name contains this")
)

// differing has what is known to differ from ENet, by scenario; docs/multiplayer.md explains each.
var differing = map[string][]string{
	// Over ENet such a player is in the room for a moment.
	"refuse": {
		"- late: connected_to_server",
		"- late: peer_connected host",
		"- late: peer_disconnected host",
		"- late: server_disconnected",
		"+ late: connection_failed",
	},
}

func TestScenariosAreAsOverENet(t *testing.T) {
	if *engine == "" {
		t.Skip("no -engine; ./build.sh test multiplayer gives one")
	}
	names := scenarios(t)
	kinds := strings.Split(*transports, ",")
	server := devserver.New(devserver.Options{})
	require.NoError(t, server.Start("127.0.0.1:0"))
	defer server.Close()

	outcomes := make([]map[string]outcome, len(kinds))
	endings := make([][]string, len(kinds))
	var playing sync.WaitGroup
	for i, kind := range kinds {
		g, err := newGroup(kind, server.Addr().String())
		require.NoError(t, err)
		outcomes[i] = map[string]outcome{}
		playing.Go(func() {
			for _, name := range names {
				if isFor(t, name, kind) {
					outcomes[i][name] = g.run(name, fmt.Sprintf("%s-%d", name, os.Getpid()))
				}
			}
			endings[i] = g.end()
		})
	}
	playing.Wait()

	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			for i, kind := range kinds {
				played, ok := outcomes[i][name]
				if !ok {
					continue
				}
				t.Logf("%s: %v", kind, played.duration)
				for _, failure := range played.failures {
					t.Errorf("%s: %s", kind, failure)
				}
				if len(played.failures) > 0 || testing.Verbose() {
					t.Logf("%s:\n  %s", kind, strings.Join(played.transcript.lines(), "\n  "))
				}
				if reference, ok := outcomes[0][name]; ok && i > 0 && len(reference.failures)+len(played.failures) == 0 {
					compare(t, name, kind, reference, played)
				}
			}
		})
	}
	for i, kind := range kinds {
		for _, failure := range endings[i] {
			t.Errorf("%s, at the end: %s", kind, failure)
		}
	}
}

func compare(t *testing.T, name, kind string, reference, played outcome) {
	differences := difference(reference.transcript.lines(), played.transcript.lines())
	if !slices.Equal(differences, differing[name]) {
		t.Errorf("%s is not as expected beside the reference:\n  %s\nexpected:\n  %s", kind, strings.Join(differences, "\n  "),
			strings.Join(differing[name], "\n  "))
	}
}

// scenarios are the names of all, in the order of the alphabet.
func scenarios(t *testing.T) (names []string) {
	files, err := filepath.Glob("game/scenarios/*.gd")
	require.NoError(t, err)
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".gd"); strings.Contains(name, *only) {
			names = append(names, name)
		}
	}
	require.NotEmpty(t, names)
	return names
}

// isFor reports whether a scenario is for a transport: one that only Phoenix can do says so, const ONLY := "phoenix".
func isFor(t *testing.T, name, kind string) bool {
	source, err := os.ReadFile(filepath.Join("game/scenarios", name+".gd"))
	if err != nil {
		t.Error(err)
	}
	_, rest, limited := strings.Cut(string(source), "\nconst ONLY := \"")
	return !limited || strings.HasPrefix(rest, kind+"\"")
}
