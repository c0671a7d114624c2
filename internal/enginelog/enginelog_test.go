package enginelog

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestIsComplaint(t *testing.T) {
	for line, want := range map[string]bool{
		"ERROR: bad":                     true,
		"WARNING: bad":                   true,
		"USER ERROR: bad":                true,
		"SCRIPT ERROR: bad":              true,
		"\x1b[1;31mERROR: \x1b[0;91mbad": true,
		"Leaked instance: Node:1":        true,
		"panic: bad":                     true,
		"SIGSEGV: segmentation":          true,
		"   at: f (a.gd:1)":              false,
		"an ERROR: in a sentence":        false,
		"":                               false,
	} {
		assert.Equal(t, want, IsComplaint(line), "%q", line)
	}
}
