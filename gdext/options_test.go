package gdext

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOptionsAreThePropertiesThatCanBeSet(t *testing.T) {
	var properties []string
	for _, property := range socketClass.Properties {
		if property.Name() != "" {
			properties = append(properties, property.Name())
		}
	}
	assert.ElementsMatch(t, properties, append(optionNames(), "round_trip_ms", "state"))
}

func TestNumbersAreWrittenAsGamesKnowThem(t *testing.T) {
	for n, text := range map[float64]string{
		10.5: "10.5", 1 << 32: "4294967296", -1: "-1", 1e30: "1e+30", math.Inf(1): "+Inf",
	} {
		assert.Equal(t, text, numberText(n))
	}
}
