package testserver

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLogSaysWhatClientsDo(t *testing.T) {
	s := started(t, 0, false)
	port := portOf(t, s)
	s.Stop()
	taken := s.TakeLog()
	require.Len(t, taken, 2)
	assert.Regexp(t, fmt.Sprintf(`^\d\d:\d\d:\d\d listening on 127\.0\.0\.1:%d$`, port), taken[0])
	assert.Regexp(t, `^\d\d:\d\d:\d\d stopped$`, taken[1])
	assert.Empty(t, s.TakeLog())
}

func TestLinesOfTheLog(t *testing.T) {
	for _, c := range []struct {
		name, line string
		log        func(*slog.Logger)
	}{
		{"a message", "connected", func(l *slog.Logger) { l.Info("connected") }},
		{"attributes", "joined user_id=ada topic=game:lobby", func(l *slog.Logger) { l.With("user_id", "ada").Info("joined", "topic", "game:lobby") }},
		{"a level", "WARN crashed", func(l *slog.Logger) { l.Warn("crashed") }},
		{"a group", "in a=1", func(l *slog.Logger) { l.WithGroup("g").Info("in", "a", 1) }},
		{"what a client may have sent to mislead", `joined topic="a\nb" user_id="x=\"y\"" name=""`,
			func(l *slog.Logger) { l.Info("joined", "topic", "a\nb", "user_id", `x="y"`, "name", "") }},
		{"other letters", `joined topic=größe`, func(l *slog.Logger) { l.Info("joined", "topic", "größe") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l lines
			c.log(slog.New(&handler{lines: &l}))
			taken := l.take()
			require.Len(t, taken, 1)
			assert.Equal(t, c.line, taken[0][len("15:04:05 "):])
		})
	}
	var l lines
	slog.New(&handler{lines: &l}).Debug("stale join_ref ignored")
	assert.Empty(t, l.take())
}

func TestLogKeepsTheNewestLines(t *testing.T) {
	var l lines
	for i := range maxLines + 3 {
		l.add(fmt.Sprint(i))
	}
	taken := l.take()
	require.Len(t, taken, maxLines+1)
	assert.Equal(t, "(3 older lines dropped)", taken[0])
	assert.Equal(t, "3", taken[1])
	assert.Equal(t, fmt.Sprint(maxLines+2), taken[maxLines])
	assert.Empty(t, l.take())
}
