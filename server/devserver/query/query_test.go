package query_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver/query"
)

// TestQueriesAreDecodedAsPlugDoes compares with what Plug 1.19.2 makes of the same queries
// (testdata/plug.exs).
func TestQueriesAreDecodedAsPlugDoes(t *testing.T) {
	file, err := os.Open("testdata/plug.txt")
	require.NoError(t, err)
	defer file.Close()
	known := 0
	for lines := bufio.NewScanner(file); lines.Scan(); known++ {
		text, want, _ := strings.Cut(lines.Text(), "\t")
		params, err := query.Decode(text)
		if want == "refused" {
			assert.Error(t, err, text)
		} else if assert.NoError(t, err, text) {
			assert.Equal(t, want, string(params.Term()), text)
		}
	}
	assert.Greater(t, known, 1000)
}

func TestTextOfAParam(t *testing.T) {
	params, err := query.Decode("a=1&a=2&b[]=3&c[d]=4&c=5")
	require.NoError(t, err)
	for name, want := range map[string]string{"a": "2", "c": "5"} {
		text, isText := params.Text(name)
		assert.True(t, isText, name)
		assert.Equal(t, want, text, name)
	}
	for _, name := range []string{"b", "missing"} {
		_, isText := params.Text(name)
		assert.False(t, isText, name)
	}
}
