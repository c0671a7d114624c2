package scenario

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	phoenix "phoenixchannels/core"
)

func TestParseFindsMistakesAndNamesTheirLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no title", "in room:1", `f:1: in room:1: a scenario begins with "== "`},
		{"no topic", "== a\nann joins", `f:2: ann joins: the topic comes first`},
		{"no such step", "== a\nann jumps", `"jumps" is no step`},
		{"no client", "== a\n  joins", "no client is named"},
		{"a bad name of a client", "== a\nAnn joins", `"Ann" is no name of a client`},
		{"a reply to nothing", "== a\nin t\nann joins\n  reply ok\n  reply ok", "f:5: reply ok: nothing was pushed"},
		{"a push without its reply", "== a\nin t\nann pushes e", "f:1: a: ann pushed what is never replied"},
		{"the same before the next title", "== a\nin t\nann joins\n== b", "never replied"},
		{"a transport that is none", "== a\nonly over pigeons", "there are websocket and longpoll"},
		{"a duration that is none", "== a\nwait long", "long"},
		{"a code that is none", "== a\nin t\nann casts e\n  is closed soon", "soon"},
		{"a repeat without end", "== a\nrepeat 3\nann joins", "f:2: repeat 3: there is no end to it"},
		{"text behind a verb", "== a\nin t\nann casts e\n  disconnects now", `"now" is too much`},
		{"an end before the beginning", "== a\nann disconnects", "it is not connected"},
		{"closed before the beginning", "== a\nann is closed", "it is not connected"},
		{"present before the beginning", "== a\nin t\nann sees {}", "it is in no topic"},
		{"a second connect", "== a\nann connects\n  connects", "it is connected already"},
		{"binary params", "== a\nann connects bytes u8 1", "the params of a connect are JSON"},
		{"binary presence", "== a\nin t\nann connects\n  sees bytes u8 1", "who is present is JSON"},
		{"no JSON", "== a\nin t\nann casts e {", "not JSON"},
		{"no JSON to compare", "== a\nin t\nann gets e {]", "not JSON"},
		{"an unknown value", "== a\nin t\nann casts e {\"x\": <y>}", "<y> is not known here"},
		{"an unknown value to exceed", "== a\nin t\nann gets e <int over x>", "<x> is not known here"},
		{"an unknown value in a string", "== a\nin t\nann gets e {\"x\": \"<y>\"}", "<y> is not known here"},
		{"a kind to push", "== a\nin t\nann casts e {\"x\": <int>}", "only what is expected may have placeholders like <int>"},
		{"an ellipsis to push", "== a\nin t\nann casts e [...]", "placeholders like ..."},
		{"a kind inside a string", "== a\nin t\nann gets e \"<int>\"", "stands without quotes"},
		{"a placeholder that is none", "== a\nin t\nann gets e <Int>", "<Int> is no placeholder"},
		{"a placeholder without end", "== a\nin t\nann gets e <int", "has no >"},
		{"a bad regular expression", "== a\nin t\nann gets e <text (>", "<text (>"},
		{"a bad length", "== a\nin t\nann gets e <list few>", "few"},
		{"a kind with too much", "== a\nin t\nann gets e <int 5>", "a int has nothing behind it"},
		{"the name of a client", "== a\nin t\nann gets e <ann: int>", "<ann> has a meaning already"},
		{"a client named as a value", "== a\nin t\nann gets e <bob: int>\nbob joins", "<bob> is a value already"},
		{"bytes that are none", "== a\nin t\nann casts e bytes u64 1", `"u64 1" is none of u8 N`},
		{"hexadecimal digits that are none", "== a\nin t\nann casts e bytes hex 0g", "hex 0g"},
		{"a text that does not end", "== a\nin t\nann casts e bytes \"a", `"a`},
		{"the token of nobody", "== a\nin t\nann enters as bob", `"bob" is not a client yet`},
		{"binary members", "== a\nin t\nann enters bytes u8 1", "the members of peer are JSON"},
		{"a section that is none", "== a\nin t\nann enters\n  reply ok\n  sends slowly bytes", `"slowly" is neither reliable nor unreliable`},
		{"an entry in JSON", "== a\nin t\nann enters\n  reply ok\n  receives reliable {}", "an entry is bytes"},
		{"an entry of no topic", "== a\nann sends reliable bytes", "the topic comes first"},
		{"a number repeated", "== a\nin t\nann casts e bytes 3 x u8 1", `"u8 1" is none of`},
		{"bytes repeated too often", "== a\nin t\nann casts e bytes 99999999999999999999 x hex 00", "99999999999999999999"},
		{"a bad placeholder in bytes", "== a\nin t\nann casts e bytes u8 <x", "has no >"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("f", c.text)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestParseExpandsRepeats(t *testing.T) {
	scenarios, err := Parse("f", "== a\nin t\nrepeat 2\n  p<n> joins {\"n\": <n>}\n    reply ok\nend\nann casts e\n\n# comment\n== b")
	require.NoError(t, err)
	require.Len(t, scenarios, 2)
	var lines []string
	for _, s := range scenarios[0].steps {
		lines = append(lines, s.client+"| "+s.text)
	}
	assert.Equal(t, []string{"| in t", `p1| p1 joins {"n": 1}`, "p1| reply ok", `p2| p2 joins {"n": 2}`, "p2| reply ok", "ann| ann casts e"}, lines)
	assert.Equal(t, 10, scenarios[1].Line)
}

func TestOnlyOver(t *testing.T) {
	scenarios, err := Parse("f", "== a\nonly over longpoll\n== b\nonly over websocket\n== c")
	require.NoError(t, err)
	var runs [][2]bool
	for _, s := range scenarios {
		runs = append(runs, [2]bool{s.RunsOver(phoenix.WebSocket), s.RunsOver(phoenix.LongPoll)})
	}
	assert.Equal(t, [][2]bool{{false, true}, {true, false}, {true, true}}, runs)
}

func TestLoad(t *testing.T) {
	folder := t.TempDir()
	_, err := Load(folder)
	assert.ErrorContains(t, err, folder+" has no *.scenario files")
	_, err = Load("[")
	assert.Error(t, err)
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	write("a.scenario", "== one")
	write("b.scenario", "== two\n== three")
	scenarios, err := Load(folder)
	require.NoError(t, err)
	assert.Len(t, scenarios, 3)
	write("c.scenario", "nothing")
	_, err = Load(folder)
	assert.ErrorContains(t, err, "c.scenario:1: nothing")
	require.NoError(t, os.Remove(filepath.Join(folder, "c.scenario")))
	require.NoError(t, os.Mkdir(filepath.Join(folder, "d.scenario"), 0o700))
	_, err = Load(folder)
	assert.ErrorContains(t, err, "d.scenario")
}
