package abi

import (
	"encoding/json/jsontext"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOptionsAreReplacedAsAWhole(t *testing.T) {
	before, err := defaultOptions().with(`{"params": {"a": 1}, "headers": {"x-a": "1"}, "reconnect_after": [1, 2], "timeout": 5}`)
	require.NoError(t, err)
	after, err := before.with(`{"params": {"b": 2}, "headers": {"x-b": "2"}, "reconnect_after": [3], "rejoin_after": [4]}`)
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"x-b": "2"}, after.Headers)
	assert.Equal(t, []int64{3}, after.ReconnectAfter)
	assert.Equal(t, int64(5), after.Timeout, "not named, so kept")
	assert.Equal(t, map[string]string{"x-a": "1"}, before.Headers)
	assert.Equal(t, []int64{1, 2}, before.ReconnectAfter)
	assert.Equal(t, defaultOptions().RejoinAfter, before.RejoinAfter)
	assert.Equal(t, jsontext.Value(`{"a": 1}`), before.Params)

	empty, err := before.with(`{"headers": null}`)
	require.NoError(t, err)
	assert.Empty(t, empty.Headers)
	_, err = before.with(`{"reconnect_after": null}`)
	require.ErrorContains(t, err, "reconnect_after needs at least one time")
}
