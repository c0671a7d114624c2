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
