package chaos_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/testnames"
)

// docs/guarantees.md names a test for each guarantee. This keeps the names from going stale.
func TestGuaranteesNameTestsThatExist(t *testing.T) {
	page, err := os.ReadFile("../../docs/guarantees.md")
	require.NoError(t, err)
	tests, err := testnames.Below("../..")
	require.NoError(t, err)
	quoted := regexp.MustCompile("`([^`]+)`")
	promises := 0
	table, _, _ := strings.Cut(string(page), "\n## Figures\n")
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 2 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(cells[1], "Tests") {
			continue
		}
		promises++
		names := quoted.FindAllStringSubmatch(cells[1], -1)
		require.NotEmpty(t, names, "nothing shows %q", cells[0])
		for _, name := range names {
			assert.NoError(t, tests.Check(name[1]), cells[0])
		}
	}
	require.Greater(t, promises, 30)
}
