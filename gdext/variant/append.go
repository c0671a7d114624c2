package variant

import (
	"encoding/binary"
	"math"
	"strings"
	"unicode/utf8"
)

// AppendNil appends null.
func AppendNil(dst []byte) []byte {
	return appendWord(dst, uint32(Nil))
}

// AppendBool appends a bool.
func AppendBool(dst []byte, v bool) []byte {
	var word uint32
	if v {
		word = 1
	}
	return appendWords(dst, uint32(Bool), word)
}

// AppendInt appends an int, in the 32-bit form if it fits.
func AppendInt(dst []byte, v int64) []byte {
	if v == int64(int32(v)) {
		return appendWords(dst, uint32(Int), uint32(v))
	}
	return binary.LittleEndian.AppendUint64(appendWord(dst, uint32(Int)|flag64), uint64(v))
}

// AppendFloat appends a float, in the 32-bit form if that is exact.
func AppendFloat(dst []byte, v float64) []byte {
	if f := float32(v); float64(f) == v {
		return appendWords(dst, uint32(Float), math.Float32bits(f))
	}
	return binary.LittleEndian.AppendUint64(appendWord(dst, uint32(Float)|flag64), math.Float64bits(v))
}

// AppendString appends a String. What a Godot String cannot hold (a NUL, a byte that is not valid
// UTF-8) becomes U+FFFD.
func AppendString(dst []byte, v string) []byte {
	start := len(dst)
	dst = appendWords(dst, uint32(String), 0)
	if utf8.ValidString(v) && strings.IndexByte(v, 0) < 0 {
		dst = append(dst, v...)
	} else {
		for _, r := range v {
			dst = appendRune(dst, r)
		}
	}
	return closeString(dst, start)
}

// AppendDictionary appends the header of a Dictionary with n entries. The caller then appends n
// pairs of key and value. If two keys are equal, Godot keeps the later value.
func AppendDictionary(dst []byte, n int) []byte {
	return appendWords(dst, uint32(Dictionary), uint32(n))
}

// AppendArray appends the header of an Array. The caller then appends its n elements.
func AppendArray(dst []byte, n int) []byte {
	return appendWords(dst, uint32(Array), uint32(n))
}

// AppendDictionaries appends the header of an Array[Dictionary]. The caller then appends its n
// Dictionaries.
func AppendDictionaries(dst []byte, n int) []byte {
	return appendWord(appendWords(dst, uint32(Array)|kindBuiltin<<elementKindShift, uint32(Dictionary)), uint32(n))
}

// AppendBytes appends a PackedByteArray.
func AppendBytes(dst, data []byte) []byte {
	dst = appendWords(dst, uint32(PackedByteArray), uint32(len(data)))
	return appendPadding(append(dst, data...), len(data))
}

// AppendInt32s appends a PackedInt32Array.
func AppendInt32s[T int32 | int64](dst []byte, values []T) []byte {
	dst = appendWords(dst, uint32(packedInt32Array), uint32(len(values)))
	for _, v := range values {
		dst = appendWord(dst, uint32(v))
	}
	return dst
}

// AppendInt64s appends a PackedInt64Array.
func AppendInt64s(dst []byte, values []int64) []byte {
	dst = appendWords(dst, uint32(packedInt64Array), uint32(len(values)))
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(v))
	}
	return dst
}

// AppendStrings appends a PackedStringArray.
func AppendStrings(dst []byte, values []string) []byte {
	dst = appendWords(dst, uint32(packedStringArray), uint32(len(values)))
	for _, v := range values {
		start := len(dst)
		dst = AppendString(dst, v)
		dst = append(dst[:start], dst[start+4:]...) // without the type
	}
	return dst
}

func appendWord(dst []byte, w uint32) []byte {
	return binary.LittleEndian.AppendUint32(dst, w)
}

func appendWords(dst []byte, a, b uint32) []byte {
	return binary.LittleEndian.AppendUint64(dst, uint64(a)|uint64(b)<<32)
}

// appendPadding pads n bytes of content to a multiple of four.
func appendPadding(dst []byte, n int) []byte {
	end := len(dst) + -n&3
	return append(dst, 0, 0, 0)[:end]
}

// appendRune appends r as a Godot String can hold it. A NUL, which would end the String, is
// replaced.
func appendRune(dst []byte, r rune) []byte {
	if r == 0 {
		r = utf8.RuneError
	}
	return utf8.AppendRune(dst, r)
}

// closeString writes the length of the String that begins at start, once its text is known, and
// pads it.
func closeString(dst []byte, start int) []byte {
	n := len(dst) - start - 8
	binary.LittleEndian.PutUint32(dst[start+4:], uint32(n))
	return appendPadding(dst, n)
}
