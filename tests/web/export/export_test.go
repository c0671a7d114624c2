package export

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnExportLeavesTheProjectAsItWas(t *testing.T) {
	p := newGame(t)
	before := p.files()
	p.export()
	after := p.files()
	// The engine keeps converted scenes for the next export.
	maps.DeleteFunc(after, func(name, _ string) bool { return madeByEveryExport(name) })
	assert.Equal(t, before, after)
	cached := p.files()
	p.export()
	assert.Equal(t, cached, p.files(), "a second export")
}

// madeByEveryExport says that the engine's exporter makes the file, whatever it exports.
func madeByEveryExport(name string) bool {
	matches := func(pattern string) bool { ok, _ := filepath.Match(pattern, name); return ok }
	return matches(".godot/exported/*/*") || matches(".godot/editor/export-*-folding-*.cfg")
}

func TestAFailedExportLeavesTheProjectAsItWas(t *testing.T) {
	p := newGame(t)
	p.export() // so that the engine has cached what it does
	before := p.files()
	folder := t.TempDir()
	broken := filepath.Join(folder, "broken.zip")
	require.NoError(t, os.WriteFile(broken, []byte("not a zip"), 0o644))
	p.preset(map[string]string{"options/custom_template/release": `"` + broken + `"`})
	before["export_presets.cfg"] = p.files()["export_presets.cfg"]
	output, err := p.try("--export-release", "Web", filepath.Join(folder, "index.html"))
	require.Error(t, err)
	assert.Contains(t, output, "savepack", "fails only after the files were packed")
	assert.Equal(t, before, p.files())
}

func TestAKilledExportLeavesTheProjectAsItWas(t *testing.T) {
	p := newGame(t)
	require.NoError(t, os.CopyFS(p.dir, os.DirFS("killer")))
	settings, err := os.ReadFile(p.path("project.godot"))
	require.NoError(t, err)
	p.write("project.godot", string(settings)+"\n[editor_plugins]\n\nenabled=PackedStringArray(\"res://addons/killer/plugin.cfg\")\n")
	p.importAll()
	p.export()
	before := p.files()
	folder := t.TempDir()
	_, err = runEngine(p.dir, []string{"--export-release", "Web", filepath.Join(folder, "index.html")}, "KILL_EXPORT=1")
	require.ErrorContains(t, err, "killed")
	assert.Equal(t, before, p.files())
	p.export()
	assert.Equal(t, before, p.files(), "the next export")
}

func TestKindsOfExports(t *testing.T) {
	p := newGame(t)
	for name, options := range map[string]map[string]string{
		"extensions":             {"options/variant/extensions_support": "true"},
		"threads":                {"options/variant/thread_support": "true"},
		"extensions and threads": {"options/variant/extensions_support": "true", "options/variant/thread_support": "true"},
		"scenes alone":           {"export_filter": `"scenes"`, "export_files": `PackedStringArray("res://main.tscn")`},
	} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			p.preset(options)
			assert.FileExists(t, filepath.Join(p.export(), "phoenix_channels.wasm"))
		})
	}
	t.Run("debug, as the editor's one click does", func(t *testing.T) {
		p.t = t
		p.preset(nil)
		folder := t.TempDir()
		p.run("--export-debug", "Web", filepath.Join(folder, "tmp_js_export.html"))
		assert.FileExists(t, filepath.Join(folder, "phoenix_channels.worker.js"))
	})
	t.Run("a path within the project", func(t *testing.T) {
		p.t = t
		p.preset(nil)
		require.NoError(t, os.MkdirAll(p.path("../out"), 0o755))
		p.run("--export-release", "Web", "../out/index.html")
		assert.FileExists(t, p.path("../out/phoenix_channels.wasm"))
	})
	t.Run("a pack alone", func(t *testing.T) {
		p.t = t
		p.preset(nil)
		folder := t.TempDir()
		p.run("--export-pack", "Web", filepath.Join(folder, "game.pck"))
		entries, err := os.ReadDir(folder)
		require.NoError(t, err)
		assert.Len(t, entries, 1)
	})
}

func TestServiceWorkersCacheTheFiles(t *testing.T) {
	p := newGame(t)
	p.preset(map[string]string{"options/progressive_web_app/enabled": "true"})
	content, err := os.ReadFile(filepath.Join(p.export(), "index.service.worker.js"))
	require.NoError(t, err)
	assert.Regexp(t, `CACHED_FILES = \["index.html",.*"phoenix_channels.worker.js","phoenix_channels.wasm"\]`, string(content))
}

func TestGamesWithoutTheNodesAreNotTouched(t *testing.T) {
	p := newProject(t, "unused")
	withAddon := p.export()
	native := lines(p.run())
	require.NoError(t, os.RemoveAll(p.path("addons")))
	require.NoError(t, os.Remove(p.path(extensionList)))
	p.importAll()
	assert.Equal(t, sizes(t, p.export(), ".pck"), sizes(t, withAddon, ".pck"), "the page's files")
	assert.Equal(t, native, lines(runPack(t, withAddon)))
}

func runPack(t *testing.T, folder string) string {
	t.Helper()
	output, err := runEngine(folder, []string{"--main-pack", filepath.Join(folder, "index.pck")})
	require.NoError(t, err, output)
	requireNoComplaints(t, output)
	return output
}

// sizes are those of the files in the folder, but for those of one extension.
func sizes(t *testing.T, folder, but string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) != but {
			names = append(names, entry.Name())
		}
	}
	slices.Sort(names)
	return names
}

func TestMistakesAreErrorsThatNameThem(t *testing.T) {
	exportOf := func(t *testing.T, p *project, page string) []string {
		output, _ := p.try("--export-release", "Web", filepath.Join(t.TempDir(), page))
		all := complaint.FindAllString(output, -1)
		return slices.DeleteFunc(all, func(line string) bool { return !strings.Contains(line, "ERROR: Phoenix Channels: ") })
	}
	t.Run("a file of the addon is missing", func(t *testing.T) {
		p := newGame(t)
		require.NoError(t, os.Remove(p.path("addons/phoenix_channels/web/phoenix_push.gd")))
		require.NoError(t, os.Remove(p.path("addons/phoenix_channels/web/phoenix_channels.wasm")))
		errors := exportOf(t, p, "index.html")
		require.Len(t, errors, 2)
		assert.Contains(t, errors[0], "web/phoenix_push.gd is missing. Copy all of addons/phoenix_channels")
		assert.Contains(t, errors[1], "web/phoenix_channels.wasm is missing. Copy all of addons/phoenix_channels")
	})
	t.Run("the editor's part of the addon is missing", func(t *testing.T) {
		p := newGame(t)
		require.NoError(t, os.RemoveAll(p.path("addons/phoenix_channels/editor")))
		output, _ := p.try("--import")
		errors := complaint.FindAllString(output, -1)
		require.Len(t, errors, 1)
		assert.Contains(t, errors[0], "Phoenix Channels cannot export for the web: the file res://addons/phoenix_channels/editor/tools.gd is missing.")
	})
	t.Run("the page's name is that of the addon's files", func(t *testing.T) {
		errors := exportOf(t, newGame(t), "phoenix_channels.html")
		require.Len(t, errors, 1)
		assert.Contains(t, errors[0], "Export to another file name.")
	})
	t.Run("a script of a node extends another class", func(t *testing.T) {
		p := newGame(t)
		p.write("scripts/game_socket.gd", "extends Node\n\nvar lobby := \"\"\n")
		p.write("scripts/named_socket.gd", "class_name NamedSocket\nextends PhoenixSocket\n")
		p.write("language.gd", "extends Node\n\n\nfunc lines() -> Array:\n\treturn []\n")
		p.importAll()
		errors := exportOf(t, p, "index.html")
		require.NotEmpty(t, errors)
		assert.Contains(t, errors[0], "The script res://scripts/game_socket.gd of the node Game in res://scenes/scripted.tscn "+
			"has to extend PhoenixSocket to work on the web.")
	})
}

func TestAnExportWarnsOfWhatPlayersShouldNotGet(t *testing.T) {
	p := newGame(t)
	warnings := func(mode string) []string {
		output := p.run(mode, "Web", filepath.Join(t.TempDir(), "index.html"))
		all := slices.DeleteFunc(complaint.FindAllString(output, -1), func(line string) bool { return !strings.HasPrefix(line, warned) })
		return slices.Compact(slices.Sorted(slices.Values(all)))
	}
	all := strings.Join(warnings("--export-release"), "\n")
	for _, want := range []string{
		"The auth_token of the node Socket in res://scenes/socket.tscn is saved in the scene",
		"The property headers of the node Socket in res://scenes/socket.tscn has no effect in a browser",
		`res://scenes/autoload.tscn is "ws://127.0.0.1:9/autoload", which leads to the player's own machine`,
		`is "ws://game.example/socket", which has no TLS`,
	} {
		assert.Contains(t, all, want)
	}
	debug := strings.Join(warnings("--export-debug"), "\n")
	assert.Contains(t, debug, "The auth_token of the node Socket")
	assert.NotContains(t, debug, "TLS")
}

// The addon has no library for Android here, of which the engine warns as well: the pack alone is
// exported.
func TestAnExportForAndroidWarnsOfAMissingPermission(t *testing.T) {
	const preset = "[preset.0]\n\nname=\"Phones\"\nplatform=\"Android\"\nexport_filter=\"all_resources\"\n\n[preset.0.options]\n\npermissions/internet="
	p := newGame(t)
	for allowed, warns := range map[string]bool{"false": true, "true": false} {
		p.write("export_presets.cfg", preset+allowed+"\n")
		output, err := p.try("--export-pack", "Phones", filepath.Join(t.TempDir(), "game.pck"))
		require.NoError(t, err, output)
		assert.Equal(t, warns, strings.Contains(output, warned+"The export preset for Android does not have the permission Internet"), output)
	}
}
