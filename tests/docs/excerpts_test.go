package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// excerpt is a line that is the link to a file, with a block of code below it.
var excerpt = regexp.MustCompile("(?ms)^\\*\\*\\[`[^`\n]+`\\]\\(([^)\n]+)\\)\\*\\*\n\n```[a-z]+\n(.*?)^```$")

// TestExcerptsAreInTheirFiles compares the blocks below such a link with the file, which the tutorial's tests run in their place.
func TestExcerptsAreInTheirFiles(t *testing.T) {
	checked := 0
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, match := range excerpt.FindAllStringSubmatch(string(text), -1) {
			file, err := os.ReadFile(filepath.Join(filepath.Dir(page), match[1]))
			require.NoError(t, err, page)
			assert.Contains(t, string(file), match[2], "%s: the block is not in %s", page, match[1])
			checked++
		}
	}
	require.Greater(t, checked, 3)
}
