package export

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The game prints its scenes node by node, with properties, groups and connections, and what the
// language makes of the classes.
func TestTheExportedGamePrintsWhatTheNativeOneDoes(t *testing.T) {
	if *browser == "" || *template == "" {
		t.Skip("no browser, or no web export template for this engine; run ./build.sh test web")
	}
	p := newGame(t)
	native := lines(p.run())
	require.Contains(t, native, "end")
	for name, mode := range map[string]string{"text": "0", "binary tokens": "1", "compressed tokens": "2"} {
		t.Run(name, func(t *testing.T) {
			p.t = t
			options := map[string]string{"script_export_mode": mode, "options/custom_template/release": fmt.Sprintf("%q", *template)}
			p.preset(options)
			folder := p.export()
			options["export_filter"] = `"scenes"`
			options["export_files"] = `PackedStringArray("res://pack/later.tscn")`
			options["exclude_filter"] = `"main.*"`
			p.preset(options)
			p.run("--export-pack", "Web", filepath.Join(folder, "later.pck"))
			assert.Equal(t, native, lines(inBrowser(t, folder)))
		})
	}
}

// inBrowser runs the exported game, and returns what it prints.
func inBrowser(t *testing.T, folder string) string {
	t.Helper()
	for _, name := range []string{"start.js", "start.css"} { // of the page in the tests' own template
		content, err := os.ReadFile(filepath.Join("../shell", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o644))
	}
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer server.Close()
	command := exec.Command("node", *driver, "--browser", *browser, "--limit", "90", "--until", "^= end$", server.URL+"/index.html")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	requireNoComplaints(t, string(output))
	return string(output)
}
