//go:build !nativetransport

package core

import "context"

// Logger is the destination of a socket's log. Package log/slog, which other platforms use, would
// be a tenth of the program that a browser loads.
type Logger struct {
	isEnabled func(Level) bool
	write     func(level Level, message string, attributes ...any)
}

// Level is the severity of a log record, with the numbers of package log/slog.
type Level int

// The levels of this package's log records.
const (
	LevelDebug Level = -4
	LevelInfo  Level = 0
	LevelWarn  Level = 4
)

// NewLogger returns a Logger that calls isEnabled to ask whether records of a level are wanted, and
// passes records to write. Attributes are names and values in turn.
func NewLogger(isEnabled func(Level) bool, write func(level Level, message string, attributes ...any)) *Logger {
	return &Logger{isEnabled, write}
}

// Enabled reports whether records of a level are wanted.
func (l *Logger) Enabled(_ context.Context, level Level) bool { return l.isEnabled(level) }

// Log writes a record.
func (l *Logger) Log(_ context.Context, level Level, message string, attributes ...any) {
	l.write(level, message, attributes...)
}
