//go:build !js || nativetransport

package core

import (
	"context"
	"log/slog"
)

// Logger is what a socket writes its log to.
type Logger = slog.Logger

// Level is how important a record of the log is.
type Level = slog.Level

// The levels of this package's records.
const (
	LevelDebug = slog.LevelDebug
	LevelInfo  = slog.LevelInfo
	LevelWarn  = slog.LevelWarn
)

// NewLogger returns a Logger that asks isEnabled whether records of a level are wanted, and hands them to write: their attributes are names
// and values in turn.
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
