package gdext

import (
	"encoding/binary"
	"fmt"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// encoded is a value that is in the binary Variant form already.
type encoded []byte

// content is what a message carries, for the game: a value that was made when
// the message came, or one in the binary Variant form. The value is lent.
type content struct {
	made  *engine.Ref
	bytes encoded
}

// keep makes a reference to the value that outlives the message.
func (c content) keep() *engine.Ref {
	if c.made != nil {
		return c.made.Clone()
	}
	return engine.NewRef(c.bytes)
}

// arguments puts values into the binary Variant form, one behind the other; one
// of them may be a content that was made.
func arguments(values ...any) engine.Args {
	args := engine.Args{Count: len(values)}
	for _, value := range values {
		if c, ok := value.(content); ok {
			args = appendContent(args, c)
		} else {
			args.Bytes = appendValue(args.Bytes, value)
		}
	}
	return args
}

func appendContent(args engine.Args, c content) engine.Args {
	if c.made == nil {
		args.Bytes = append(args.Bytes, c.bytes...)
		return args
	}
	args.Bytes, args.Shared = engine.AppendShared(args.Bytes), c.made
	return args
}

// dictionary makes a Dictionary from alternating keys and values.
func dictionary(pairs ...any) encoded {
	b := variant.AppendDictionary(nil, len(pairs)/2)
	for _, part := range pairs {
		b = appendValue(b, part)
	}
	return b
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case nil:
		return variant.AppendNil(b)
	case bool:
		return variant.AppendBool(b, v)
	case int:
		return variant.AppendInt(b, int64(v))
	case int64:
		return variant.AppendInt(b, v)
	case float64:
		return variant.AppendFloat(b, v)
	case string:
		return variant.AppendString(b, v)
	case []int64:
		return appendInt32s(b, v)
	case encoded:
		return append(b, v...)
	}
	panic(fmt.Sprintf("gdext: no Variant for a %T", value))
}

// appendInt32s appends a PackedInt32Array.
func appendInt32s(b []byte, values []int64) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(engine.TypePackedInt32s))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(values)))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(v)))
	}
	return b
}

// readInt32s reads a PackedInt32Array.
func readInt32s(b []byte) []int64 {
	if len(b) < 8 {
		return nil
	}
	values := make([]int64, 0, len(b)/4-2)
	for at := 8; at+4 <= len(b); at += 4 {
		values = append(values, int64(int32(binary.LittleEndian.Uint32(b[at:]))))
	}
	return values
}

// Defaults of parameters and empty values.
var (
	emptyDictionary = dictionary()
	null            = variant.AppendNil(nil)
)

func intDefault(v int64) []byte     { return variant.AppendInt(nil, v) }
func boolDefault(v bool) []byte     { return variant.AppendBool(nil, v) }
func stringDefault(v string) []byte { return variant.AppendString(nil, v) }
