package signals

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"phoenixchannels/core"
)

func TestLogKeepsWarningsAndIsBounded(t *testing.T) {
	woken := 0
	queue := &LogQueue{Wake: func() { woken++ }}
	log := queue.Logger()
	assert.False(t, log.Enabled(t.Context(), core.LevelInfo))
	log.Log(t.Context(), core.LevelWarn, "careful", "topic", "room:a", "n", 1, "reason", "bye\n\x1b[31m", "payload", `{"text":"a b"}`)
	lines, dropped := queue.drain()
	assert.Equal(t, []LogLine{{core.LevelWarn, `careful topic=room:a n=1 reason="bye\n\x1b[31m" payload={"text":"a b"}`}}, lines)
	assert.Zero(t, dropped)
	assert.Equal(t, 1, woken)

	queue.Debug.Store(true)
	assert.True(t, log.Enabled(t.Context(), core.LevelDebug))
	for range maxLogLines + 5 {
		log.Log(t.Context(), core.LevelDebug, "shown")
	}
	queue.Panicked("boom", []byte("stack"))
	lines, dropped = queue.drain()
	assert.Len(t, lines, maxLogLines+1, "a bug is never dropped")
	assert.Equal(t, 5, dropped)
	assert.Contains(t, lines[maxLogLines].Text, "boom")
}
