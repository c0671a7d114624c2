// Package zapcore is the part of zap that bears the types; see package zap.
package zapcore

import "io"

// A Level tells how much a record matters.
type Level int8

// The levels.
const (
	DebugLevel Level = iota - 1
	InfoLevel
	WarnLevel
	ErrorLevel
	DPanicLevel
	PanicLevel
	FatalLevel
)

// UnmarshalText takes any name, and leaves the level as it is.
func (*Level) UnmarshalText([]byte) error { return nil }

// A Field would be written after the message.
type Field struct{}

// WriteSyncer is where records would go.
type WriteSyncer interface {
	io.Writer
	Sync() error
}

// A LevelEncoder would write a level.
type LevelEncoder func(Level)

// CapitalColorLevelEncoder would write it in colour.
func CapitalColorLevelEncoder(Level) {}

// EncoderConfig is how records would look.
type EncoderConfig struct {
	EncodeLevel LevelEncoder
	TimeKey     string
}

// An Encoder would make text of records.
type Encoder struct{}

// NewConsoleEncoder would make text for a console.
func NewConsoleEncoder(EncoderConfig) Encoder { return Encoder{} }

// AddSync would write to w.
func AddSync(io.Writer) WriteSyncer { return nil }

// Lock would let one write at a time.
func Lock(w WriteSyncer) WriteSyncer { return w }

// A LevelEnabler tells what would be written.
type LevelEnabler interface{ Level() Level }

// Core would do the writing.
type Core struct{}

// NewCore gives the one there is.
func NewCore(Encoder, WriteSyncer, LevelEnabler) Core { return Core{} }
