package gdext

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"phoenixchannels/gdext/engine"
)

// logQueue is the handler of core's logger. It queues lines on any goroutine
// and prints them on the main thread, as goroutines never enter the engine.
type logQueue struct {
	wake  func()
	debug atomic.Bool // show all, not only warnings

	mu      sync.Mutex
	lines   []logLine
	dropped int
}

type logLine struct {
	level slog.Level
	text  string
}

// levelBug is above all levels of slog: a panic that was caught.
const levelBug = slog.Level(100)

// maxLogLines bounds what waits for the next frame.
const maxLogLines = 1000

// panicked is core's OnPanic.
func (q *logQueue) panicked(value any, stack []byte) { q.add(levelBug, engine.PanicText(value, stack)) }

func (q *logQueue) add(level slog.Level, text string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.lines) >= maxLogLines && level < levelBug {
		q.dropped++
		return
	}
	q.lines = append(q.lines, logLine{level, text})
	q.wake()
}

func (q *logQueue) drain() (lines []logLine, dropped int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, dropped = q.lines, q.dropped
	q.lines, q.dropped = nil, 0
	return lines, dropped
}

// flush prints the queued lines, on the main thread.
func (q *logQueue) flush() {
	lines, dropped := q.drain()
	for _, line := range lines {
		switch {
		case line.level == levelBug:
			engine.Error("PhoenixSocket", line.text)
		case line.level >= slog.LevelWarn:
			engine.Warning("PhoenixSocket", line.text)
		default:
			engine.Print("[phoenix] " + line.text)
		}
	}
	if dropped > 0 {
		engine.Print(fmt.Sprintf("[phoenix] %d more lines in this frame", dropped))
	}
}

// Enabled is asked by core before it composes a line. All but a bug or a warning is for a socket that was told to show all.
func (q *logQueue) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn || q.debug.Load()
}

// Handle queues a record as one line.
func (q *logQueue) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	line.WriteString(record.Message)
	record.Attrs(func(attribute slog.Attr) bool {
		fmt.Fprintf(&line, " %s=%s", attribute.Key, logText(attribute.Value.String()))
		return true
	})
	q.add(record.Level, line.String())
	return nil
}

// WithAttrs and WithGroup are not used by core.
func (q *logQueue) WithAttrs([]slog.Attr) slog.Handler { return q }
func (q *logQueue) WithGroup(string) slog.Handler      { return q }

// logText is the text of a value. What has control characters, which only a server with bad manners sends, is quoted: it could
// end the line, or change the colours of a terminal.
func logText(text string) string {
	text = strings.TrimPrefix(text, errorPrefix)
	if strings.ContainsFunc(text, unicode.IsControl) {
		text = strconv.Quote(text)
	}
	return text
}
