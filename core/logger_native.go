//go:build !js || nativetransport

package core

import (
	"context"
	"log/slog"
)

// Logger is the destination of a socket's log.
type Logger = slog.Logger

// Level is the severity of a log record.
type Level = slog.Level

// The levels of this package's log records.
const (
	LevelDebug = slog.LevelDebug
	LevelInfo  = slog.LevelInfo
	LevelWarn  = slog.LevelWarn
)

// NewLogger returns a Logger that calls isEnabled to ask whether records of a level are wanted, and
// passes records to write. Attributes are names and values in turn.
func NewLogger(isEnabled func(Level) bool, write func(level Level, message string, attributes ...any)) *Logger {
	return slog.New(logHandler{isEnabled, write})
}

type logHandler struct {
	isEnabled func(Level) bool
	write     func(level Level, message string, attributes ...any)
}

func (h logHandler) Enabled(_ context.Context, level Level) bool { return h.isEnabled(level) }

func (h logHandler) Handle(_ context.Context, record slog.Record) error {
	attributes := make([]any, 0, 2*record.NumAttrs())
	record.Attrs(func(a slog.Attr) bool {
		attributes = append(attributes, a.Key, a.Value.Any())
		return true
	})
	h.write(record.Level, record.Message, attributes...)
	return nil
}

// WithAttrs and WithGroup are not used by this package.
func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h logHandler) WithGroup(string) slog.Handler      { return h }
