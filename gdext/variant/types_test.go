package variant_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"phoenixchannels/gdext/variant"
)

func TestTypesStandInSentencesWithTheirArticle(t *testing.T) {
	for kind, text := range map[variant.Type]string{
		variant.Nil:             "null",
		variant.Bool:            "a bool",
		variant.Int:             "an int",
		variant.Float:           "a float",
		variant.String:          "a String",
		variant.Dictionary:      "a Dictionary",
		variant.Array:           "an Array",
		variant.PackedByteArray: "a PackedByteArray",
		16:                      "an AABB",
		24:                      "an Object",
	} {
		assert.Equal(t, text, kind.WithArticle())
	}
}

func TestNumbersAreReadOneBehindTheOther(t *testing.T) {
	b := variant.AppendInt(nil, -1)
	b = variant.AppendInt(b, 1<<40)
	b = variant.AppendFloat(b, 2.5)
	b = variant.AppendFloat(b, 0.1)
	for _, want := range []float64{-1, 1 << 40, 2.5, 0.1} {
		n, rest, ok := variant.Number(b)
		assert.True(t, ok)
		assert.Equal(t, want, n)
		b = rest
	}
	assert.Empty(t, b)
	for name, b := range map[string][]byte{
		"nothing":  nil,
		"cut off":  variant.AppendFloat(nil, 0.1)[:8],
		"a bool":   variant.AppendBool(nil, true),
		"a String": variant.AppendString(nil, "five"),
	} {
		_, _, ok := variant.Number(b)
		assert.False(t, ok, name)
	}
}

func TestAppendPackedArrays(t *testing.T) {
	for _, test := range []struct {
		name, want string
		value      []byte
	}{
		{"int32s", "[1,-2,2147483647]", variant.AppendInt32s(nil, []int32{1, -2, 2147483647})},
		{"int64s", "[1,-2,9223372036854775807]", variant.AppendInt64s(nil, []int64{1, -2, 9223372036854775807})},
		{"strings", `["","a","four","fünf\uFFFD"]`, variant.AppendStrings(nil, []string{"", "a", "four", "fünf\xff"})},
		{"none", "[]", variant.AppendStrings(nil, nil)},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := variant.AppendJSON(nil, test.value)
			assert.NoError(t, err)
			assert.JSONEq(t, test.want, string(text))
		})
	}
}
