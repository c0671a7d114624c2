package variant_test

import (
	"encoding/hex"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/variant"
)

// golden is the engine's own output, written by testdata/generate.gd.
type golden struct {
	Engine   string `json:"engine"`
	Outgoing []struct {
		Name    string `json:"name"`
		Variant string `json:"variant"` // var_to_bytes
		JSON    string `json:"json"`    // JSON.stringify
	} `json:"outgoing"`
	Incoming []struct {
		JSON    string `json:"json"`
		Variant string `json:"variant"` // var_to_bytes of the JSON's value
	} `json:"incoming"`
}

func readGolden(t testing.TB) golden {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var g golden
	require.NoError(t, json.Unmarshal(text, &g))
	require.NotEmpty(t, g.Outgoing)
	require.NotEmpty(t, g.Incoming)
	return g
}

func unhex(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(text)
	require.NoError(t, err)
	return b
}

func TestAppendJSONSaysWhatTheEngineSays(t *testing.T) {
	for _, row := range readGolden(t).Outgoing {
		t.Run(row.Name, func(t *testing.T) {
			got, err := variant.AppendJSON(nil, unhex(t, row.Variant))
			if strings.HasPrefix(row.Name, "refused") {
				var unsendable *variant.UnsendableError
				require.ErrorAs(t, err, &unsendable)
				return
			}
			require.NoError(t, err)
			assertSameJSON(t, row.JSON, string(got))
		})
	}
}

func TestAppendVariantMakesTheEnginesBytes(t *testing.T) {
	for _, row := range readGolden(t).Incoming {
		t.Run(row.JSON, func(t *testing.T) {
			got, err := variant.AppendVariant(nil, []byte(row.JSON))
			require.NoError(t, err)
			assert.Equal(t, row.Variant, hex.EncodeToString(got))
		})
	}
}

func TestAppendBytesMakesTheEnginesBytes(t *testing.T) {
	want := map[string][]byte{"PackedByteArray empty": {}, "PackedByteArray": {0, 1, 255}}
	for _, row := range readGolden(t).Outgoing {
		if data, ok := want[row.Name]; ok {
			assert.Equal(t, row.Variant, hex.EncodeToString(variant.AppendBytes(nil, data)))
			delete(want, row.Name)
		}
	}
	assert.Empty(t, want, "rows missing in the golden file")
}

// assertSameJSON compares token by token, so the order of keys matters. Floats must look like
// floats on both sides, but the engine writes at most 15 of their digits and none below 1e-32.
func assertSameJSON(t *testing.T, want, got string) {
	t.Helper()
	wanted, gotten := decoder(want), decoder(got)
	for {
		w, wErr := wanted.ReadToken()
		g, gErr := gotten.ReadToken()
		require.Equal(t, wErr, gErr, "%s\n%s", want, got)
		if errors.Is(wErr, io.EOF) {
			return
		}
		require.NoError(t, wErr, want)
		require.Equal(t, w.Kind(), g.Kind(), "%s\n%s", want, got)
		ws, gs := w.String(), g.String()
		if w.Kind() == '0' && isFloat(ws) {
			assert.True(t, isFloat(gs), "%s does not look like a float", gs)
			wf, err := strconv.ParseFloat(ws, 64)
			require.NoError(t, err)
			gf, err := strconv.ParseFloat(gs, 64)
			require.NoError(t, err)
			assert.LessOrEqual(t, math.Abs(wf-gf), math.Abs(gf)*5e-15+1e-32, "%s %s", ws, gs)
			continue
		}
		assert.Equal(t, ws, gs)
	}
}

func decoder(text string) *jsontext.Decoder {
	return jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true))
}

func isFloat(number string) bool { return strings.ContainsAny(number, ".eE") }
