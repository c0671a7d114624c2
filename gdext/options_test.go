package gdext

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"phoenixchannels/gdext/variant"
)

func TestNumbersAreReadOneBehindTheOther(t *testing.T) {
	b := variant.AppendInt(nil, -1)
	b = variant.AppendInt(b, 1<<40)
	b = variant.AppendFloat(b, 2.5)
	b = variant.AppendFloat(b, 0.1)
	for _, want := range []float64{-1, 1 << 40, 2.5, 0.1} {
		n, rest, ok := readNumber(b)
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
		_, _, ok := readNumber(b)
		assert.False(t, ok, name)
	}
}

func TestNumbersAreWrittenAsGamesKnowThem(t *testing.T) {
	for n, text := range map[float64]string{
		10.5: "10.5", 1 << 32: "4294967296", -1: "-1", 1e30: "1e+30", math.Inf(1): "+Inf",
	} {
		assert.Equal(t, text, numberText(n))
	}
}
