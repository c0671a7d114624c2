package abi

import (
	"encoding/json/jsontext"
	"encoding/json/v2"
	"fmt"
	"math/bits"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

func TestOptionsAreReplacedAsAWhole(t *testing.T) {
	before, err := defaultOptions().with(`{"params": {"a": 1}, "headers": {"x-a": "1"}, "reconnect_after": [1, 2], "timeout": 5}`)
	require.NoError(t, err)
	after, err := before.with(`{"params": {"b": 2}, "headers": {"x-b": "2"}, "reconnect_after": [3], "rejoin_after": [4]}`)
	require.NoError(t, err)
	assert.Equal(t, http.Header{"X-B": {"2"}}, after.Header)
	assert.Equal(t, []time.Duration{3 * time.Millisecond}, after.ReconnectAfter)
	assert.Equal(t, 5*time.Millisecond, after.Timeout, "not named, so kept")
	assert.Equal(t, http.Header{"X-A": {"1"}}, before.Header)
	assert.Equal(t, []time.Duration{time.Millisecond, 2 * time.Millisecond}, before.ReconnectAfter)
	assert.Equal(t, defaultOptions().RejoinAfter, before.RejoinAfter)
	assert.Equal(t, jsontext.Value(`{"a": 1}`), before.Params)

	empty, err := before.with(`{"headers": null}`)
	require.NoError(t, err)
	assert.Empty(t, empty.Header)
	_, err = before.with(`{"reconnect_after": null}`)
	require.ErrorContains(t, err, "reconnect_after needs at least one time")
}

// optionRow matches a row of the options table in docs/c-abi.md.
var optionRow = regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (.+?) \\| `(.+?)` \\|")

func TestDocumentedOptionsAreThoseOfTheTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/c-abi.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "## Options\n")
	require.True(t, found)
	documented := map[string]bool{}
	for _, row := range optionRow.FindAllStringSubmatch(table, -1) {
		name, values, value := row[1], row[2], row[3]
		documented[name] = true
		options, err := defaultOptions().with(fmt.Sprintf("{%q: %s}", name, value))
		require.NoError(t, err, name)
		switch setting, shared := core.NamedSettings()[name]; {
		case shared:
			assert.Equal(t, describeValues(setting), values, name)
			defaultJSON, err := json.Marshal(setting.Default)
			require.NoError(t, err)
			assert.Equal(t, string(defaultJSON), value, name)
		case name == "headers":
			assert.Empty(t, options.Header)
		default:
			assert.Equal(t, defaultOptions(), options, name)
		}
	}
	for name := range core.NamedSettings() {
		assert.True(t, documented[name], name)
	}
}

// describeValues describes a setting's valid values in the words of docs/c-abi.md.
func describeValues(s core.Setting) string {
	limit := func(n int64) string {
		if n >= 1<<30 {
			return fmt.Sprintf("2^%d", bits.Len64(uint64(n))-1)
		}
		return fmt.Sprint(n)
	}
	limits := strings.TrimSpace(fmt.Sprintf(", %s to %s %s", limit(s.Min), limit(s.Max), s.Unit))
	switch s.Default.(type) {
	case bool:
		return "`true` or `false`"
	case int64:
		return "integer" + limits
	case float64:
		return "number" + limits
	case []int64:
		return "integers" + limits
	case string:
		if s.Choices != nil {
			return "`\"" + strings.Join(s.Choices, "\"` or `\"") + "\"`"
		}
		return "text"
	default:
		return "object"
	}
}
