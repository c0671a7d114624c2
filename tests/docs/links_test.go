package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*?)\s*$`)
	fenced  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	code    = regexp.MustCompile("`[^`\n]*`")

	// Pages that GitHub itself has beside a repository's files: runs of its workflows, releases.
	onGitHub = regexp.MustCompile(`^\.\./\.\./(actions/|releases$)`)
)

// TestLinksLeadSomewhere follows the links between the pages, to files and to headings. It does not go online.
func TestLinksLeadSomewhere(t *testing.T) {
	followed := 0
	for _, page := range pages(t) {
		text := code.ReplaceAllString(prose(t, page), "")
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			target, anchor, _ := strings.Cut(match[1]+match[2], "#")
			if strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") || onGitHub.MatchString(target) {
				continue
			}
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), target)
			}
			_, err := os.Stat(path)
			if assert.NoError(t, err, "%s links to %s", page, match[0]) && anchor != "" {
				assert.Contains(t, anchors(t, path), anchor, "%s links to %s", page, match[0])
			}
			followed++
		}
	}
	require.Greater(t, followed, 20)
}

func TestEveryPageIsLinkedFromTheREADME(t *testing.T) {
	readme := prose(t, filepath.Join(root, "README.md"))
	for _, page := range pages(t) {
		if name := strings.TrimPrefix(page, root+"/"); strings.HasPrefix(name, "docs/") {
			assert.Contains(t, readme, "("+name, "README.md does not lead to it")
		}
	}
}

func TestEveryFolderOfTestsIsDescribed(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "tests/README.md"))
	require.NoError(t, err)
	entries, err := os.ReadDir(filepath.Join(root, "tests"))
	require.NoError(t, err)
	for _, entry := range entries {
		if entry.IsDir() {
			assert.Contains(t, string(readme), "`"+entry.Name()+"/`", "tests/README.md does not describe it")
		}
	}
}

// TestUpdatingBeginsWithClosingTheEditor: an open editor may crash when the addon's folder is replaced (README.md says why).
func TestUpdatingBeginsWithClosingTheEditor(t *testing.T) {
	for _, page := range []string{"README.md", "docs/porting.md", "godot_project/addons/phoenix_channels/README.md"} {
		text, err := os.ReadFile(filepath.Join(root, page))
		require.NoError(t, err)
		assert.Contains(t, strings.ToLower(string(text)), "close the editor", page)
	}
}

func TestAnchor(t *testing.T) {
	for text, expected := range map[string]string{
		"More than one node":       "more-than-one-node",
		"Step 5: say something":    "step-5-say-something",
		"`arena:*`, and a_b – `c`": "arena-and-a_b--c",
	} {
		assert.Equal(t, expected, anchorOf(text))
	}
}

// anchors are the names of the headings of a page, as GitHub makes them.
func anchors(t *testing.T, page string) []string {
	t.Helper()
	var found []string
	for _, match := range heading.FindAllStringSubmatch(prose(t, page), -1) {
		found = append(found, anchorOf(match[1]))
	}
	return found
}

func anchorOf(heading string) string {
	return strings.Map(func(character rune) rune {
		switch {
		case character == ' ':
			return '-'
		case unicode.IsLetter(character), unicode.IsDigit(character), character == '-', character == '_':
			return unicode.ToLower(character)
		}
		return -1
	}, heading)
}

// prose is a page without its blocks of code.
func prose(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	return fenced.ReplaceAllString(string(text), "")
}
