//go:build !nativetransport

package core

import "context"

// Logger is what a socket writes its log to. Package log/slog, which other platforms use, would be a tenth of the program that a browser
// loads.
type Logger struct {
	IsEnabled func(Level) bool                                     // whether Write wants records of a level
	Write     func(level Level, message string, attributes ...any) // names and values in turn
}

// Level is how important a record of the log is, with the numbers of package log/slog.
type Level int

// The levels of this package's records.
const (
	LevelDebug Level = -4
	LevelInfo  Level = 0
	LevelWarn  Level = 4
)

// Enabled reports whether records of a level are wanted.
func (l *Logger) Enabled(_ context.Context, level Level) bool { return l.IsEnabled(level) }

// Log writes a record.
func (l *Logger) Log(_ context.Context, level Level, message string, attributes ...any) {
	l.Write(level, message, attributes...)
}
