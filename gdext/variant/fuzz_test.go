package variant_test

import (
	"encoding/json/jsontext"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/variant"
)

// Against the standard library's parser: both accept the same texts, and the round trip changes no
// value.
func FuzzJSONToVariant(f *testing.F) {
	for _, row := range readGolden(f).Incoming {
		f.Add([]byte(row.JSON))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		bytes, err := variant.AppendVariant(nil, text)
		depth := depthOf(text)
		require.Equal(t, depth >= 0 && depth <= variant.MaxDepth, err == nil, "%q: %v, depth %d", text, err, depth)
		if err != nil {
			return
		}
		back, err := variant.AppendJSON(nil, bytes)
		if unsendable, ok := errors.AsType[*variant.UnsendableError](err); ok {
			require.Equal(t, "INF", unsendable.What, "%q: only a number beyond all floats is lost", text)
			return
		}
		require.NoError(t, err)
		assertSameValues(t, text, back)
		again, err := variant.AppendVariant(nil, back)
		require.NoError(t, err)
		require.Equal(t, bytes, again)
	})
}

// Any bytes are either rejected or converted to valid JSON.
func FuzzVariantToJSON(f *testing.F) {
	for _, row := range readGolden(f).Outgoing {
		f.Add(unhex(f, row.Variant))
	}
	f.Fuzz(func(t *testing.T, bytes []byte) {
		_, _ = variant.TypeOf(bytes)
		_, _ = variant.Bytes(bytes)
		text, err := variant.AppendJSON(nil, bytes)
		if err != nil {
			return
		}
		require.True(t, jsontext.Value(text).IsValid(jsontext.AllowDuplicateNames(true)), "%q", text)
		read, err := variant.AppendVariant(nil, text)
		require.NoError(t, err)
		back, err := variant.AppendJSON(nil, read)
		require.NoError(t, err)
		require.Equal(t, strings.ReplaceAll(string(text), `\u0000`, "\ufffd"), string(back))
	})
}

// lenient returns a decoder that accepts the same texts as AppendVariant.
func lenient(text []byte) *jsontext.Decoder {
	return jsontext.NewDecoder(strings.NewReader(string(text)),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// depthOf returns the nesting depth of text, or -1 if it is not one JSON value.
func depthOf(text []byte) int {
	if !utf8.Valid(text) {
		return -1
	}
	d, depth := lenient(text), 0
	for values := 0; ; {
		_, err := d.ReadToken()
		if errors.Is(err, io.EOF) && values == 1 {
			return depth
		}
		if err != nil {
			return -1
		}
		depth = max(depth, d.StackDepth())
		if d.StackDepth() == 0 {
			values++
		}
	}
}

func assertSameValues(t *testing.T, before, after []byte) {
	t.Helper()
	b, a := lenient(before), lenient(after)
	for {
		bToken, err := b.ReadToken()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		bKind, bText := bToken.Kind(), bToken.String()
		aToken, err := a.ReadToken()
		require.NoError(t, err)
		require.Equal(t, bKind, aToken.Kind())
		if bKind != '0' {
			require.Equal(t, strings.ReplaceAll(bText, "\x00", "\ufffd"), aToken.String())
			continue
		}
		if i, err := strconv.ParseInt(bText, 10, 64); err == nil {
			require.Equal(t, strconv.FormatInt(i, 10), aToken.String())
			continue
		}
		bFloat, err := strconv.ParseFloat(bText, 64)
		require.NoError(t, err)
		aFloat, err := strconv.ParseFloat(aToken.String(), 64)
		require.NoError(t, err)
		assert.True(t, isFloat(aToken.String()))
		require.Equal(t, bFloat, aFloat)
	}
}
