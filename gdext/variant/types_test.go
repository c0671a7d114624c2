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
