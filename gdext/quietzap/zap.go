// Package zap takes the place of the logger that godot-go brings along (go.mod says so): it has of zap what godot-go's pkg/log and pkg/ffi
// name, and writes nothing. godot-go logs each of its calls, which is not for a game to see; and zap with the JSON encoder behind it would
// be a tenth of the library.
package zap

import (
	"fmt"

	"go.uber.org/zap/zapcore"
)

// WarnLevel is where logging would begin.
const WarnLevel = zapcore.WarnLevel

// A Field would be written after the message.
type Field = zapcore.Field

// String is a field.
func String(string, string) Field { return Field{} }

// AtomicLevel keeps the level that it is given.
type AtomicLevel struct{ level *zapcore.Level }

// NewAtomicLevelAt begins with a level.
func NewAtomicLevelAt(level zapcore.Level) AtomicLevel { return AtomicLevel{&level} }

// SetLevel replaces the level.
func (a AtomicLevel) SetLevel(level zapcore.Level) { *a.level = level }

// Level is the latest.
func (a AtomicLevel) Level() zapcore.Level { return *a.level }

// NewProductionEncoderConfig is how records would look.
func NewProductionEncoderConfig() zapcore.EncoderConfig { return zapcore.EncoderConfig{} }

// An Option would change what is written.
type Option struct{}

// AddCaller would write who logs.
func AddCaller() Option { return Option{} }

// AddCallerSkip would write who calls that.
func AddCallerSkip(int) Option { return Option{} }

// AddStacktrace would write the stack.
func AddStacktrace(zapcore.Level) Option { return Option{} }

// A Logger writes nothing.
type Logger struct{}

// New gives the one logger there is.
func New(zapcore.Core, ...Option) *Logger { return nil }

// Debug does nothing.
func (*Logger) Debug(string, ...Field) {}

// Info does nothing.
func (*Logger) Info(string, ...Field) {}

// Warn does nothing.
func (*Logger) Warn(string, ...Field) {}

// Error does nothing.
func (*Logger) Error(string, ...Field) {}

// Panic panics, as its callers expect not to go on.
func (*Logger) Panic(message string, _ ...Field) { panic(fmt.Sprintf("godot-go: %s", message)) }

// Fatal panics rather than to end a game.
func (l *Logger) Fatal(message string, fields ...Field) { l.Panic(message, fields...) }

// Sync has nothing to write out.
func (*Logger) Sync() error { return nil }
