package gdext

import (
	"encoding/binary"
	"fmt"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// encoded is a value that is in the binary Variant form already.
type encoded []byte

// Size counts against core's limit of what waits.
func (e encoded) Size() int { return cap(e) }

// arguments puts values into the binary Variant form, one behind the other.
func arguments(values ...any) []byte {
	var b []byte
	for _, value := range values {
		b = appendValue(b, value)
	}
	return b
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
