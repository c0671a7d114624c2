package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/internal/classhelp"
)

const file = "../../docs/csharp/PhoenixChannels.cs"

func TestWrappersAreThoseOfTheHelp(t *testing.T) {
	made := filepath.Join(t.TempDir(), "PhoenixChannels.cs")
	require.NoError(t, run([]string{"../../gdext/docs", made}))
	want, err := os.ReadFile(made)
	require.NoError(t, err)
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "the help has changed; run: go generate ./scripts/csharp")
}

// mcs is a compiler of the Mono project, which distributions have.
func TestWrappersCompileWithTheEnginesTypes(t *testing.T) {
	compiler, err := exec.LookPath("mcs")
	if err != nil {
		t.Skip("mcs is not installed (Debian: mono-mcs); the workflow compiles the wrappers with .NET")
	}
	compile := exec.CommandContext(t.Context(), compiler, "-target:library", "-langversion:latest", "-warnaserror",
		"-out:"+filepath.Join(t.TempDir(), "wrappers.dll"), file, "../../tests/csharp/godot.cs")
	output, err := compile.CombinedOutput()
	assert.NoError(t, err, "%s", output)
}

func class(t *testing.T, members string) *classhelp.Class {
	t.Helper()
	parsed, err := classhelp.Parse([]byte(`<class name="Lamp" inherits="Node"><brief_description>A [b]lamp[/b]. It shines.</brief_description>` + members + `</class>`))
	require.NoError(t, err)
	return parsed
}

func TestMembersBecomeCSharp(t *testing.T) {
	for name, c := range map[string]struct{ members, want string }{
		"a property": {
			`<members><member name="max_watts" type="int" setter="s" getter="g" default="5">At most &lt;5&gt;, see [member color]: never more.</member></members>`,
			"        /// <summary>At most &lt;5&gt;, see <c>color</c></summary>\n        public long MaxWatts\n        {\n" +
				"            get => Instance.Get(\"max_watts\").AsInt64();\n            set => Instance.Set(\"max_watts\", value);\n        }\n",
		},
		"a read-only property with an enumeration": {
			`<members><member name="state" type="int" setter="" getter="g" enum="Lamp.State">Its state.</member></members>
			<constants><constant name="STATE_ON" value="1" enum="State">It [code]shines[/code].</constant></constants>`,
			"        public Lamp.StateEnum State\n        {\n            get => (Lamp.StateEnum)Instance.Get(\"state\").AsInt64();\n        }\n",
		},
		"the enumeration": {
			`<members><member name="state" type="int" setter="" getter="g" enum="Lamp.State">Its state.</member></members>
			<constants><constant name="STATE_ON" value="1" enum="State">It [code]shines[/code].</constant></constants>`,
			"        public enum StateEnum\n        {\n            /// <summary>It <c>shines</c>.</summary>\n            On = 1,\n        }\n",
		},
		"a method with defaults": {
			`<methods><method name="shine_on"><return type="Lamp" /><param index="0" name="event" type="String" default="&quot;&quot;" />
			<param index="1" name="other" type="Lamp" default="null" /><param index="2" name="options" type="Dictionary" default="{}" />
			<param index="3" name="value" type="Variant" default="{}" /><description>Shines.</description></method></methods>`,
			"        public Lamp ShineOn(string @event = \"\", Lamp other = null, Dictionary options = null, Variant value = default) =>\n" +
				"            Lamp.Wrap(Instance.Call(\"shine_on\", @event, InstanceOf(other), options ?? new Dictionary(), OrEmpty(value)));\n",
		},
		"a method without a result": {
			`<methods><method name="dim"><return type="void" /><description>Dims.</description></method></methods>`,
			"        public void Dim() =>\n            Instance.Call(\"dim\");\n",
		},
		"a static method": {
			`<methods><method name="create" qualifiers="static"><return type="Lamp[]" /><description>Makes.</description></method></methods>`,
			"        public static Lamp[] Create() =>\n            WrapAll(CallStatic(\"Lamp\", \"create\"), Lamp.Wrap);\n",
		},
		"an error code": {
			`<methods><method name="check"><return type="int" enum="Error" /><description>Checks.</description></method></methods>`,
			"        public Error Check() =>\n            (Error)Instance.Call(\"check\").AsInt64();\n",
		},
		"a signal": {
			`<signals><signal name="on_lit"><param index="0" name="by" type="String" /><param index="1" name="all" type="Dictionary[]" /><description>Lit.</description></signal></signals>`,
			"        public event Action<string, Array> OnLit\n        {\n            add => Instance.Connect(\"on_lit\", Callable.From(value));\n" +
				"            remove => Instance.Disconnect(\"on_lit\", Callable.From(value));\n        }\n",
		},
		"a signal without arguments": {
			`<signals><signal name="lit"><description>Lit.</description></signal></signals>`, "        public event Action Lit\n",
		},
		"the class": {"", "    /// <summary>A lamp.</summary>\n    public sealed class Lamp : PhoenixObject<Node>\n"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := wrappers([]*classhelp.Class{class(t, c.members)})
			require.NoError(t, err)
			assert.Contains(t, text, c.want)
		})
	}
}

func TestWhatHasNoCounterpartIsAnError(t *testing.T) {
	_, err := wrappers([]*classhelp.Class{class(t, `<members><member name="a" type="Basis" setter="s" getter="g">A.</member></members>`)})
	assert.EqualError(t, err, "Lamp: the type Basis has no counterpart in C#; add it to kinds")
	other := class(t, "")
	other.Inherits = "Sprite2D"
	_, err = wrappers([]*classhelp.Class{other})
	assert.EqualError(t, err, "Lamp inherits Sprite2D, which has no counterpart in C#; add it to bases")
	assert.ErrorContains(t, run(nil), "usage: csharp HELP_FOLDER FILE.cs")
	assert.ErrorContains(t, run([]string{t.TempDir(), "a"}), "holds no *.xml")
}
