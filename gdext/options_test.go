package gdext

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNumbersAreWrittenAsGamesKnowThem(t *testing.T) {
	for n, text := range map[float64]string{
		10.5: "10.5", 1 << 32: "4294967296", -1: "-1", 1e30: "1e+30", math.Inf(1): "+Inf",
	} {
		assert.Equal(t, text, numberText(n))
	}
}
