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
	assert.Empty(t, handles.values)
}

func TestHandlesAreNotReused(t *testing.T) {
	var list table
	first := list.add("a")
	assert.Positive(t, first)
	assert.True(t, list.remove(first))
	assert.False(t, list.remove(first), "it was freed")
	second := list.add("b")
	assert.NotEqual(t, first, second)
	assert.False(t, list.remove(first), "it is not the second")
	assert.True(t, list.remove(second))
}
