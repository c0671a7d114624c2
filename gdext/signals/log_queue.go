package signals

import (
	"fmt"
	"sync"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/internal/bug"
)

// LogQueue holds a socket's log lines and recovered panics until the host shows them. Core writes
// to it on any goroutine.
type LogQueue struct {
	Wake  func()      // called for each line, so that the host calls Show
	Debug atomic.Bool // keep all records, not only warnings

	mu      sync.Mutex
	lines   []LogLine
	dropped int
}

// LogLine is one line of the log.
type LogLine struct {
	Level core.Level
	Text  string
}

// LevelBug is the level of a recovered panic, above all levels of core.
const LevelBug = core.Level(100)

// maxLogLines limits the queued lines.
const maxLogLines = 1000

// Logger returns the logger for core, which formats a line only if it will be kept.
func (q *LogQueue) Logger() *core.Logger {
	return core.NewLogger(
		func(level core.Level) bool { return level >= core.LevelWarn || q.Debug.Load() },
		func(level core.Level, message string, attributes ...any) {
			q.add(level, logLine(message, attributes...))
		},
	)
}

// Panicked implements core's OnPanic hook.
func (q *LogQueue) Panicked(value any, stack []byte) { q.add(LevelBug, bug.Text(value, stack)) }

func (q *LogQueue) add(level core.Level, text string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.lines) >= maxLogLines && level < LevelBug {
		q.dropped++
		return
	}
	q.lines = append(q.lines, LogLine{level, text})
	q.Wake()
}

// Show calls show for each queued line, and for a line with the number of dropped lines, if any.
func (q *LogQueue) Show(show func(LogLine)) {
	lines, dropped := q.drain()
	for _, line := range lines {
		show(line)
	}
	if dropped > 0 {
		show(LogLine{core.LevelDebug, fmt.Sprintf("%d more lines in this frame", dropped)})
	}
}

func (q *LogQueue) drain() (lines []LogLine, dropped int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, dropped = q.lines, q.dropped
	q.lines, q.dropped = nil, 0
	return lines, dropped
}
