package worker

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/web/protocol"
)

// logLines is the handler of core's logger. It takes the lines on any goroutine.
type logLines struct {
	wake  func()
	debug atomic.Bool // show all, not only warnings

	mu      sync.Mutex
	lines   []logLine
	dropped int
}

type logLine struct {
	kind protocol.Record
	text string
}

// maxLogLines bounds what waits for the next batch.
const maxLogLines = 1000

// panicked is core's OnPanic.
func (l *logLines) panicked(value any, stack []byte) {
	l.add(protocol.EngineError, bugText(value, stack))
}

func (l *logLines) add(kind protocol.Record, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) >= maxLogLines && kind != protocol.EngineError {
		l.dropped++
		return
	}
	l.lines = append(l.lines, logLine{kind, text})
	l.wake()
}

// flush makes records of what waits.
func (l *logLines) flush(s *socket) {
	l.mu.Lock()
	lines, dropped := l.lines, l.dropped
	l.lines, l.dropped = nil, 0
	l.mu.Unlock()
	for _, line := range lines {
		s.out.add(line.kind, s.id, line.text)
	}
	if dropped > 0 {
		s.out.add(protocol.Log, s.id, fmt.Sprintf("%d more lines in this frame", dropped))
	}
}

// logger is core's logger of these lines.
func (l *logLines) logger() *core.Logger { return core.NewLogger(l.isEnabled, l.write) }

// isEnabled is asked by core before it composes a line. All but a bug or a warning is for a socket that was told to show all.
func (l *logLines) isEnabled(level core.Level) bool { return level >= core.LevelWarn || l.debug.Load() }

// write takes a record as one line.
func (l *logLines) write(level core.Level, message string, attributes ...any) {
	kind := protocol.Log
	if level >= core.LevelWarn {
		kind = protocol.Warning
	}
	l.add(kind, signals.LogLine(message, attributes...))
}

// bugText is what a game sees of a panic.
func bugText(value any, stack []byte) string {
	const enough = 4000
	text := string(stack)
	if at := strings.Index(text, "\npanic("); at >= 0 {
		text = text[at+1:]
	}
	if len(text) > enough {
		text = text[:enough] + "…"
	}
	return fmt.Sprintf("A bug in the extension: %v. The game goes on; please report it with these lines:\n%s", value, text)
}
