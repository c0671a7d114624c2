// Package docs tests what the documentation says: that its code is code, its commands are commands,
// and its links lead somewhere.
package docs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const root = "../.."

// block is a fenced block of code.
type block struct {
	place    string // FILE:LINE
	language string
	text     string
}

// TestBlocksAreWhatTheySay checks each block as its language has it. GDScript and Elixir are looked
// at by the engine (tests/godot/test_documentation.gd) and by Elixir (scripts/elixir.sh), and the
// tutorial's files are run (tests/tutorial).
func TestBlocksAreWhatTheySay(t *testing.T) {
	checked := 0
	for _, page := range pages(t) {
		for _, block := range blocks(t, page) {
			t.Run(block.place, func(t *testing.T) {
				check, known := languages[block.language]
				require.True(t, known, "nothing tests the language %q; name one of languages_test.go, or add it there", block.language)
				if check != nil {
					assert.NoError(t, check(block.text))
				}
			})
			checked++
		}
	}
	require.Greater(t, checked, 20)
}

// TestCommandsInProse checks the commands within a line.
func TestCommandsInProse(t *testing.T) {
	checked := 0
	for _, page := range pages(t) {
		for _, command := range code.FindAllString(prose(t, page), -1) {
			if command = strings.Trim(command, "`"); strings.HasPrefix(command, "./build.sh ") {
				assert.NoError(t, checkCommands(command), page)
				checked++
			}
		}
	}
	require.Greater(t, checked, 5)
}

func TestBlocksOf(t *testing.T) {
	folder := t.TempDir()
	page := filepath.Join(folder, "page.md")
	require.NoError(t, os.WriteFile(page, []byte("text\n```go\na\n\nb\n```\n1. item\n   ```sh more\n   c\n   ```\n```\n```\n"), 0o600))
	assert.Equal(t, []block{
		{page + ":2", "go", "a\n\nb\n"}, {page + ":8", "sh more", "c\n"}, {page + ":11", "", ""},
	}, blocks(t, page))
}

// pages are the files with documentation, named from this folder.
func pages(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, name := range []string{"README.md", "CHANGELOG.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "docs", "examples", "server", "tests", "godot_project/addons/phoenix_channels"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, name), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			switch entry.Name() {
			case "node_modules", "deps", "_build", ".godot", "addons": // what others wrote, and copies
				if entry.IsDir() && path != filepath.Join(root, name) {
					return filepath.SkipDir
				}
			}
			if filepath.Ext(path) == ".md" {
				found = append(found, path)
			}
			return nil
		}))
	}
	return found
}

var fence = regexp.MustCompile("^( *)```(.*)$")

// blocks are the fenced blocks of a page, without the indentation of a list.
func blocks(t *testing.T, page string) []block {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	var found []block
	var open *block
	indent := ""
	for number, line := range strings.Split(string(text), "\n") {
		match := fence.FindStringSubmatch(line)
		switch {
		case match != nil && open == nil:
			indent = match[1]
			open = &block{place: fmt.Sprintf("%s:%d", strings.TrimPrefix(page, root+"/"), number+1), language: strings.TrimSpace(match[2])}
		case match != nil:
			found = append(found, *open)
			open = nil
		case open != nil:
			open.text += strings.TrimPrefix(line, indent) + "\n"
		}
	}
	require.Nil(t, open, "%s: a block that does not end", page)
	return found
}
