package gdext

import (
	"fmt"
	"sync"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// logQueue is where core's logger writes to. It queues lines on any goroutine
// and prints them on the main thread, as goroutines never enter the engine.
type logQueue struct {
	wake  func()
	debug atomic.Bool // show all, not only warnings

	mu      sync.Mutex
	lines   []logLine
	dropped int
}

type logLine struct {
	level core.Level
	text  string
}

// levelBug is above all levels: a panic that was caught.
const levelBug = core.Level(100)

// maxLogLines bounds what waits for the next frame.
const maxLogLines = 1000

// panicked is core's OnPanic.
func (q *logQueue) panicked(value any, stack []byte) { q.add(levelBug, engine.PanicText(value, stack)) }

func (q *logQueue) add(level core.Level, text string) {
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
		case line.level >= core.LevelWarn:
			engine.Warning("PhoenixSocket", line.text)
		default:
			engine.Print("[phoenix] " + line.text)
		}
	}
	if dropped > 0 {
		engine.Print(fmt.Sprintf("[phoenix] %d more lines in this frame", dropped))
	}
}

// logger is core's logger of these lines.
func (q *logQueue) logger() *core.Logger { return core.NewLogger(q.isEnabled, q.write) }

// isEnabled is asked by core before it composes a line. All but a bug or a warning is for a socket that was told to show all.
func (q *logQueue) isEnabled(level core.Level) bool { return level >= core.LevelWarn || q.debug.Load() }

// write queues a record as one line.
func (q *logQueue) write(level core.Level, message string, attributes ...any) {
	q.add(level, signals.LogLine(message, attributes...))
}
