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

// logQueue takes core's log lines on any goroutine and shows them from the main
// thread, as goroutines never enter the engine.
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

func (q *logQueue) logger() *slog.Logger { return slog.New(logHandler{queue: q}) }

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

func (q *logQueue) take() (lines []logLine, dropped int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, dropped = q.lines, q.dropped
	q.lines, q.dropped = nil, 0
	return lines, dropped
}

// flush shows what waits. On the main thread.
func (q *logQueue) flush() {
	lines, dropped := q.take()
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

// logHandler writes a record as one line: the message and its attributes.
type logHandler struct {
	queue *logQueue
	attrs string
	group string
}

func (h logHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn || h.queue.debug.Load()
}

func (h logHandler) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	line.WriteString(record.Message)
	line.WriteString(h.attrs)
	record.Attrs(func(a slog.Attr) bool {
		line.WriteString(h.attr(a))
		return true
	})
	h.queue.add(record.Level, line.String())
	return nil
}

// attr writes an attribute. What has control characters, which only a server with bad manners sends, is quoted: it could
// end the line, or change the colours of a terminal.
func (h logHandler) attr(a slog.Attr) string {
	text := strings.TrimPrefix(a.Value.String(), errorPrefix)
	if strings.ContainsFunc(text, unicode.IsControl) {
		text = strconv.Quote(text)
	}
	return fmt.Sprintf(" %s%s=%s", h.group, a.Key, text)
}

// WithAttrs gives a handler that adds the attributes to each line.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		h.attrs += h.attr(a)
	}
	return h
}

// WithGroup gives a handler that puts the name before each attribute's.
func (h logHandler) WithGroup(name string) slog.Handler {
	h.group += name + "."
	return h
}
