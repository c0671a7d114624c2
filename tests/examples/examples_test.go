// Package examples tests the form of the example projects. The files in GDScript here play them in
// the engine.
package examples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	root     = "../../examples"
	maxLines = 120
)

func folders(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(root + "/*/project.godot")
	require.NoError(t, err)
	require.Len(t, found, 5)
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

func read(t *testing.T, parts ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(parts...))
	require.NoError(t, err)
	return string(text)
}

func TestExamplesStaySmall(t *testing.T) {
	for _, folder := range folders(t) {
		scripts, err := filepath.Glob(folder + "/*.gd")
		require.NoError(t, err)
		require.NotEmpty(t, scripts)
		lines := 0
		for _, script := range scripts {
			for line := range strings.Lines(read(t, script)) {
				if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
					lines++
				}
			}
		}
		assert.Less(t, lines, maxLines, "%s: lines of code", folder)
	}
}

// TestExamplesShareATheme: each is complete in itself, so each has a copy.
func TestExamplesShareATheme(t *testing.T) {
	first := read(t, folders(t)[0], "theme.tres")
	for _, folder := range folders(t)[1:] {
		assert.Equal(t, first, read(t, folder, "theme.tres"), folder)
	}
}

func TestExamplesAreDescribedAndPlayed(t *testing.T) {
	index := read(t, root, "README.md")
	for _, folder := range folders(t) {
		name := filepath.Base(folder)
		assert.Contains(t, index, "("+name+")")
		assert.Contains(t, read(t, folder, "README.md"), "./build.sh examples")
		assert.Contains(t, read(t, "test_"+name+".gd"), "func test_")
		assert.NotContains(t, read(t, folder, "project.godot"), "addons/", "it has to open without the addon as well")
	}
}
