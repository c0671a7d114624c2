//go:build !js || nativetransport

package core

import "log/slog"

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
