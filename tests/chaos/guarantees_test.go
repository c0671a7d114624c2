package chaos_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// docs/guarantees.md names a test for each promise. This keeps the names from going stale.
func TestGuaranteesNameTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../../docs/guarantees.md")
	require.NoError(t, err)
	goTests, engineTests := testSources(t, "../..")
	quoted := regexp.MustCompile("`([^`]+)`")
	promises := 0
	table, _, _ := strings.Cut(string(page), "\n## Figures\n")
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 2 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(cells[1], "shown by") {
			continue
		}
		promises++
		names := quoted.FindAllStringSubmatch(cells[1], -1)
		require.NotEmpty(t, names, "nothing shows %q", cells[0])
		for _, name := range names {
			if file, function, inEngine := strings.Cut(name[1], "."); inEngine {
				require.Contains(t, engineTests[file+".gd"], "\nfunc "+function+"(", "no %s, for %q", name[1], cells[0])
				continue
			}
			test, subtest, _ := strings.Cut(name[1], "/")
			require.True(t, strings.Contains(goTests, "\nfunc "+test+"("), "no %s, for %q", name[1], cells[0])
			require.True(t, strings.Contains(goTests, `"`+subtest), "no %s, for %q", name[1], cells[0])
		}
	}
	require.Greater(t, promises, 30)
}

// testSources is the text of all Go tests below a folder, and of the engine's by file name.
func testSources(t *testing.T, root string) (goTests string, engineTests map[string]string) {
	var all strings.Builder
	engineTests = map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := entry.Name()
		if err != nil || entry.IsDir() {
			if name == "node_modules" || name == "build" || name == ".git" || name == ".godot" {
				return fs.SkipDir
			}
			return err
		}
		isEngineTest := strings.HasPrefix(name, "test_") && strings.HasSuffix(name, ".gd")
		if !isEngineTest && !strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if isEngineTest {
			engineTests[name] += string(text)
		} else {
			all.Write(text)
		}
		return err
	})
	require.NoError(t, err)
	return all.String(), engineTests
}
