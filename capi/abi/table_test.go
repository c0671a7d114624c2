package abi

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFreedHandlesLeaveNothing(t *testing.T) {
	for range 10_000 {
		socket, err := NewSocket("ws://127.0.0.1:1/socket", "")
		require.NoError(t, err)
		for _, topic := range []string{"room:1", "room:2"} {
			_, err := NewChannel(socket, topic, "", 0)
			require.NoError(t, err)
		}
		require.NoError(t, FreeSocket(socket))
	}
	assert.Equal(t, len(handles.slots), len(handles.free))
	assert.Less(t, len(handles.slots), 100, "places are used again")
}

func TestGenerationsBeginAgain(t *testing.T) {
	var of table
	first := of.add("a")
	assert.True(t, of.remove(first))
	assert.False(t, of.remove(first))
	of.slots[0].generation = lastGeneration - 1
	last := of.add("b")
	assert.Positive(t, last)
	assert.True(t, of.remove(last))
	assert.Equal(t, first, of.add("c"))
}
