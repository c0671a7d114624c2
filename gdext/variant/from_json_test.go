package variant_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"phoenixchannels/gdext/variant"
	"phoenixchannels/internal/jsonscan"
)

func TestAppendVariantRefusesInvalidJSON(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"nothing", ``, `at byte 0: expected a value, but the text ends`},
		{"only space", "  ", `at byte 2: expected a value, but the text ends`},
		{"a word", `nil`, `at byte 1: expected null, found 'i'`},
		{"a word cut off", `tru`, `at byte 3: expected true, but the text ends`},
		{"a capital", `True`, `at byte 0: expected a value, found 'T'`},
		{"NaN", `NaN`, `at byte 0: expected a value, found 'N'`},
		{"two values", `1 2`, `at byte 2: expected the end, found '2'`},
		{"NUL", "\x00", `at byte 0: expected a value, found '\x00'`},
		{"a byte order mark", "\ufeff1", `at byte 0: expected a value, found '\ufeff'`},
		{"a leading zero", `01`, `at byte 1: expected the end, found '1'`},
		{"a lone minus", `-`, `at byte 1: expected a digit, but the text ends`},
		{"a plus", `+1`, `at byte 0: expected a value, found '+'`},
		{"no digit before the point", `.5`, `at byte 0: expected a value, found '.'`},
		{"no digit after the point", `1.`, `at byte 2: expected a digit, but the text ends`},
		{"no digit in the exponent", `1e+`, `at byte 3: expected a digit, but the text ends`},
		{"hexadecimal", `0x10`, `at byte 1: expected the end, found 'x'`},
		{"an open string", `"abc`, `at byte 4: expected the end of a string, but the text ends`},
		{"a newline in a string", "\"a\nb\"", `at byte 2: control character '\n' in a string`},
		{"a NUL in a string", "\"a\x00b\"", `at byte 2: control character '\x00' in a string`},
		{"an unknown escape", `"\x"`, `at byte 2: expected an escape sequence, found 'x'`},
		{"an escape cut off", `"\`, `at byte 2: expected an escape sequence, but the text ends`},
		{"a short \\u", `"\u12"`, `at byte 5: expected a hexadecimal digit, found '"'`},
		{"a wrong \\u", `"\u12g4"`, `at byte 5: expected a hexadecimal digit, found 'g'`},
		{"a wrong \\u after a high surrogate", `"\ud83c\u_"`, `at byte 9: expected a hexadecimal digit, found '_'`},
		{"an open array", `[1`, `at byte 2: expected ',' or ']', but the text ends`},
		{"a trailing comma in an array", `[1,]`, `at byte 3: expected a value, found ']'`},
		{"a missing comma", `[1 2]`, `at byte 3: expected ',' or ']', found '2'`},
		{"an open object", `{`, `at byte 1: expected a key, but the text ends`},
		{"a trailing comma in an object", `{"a":1,}`, `at byte 7: expected a key, found '}'`},
		{"a key that is no string", `{1:2}`, `at byte 1: expected a key, found '1'`},
		{"a missing colon", `{"a" 1}`, `at byte 5: expected ':', found '1'`},
		{"a missing value", `{"a":}`, `at byte 5: expected a value, found '}'`},
		{"the wrong bracket", `{"a":1]`, `at byte 6: expected ',' or '}', found ']'`},
		{"a comment", `/**/1`, `at byte 0: expected a value, found '/'`},
		{"a letter beyond ASCII", `ž`, `at byte 0: expected a value, found 'ž'`},
	} {
		t.Run(test.name, func(t *testing.T) {
			dst := []byte("before")
			got, err := variant.AppendVariant(dst, []byte(test.text))
			require.EqualError(t, err, "invalid JSON "+test.want)
			assert.Equal(t, "before", string(got), "dst comes back as it was")
			var syntax *jsonscan.SyntaxError
			assert.ErrorAs(t, err, &syntax)
		})
	}
}

func TestAppendVariantRefusesEveryCutOffObject(t *testing.T) {
	const text = `{"a":[1,-2.5e+3,"\u00e9\ud83c\udfae ž🎮"],"b":{"c":null,"d":true,"e":false}}`
	_, err := variant.AppendVariant(nil, []byte(text))
	require.NoError(t, err)
	for i := range len(text) {
		_, err := variant.AppendVariant(nil, []byte(text[:i]))
		assert.Error(t, err, text[:i])
	}
}

func TestAppendVariantAppends(t *testing.T) {
	got, err := variant.AppendVariant([]byte("before"), []byte("true"))
	require.NoError(t, err)
	assert.Equal(t, "before\x01\x00\x00\x00\x01\x00\x00\x00", string(got))
}

func TestNestingIsLimitedInBothDirections(t *testing.T) {
	nested := func(depth int) []byte {
		return []byte(strings.Repeat(`{"a":[`, depth/2) + strings.Repeat(`]}`, depth/2))
	}
	deepest, err := variant.AppendVariant(nil, nested(variant.MaxDepth))
	require.NoError(t, err)
	text, err := variant.AppendJSON(nil, deepest)
	require.NoError(t, err)
	assert.Equal(t, string(nested(variant.MaxDepth)), string(text))

	_, err = variant.AppendVariant(nil, nested(variant.MaxDepth+2))
	require.EqualError(t, err, "invalid JSON at byte 1536: it is nested deeper than 512 levels")

	deeper := append(variant.AppendArray(nil, 1), deepest...)
	_, err = variant.AppendJSON(nil, deeper)
	require.ErrorContains(t, err, `cannot send an Array at "[0].a[0].a[0]`)
	require.ErrorContains(t, err, `…": it is nested deeper than 512 levels`)
	assert.Less(t, len(err.Error()), 300)

	deeperKey := append(variant.AppendDictionary(nil, 1), deepest...)
	_, err = variant.AppendJSON(nil, variant.AppendNil(deeperKey))
	require.ErrorContains(t, err, `cannot send an Array at "[key 0]`)
}

func TestBytesThatAreNotUTF8(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a lone byte", "a\xffb", "a\ufffdb"},
		{"a sequence cut off", "a\xe2\x82", "a\ufffd\ufffd"},
		{"an encoded surrogate", "\xed\xa0\x80", "\ufffd\ufffd\ufffd"},
		{"an overlong NUL", "\xc0\x80", "\ufffd\ufffd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := variant.AppendVariant(nil, []byte(`"`+test.text+`"`))
			require.ErrorContains(t, err, "it is not UTF-8", "JSON text has to be")
			assert.Equal(t, variant.AppendString(nil, test.want), variant.AppendString(nil, test.text))
		})
	}
	assert.Equal(t, variant.AppendString(nil, "a\ufffdb"), variant.AppendString(nil, "a\x00b"))
}

func TestAppendFunctionsBuildWhatTheParserBuilds(t *testing.T) {
	var b []byte
	b = variant.AppendDictionary(b, 9)
	b = variant.AppendString(b, "was_requested")
	b = variant.AppendBool(b, true)
	b = variant.AppendString(b, "no")
	b = variant.AppendBool(b, false)
	b = variant.AppendString(b, "code")
	b = variant.AppendInt(b, 1000)
	b = variant.AppendString(b, "large")
	b = variant.AppendInt(b, math.MinInt64)
	b = variant.AppendString(b, "half")
	b = variant.AppendFloat(b, 0.5)
	b = variant.AppendString(b, "tenth")
	b = variant.AppendFloat(b, 0.1)
	b = variant.AppendString(b, "nothing")
	b = variant.AppendNil(b)
	b = variant.AppendString(b, "list")
	b = variant.AppendArray(b, 2)
	b = variant.AppendString(b, "žluťoučký")
	b = variant.AppendDictionary(b, 0)
	b = variant.AppendString(b, "")
	b = variant.AppendArray(b, 0)
	want, err := variant.AppendVariant(nil, []byte(`{"was_requested":true,"no":false,"code":1000,
		"large":-9223372036854775808,"half":0.5,"tenth":0.1,"nothing":null,"list":["žluťoučký",{}],"":[]}`))
	require.NoError(t, err)
	assert.Equal(t, want, b)
}
