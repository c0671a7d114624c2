package signals

import (
	"fmt"

	"phoenixchannels/gdext/variant"
)

// Encoded is a value in the binary Variant form.
type Encoded []byte

// Empty values.
var (
	EmptyDictionary = Dictionary()
	Null            = Encoded(variant.AppendNil(nil))
)

// Dictionary returns a Dictionary of alternating keys and values.
func Dictionary(pairs ...any) Encoded {
	b := variant.AppendDictionary(nil, len(pairs)/2)
	for _, part := range pairs {
		b = Append(b, part)
	}
	return b
}

// Append appends a value of a type that signals use.
func Append(b []byte, value any) []byte {
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
		return variant.AppendInt32s(b, v)
	case Encoded:
		return append(b, v...)
	}
	panic(fmt.Sprintf("signals: no Variant for a %T", value))
}
