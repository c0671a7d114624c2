package export

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/internal/classhelp"
)

// engineLimit ends an engine that hangs.
const engineLimit = 2 * time.Minute

// project is a game's folder.
type project struct {
	t   *testing.T
	dir string
}

// newProject copies the folder, with the addon, and lets the engine import it. The test then runs in
// parallel with others, as after newGame.
func newProject(t *testing.T, folder string) *project {
	t.Helper()
	t.Parallel()
	requireEngine(t)
	p := &project{t, filepath.Join(t.TempDir(), "game")}
	require.NoError(t, os.CopyFS(p.dir, os.DirFS(folder)))
	p.assemble()
	return p
}

func requireEngine(t *testing.T) {
	t.Helper()
	if *engine == "" {
		t.Skip("no engine; run ./build.sh test web")
	}
}

// assemble adds what does not depend on the game.
func (p *project) assemble() {
	p.t.Helper()
	require.NoError(p.t, os.CopyFS(p.path("addons/phoenix_channels"), os.DirFS(*addon)))
	// An engine that finds an extension for the first time may crash when it ends.
	p.write(extensionList, extension+"\n")
	p.preset(nil)
	p.importAll()
}

// game is the folder of the prepared game, which all tests copy.
var game struct {
	once sync.Once
	dir  string
}

// newGame is the game with nodes of the addon in every place.
func newGame(t *testing.T) *project {
	t.Helper()
	t.Parallel()
	requireEngine(t)
	game.once.Do(func() { game.dir = makeGame(t) })
	require.NotEmpty(t, game.dir, "the game could not be prepared")
	p := &project{t, filepath.Join(t.TempDir(), "game")}
	require.NoError(t, os.CopyFS(p.dir, os.DirFS(game.dir)))
	p.preset(nil)
	return p
}

// makeGame prepares the game in a folder that TestMain removes.
func makeGame(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "phoenix_export_*")
	require.NoError(t, err)
	p := &project{t, filepath.Join(dir, "game")}
	require.NoError(t, os.CopyFS(p.dir, os.DirFS("game")))
	p.write("documented.gd", documented(t))
	p.assemble()
	script, err := filepath.Abs("make.gd")
	require.NoError(t, err)
	p.run("--script", script)
	p.importAll()
	return p.dir
}

const (
	extension     = "res://addons/phoenix_channels/phoenix_channels.gdextension"
	extensionList = ".godot/extension_list.cfg"
)

func (p *project) path(name string) string { return filepath.Join(p.dir, filepath.FromSlash(name)) }

func (p *project) write(name, text string) {
	p.t.Helper()
	require.NoError(p.t, os.MkdirAll(filepath.Dir(p.path(name)), 0o755))
	require.NoError(p.t, os.WriteFile(p.path(name), []byte(text), 0o644))
}

// preset writes the export preset, with other options than the usual ones.
func (p *project) preset(options map[string]string) {
	p.t.Helper()
	template := fmt.Sprintf("%q", emptyTemplate(p.t))
	values := map[string]string{
		"name":                            `"Web"`,
		"platform":                        `"Web"`,
		"runnable":                        "true",
		"export_filter":                   `"all_resources"`,
		"include_filter":                  `""`,
		"exclude_filter":                  `"pack/*"`,
		"script_export_mode":              "2",
		"options/custom_template/debug":   template,
		"options/custom_template/release": template,
	}
	for name, value := range options {
		values[name] = value
	}
	var preset, settings strings.Builder
	for name, value := range values {
		if option, ok := strings.CutPrefix(name, "options/"); ok {
			fmt.Fprintf(&settings, "%s=%s\n", option, value)
		} else {
			fmt.Fprintf(&preset, "%s=%s\n", name, value)
		}
	}
	p.write("export_presets.cfg", "[preset.0]\n"+preset.String()+"[preset.0.options]\n"+settings.String())
}

// emptyTemplate is an export template whose engine is empty, for what no browser runs.
func emptyTemplate(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "template.zip")
	file, err := os.Create(path)
	require.NoError(t, err)
	defer file.Close()
	archive := zip.NewWriter(file)
	for name, text := range map[string]string{
		"godot.html":                      "<!DOCTYPE html><title>$GODOT_PROJECT_NAME</title><script>const config = $GODOT_CONFIG;</script>\n",
		"godot.js":                        "",
		"godot.wasm":                      "",
		"godot.audio.worklet.js":          "",
		"godot.audio.position.worklet.js": "",
		"godot.offline.html":              "<!DOCTYPE html><title>offline</title>\n",
		"godot.service.worker.js":         "const CACHED_FILES = ___GODOT_CACHE___;\nconst CACHABLE_FILES = ___GODOT_OPT_CACHE___;\n",
	} {
		writer, err := archive.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(writer, text)
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	return path
}

// run runs the engine on the project. It fails when the engine complains of anything.
func (p *project) run(args ...string) string {
	p.t.Helper()
	output, err := p.try(args...)
	require.NoError(p.t, err, output)
	requireNoComplaints(p.t, output)
	return output
}

// try is run for engines that may fail.
func (p *project) try(args ...string) (output string, err error) {
	return runEngine(p.dir, args)
}

// runEngine runs the engine on the project in a folder. Each folder has a cache of its own: an
// exporter's temporary files always have the same names.
func runEngine(dir string, args []string, environment ...string) (output string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), engineLimit)
	defer cancel()
	command := exec.CommandContext(ctx, *engine, append([]string{"--headless", "--path", dir}, args...)...)
	command.Env = append(append(os.Environ(), "XDG_CACHE_HOME="+dir+".cache"), environment...)
	combined, err := command.CombinedOutput()
	return string(combined), err
}

var complaint = regexp.MustCompile(`(?m)^.*(ERROR|WARNING):.*$`)

// warned begins what the addon's checks of an export report: the game has all that they know, see
// TestAnExportWarnsOfWhatPlayersShouldNotGet.
const warned = "WARNING: Phoenix Channels: "

func requireNoComplaints(t *testing.T, output string) {
	t.Helper()
	all := slices.DeleteFunc(complaint.FindAllString(output, -1), func(line string) bool {
		return strings.HasPrefix(line, warned) || strings.HasSuffix(line, "completed with warnings.") // which the editor says then
	})
	require.Empty(t, all, "%s", output)
}

// importAll lets the engine import the project.
func (p *project) importAll() { p.t.Helper(); p.run("--import") }

// export exports the project, and returns the folder of the page.
func (p *project) export() string {
	p.t.Helper()
	folder := p.t.TempDir()
	p.run("--export-release", "Web", filepath.Join(folder, "index.html"))
	return folder
}

// files are the hashes of all files of the project, but for the editor's cache of their times,
// which a copied project has to settle first.
func (p *project) files() map[string]string {
	p.t.Helper()
	hashes := map[string]string{}
	err := filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(entry.Name(), "filesystem_cache") {
			return err
		}
		content, err := os.ReadFile(path)
		if err == nil {
			name, _ := filepath.Rel(p.dir, path)
			hashes[filepath.ToSlash(name)] = fmt.Sprintf("%x", sha256.Sum256(content))
		}
		return err
	})
	require.NoError(p.t, err)
	return hashes
}

// lines are those that the game prints for comparison.
func lines(output string) []string {
	var found []string
	for line := range strings.Lines(output) {
		if text, ok := strings.CutPrefix(line, "= "); ok {
			found = append(found, strings.TrimRight(text, "\r\n"))
		}
	}
	return found
}

// documented is a script with the names of all properties and signals in the classes' help.
func documented(t *testing.T) string {
	t.Helper()
	var properties, signals strings.Builder
	classes, err := classhelp.ReadFolder("../../../gdext/docs")
	require.NoError(t, err)
	for _, class := range classes {
		fmt.Fprintf(&properties, "%q: [", class.Name)
		for _, member := range class.Members {
			if member.Overrides == "" {
				fmt.Fprintf(&properties, "%q, ", member.Name)
			}
		}
		fmt.Fprintf(&signals, "%q: [", class.Name)
		for _, signal := range class.Signals {
			fmt.Fprintf(&signals, "%q, ", signal.Name)
		}
		properties.WriteString("], ")
		signals.WriteString("], ")
	}
	return fmt.Sprintf("const PROPERTIES := {%s}\nconst SIGNALS := {%s}\n", properties.String(), signals.String())
}
