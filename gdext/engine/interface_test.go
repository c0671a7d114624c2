package engine

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An engine logs an error for each lookup of a function that it lacks, so the set of lookups
// depends on its version.
func TestEnginesAreAskedOnlyForWhatTheyHave(t *testing.T) {
	since := engineFunctions(t)
	require.Greater(t, len(since), 150, "functions in the engine's header")
	for _, version := range []Version{{4, 3}, {4, 4}, {4, 5}, {4, 6}, {4, 7}} {
		asked := functions(version)
		asked[editorHelpFunction] = nil
		asked[editorAddPluginFunction] = nil
		asked[editorRemovePluginFunction] = nil
		asked["get_godot_version"] = nil
		for name := range asked {
			oldest, known := since[name]
			assert.True(t, known, "%s is no function of the engine", name)
			assert.True(t, version.atLeast(oldest.Major, oldest.Minor), "%v has no %s, which came with %v", version, name, oldest)
		}
	}
}

func TestOlderEnginesAreAskedForTheOlderRegistration(t *testing.T) {
	assert.Contains(t, functions(Version{4, 3}), "classdb_register_extension_class3")
	assert.NotContains(t, functions(Version{4, 3}), "classdb_register_extension_class4")
	assert.Contains(t, functions(Version{4, 4}), "classdb_register_extension_class4")
	assert.NotContains(t, functions(Version{4, 4}), "classdb_construct_object")
}

// engineFunctions reads from the engine's own header which version introduced each function.
func engineFunctions(t *testing.T) map[string]Version {
	header, err := os.Open(engineFile(t, "godot/gdextension_interface.h"))
	require.NoError(t, err)
	defer header.Close()
	since := map[string]Version{}
	name := ""
	for lines := bufio.NewScanner(header); lines.Scan(); {
		line := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(lines.Text()), "*"))
		if text, ok := strings.CutPrefix(line, "@name "); ok {
			name = text
		} else if text, ok := strings.CutPrefix(line, "@since "); ok && name != "" {
			var version Version
			_, err := fmt.Sscanf(text, "%d.%d", &version.Major, &version.Minor)
			require.NoError(t, err, name)
			since[name], name = version, ""
		}
	}
	return since
}

// engineFile returns the path of one of the files that describe the engine's API.
func engineFile(t *testing.T, name string) string {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/godot-go/godot-go").Output()
	require.NoError(t, err)
	return filepath.Join(strings.TrimSpace(string(dir)), "godot_headers", filepath.FromSlash(name))
}
