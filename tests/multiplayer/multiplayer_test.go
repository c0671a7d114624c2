// Package multiplayer_test plays scenarios of Godot's own multiplayer in several engines, over ENet
// and over a Phoenix server: what a game sees must be the same. A scenario is a file of
// game/scenarios, with a function for each role.
package multiplayer_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

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
	kinds := strings.Split(*transports, ",")
	all := scenarios(t)
	server := devserver.New(devserver.Options{})
	require.NoError(t, server.Start("127.0.0.1:0"))
	defer server.Close()

	var common []string
	casts := make([]*cast, len(kinds)) // of what is compared
	var playing sync.WaitGroup
	play := func(kind string, names []string) *cast {
		c := &cast{kind: kind, outcomes: map[string]outcome{}}
		g, err := newGroup(kind, server.Addr().String())
		require.NoError(t, err)
		playing.Go(func() { c.play(g, names) })
		return c
	}
	for _, scenario := range all {
		if scenario.only == "" {
			common = append(common, scenario.name)
		}
	}
	for i, kind := range kinds {
		casts[i] = play(kind, common)
	}
	var others []*cast
	for _, kind := range kinds {
		var names []string
		for _, scenario := range all {
			if scenario.only == kind {
				names = append(names, scenario.name)
			}
		}
		if names != nil {
			others = append(others, play(kind, names))
		}
	}
	playing.Wait()

	for _, c := range slices.Concat(casts, others) {
		for _, failure := range c.ending {
			t.Errorf("%s, at the end: %s", c.kind, failure)
		}
	}
	for _, scenario := range all {
		t.Run(scenario.name, func(t *testing.T) {
			for _, c := range slices.Concat(casts, others) {
				c.report(t, scenario.name)
			}
			for _, c := range casts[1:] {
				compare(t, scenario.name, casts[0], c)
			}
		})
	}
}

// cast is a group's scenarios with their outcomes.
type cast struct {
	kind     string
	outcomes map[string]outcome
	ending   []string // what was wrong when the players ended
}

func (c *cast) play(g *group, names []string) {
	for _, name := range names {
		c.outcomes[name] = g.run(name, fmt.Sprintf("%s-%d", name, os.Getpid()))
	}
	c.ending = g.end()
}

func (c *cast) report(t *testing.T, name string) {
	played, ok := c.outcomes[name]
	if !ok {
		return
	}
	t.Logf("%s: %v", c.kind, played.duration.Round(time.Millisecond))
	for _, note := range played.notes {
		t.Logf("%s: %s", c.kind, note)
	}
	for _, failure := range played.failures {
		t.Errorf("%s: %s", c.kind, failure)
	}
	if len(played.failures) > 0 || testing.Verbose() {
		t.Logf("%s:\n  %s", c.kind, strings.Join(played.transcript.lines(), "\n  "))
	}
}

func compare(t *testing.T, name string, reference, other *cast) {
	a, isPlayed := reference.outcomes[name]
	b := other.outcomes[name]
	if !isPlayed || len(a.failures)+len(b.failures) > 0 {
		return
	}
	differences := difference(a.transcript.lines(), b.transcript.lines())
	if !slices.Equal(differences, differing[name]) {
		t.Errorf("%s differs from %s:\n  %s\nexpected:\n  %s", other.kind, reference.kind, strings.Join(differences, "\n  "),
			strings.Join(differing[name], "\n  "))
	}
}

// scenario is a file of the game.
type scenario struct {
	name string
	only string // the only transport that can do it; it says so, const ONLY := "phoenix"
}

var onlyOver = regexp.MustCompile(`(?m)^const ONLY := "(\w+)"$`)

// scenarios are all that are to be played, in the order of the alphabet.
func scenarios(t *testing.T) (found []scenario) {
	files, err := filepath.Glob("game/scenarios/*.gd")
	require.NoError(t, err)
	for _, file := range files {
		s := scenario{name: strings.TrimSuffix(filepath.Base(file), ".gd")}
		if !strings.Contains(s.name, *only) {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		if match := onlyOver.FindSubmatch(source); match != nil {
			s.only = string(match[1])
		}
		found = append(found, s)
	}
	require.NotEmpty(t, found)
	return found
}
