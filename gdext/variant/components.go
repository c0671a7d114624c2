package variant

import (
	"encoding/binary"
	"math"
	"strconv"
)

// The text formats of the types that consist of a few numbers. A lower-case letter stands for a
// component, 'a' for the first one in the binary form; everything else is literal.
var layouts = [typeCount]string{
	vector2:     "(a, b)",
	vector2i:    "(a, b)",
	rect2:       "[P: (a, b), S: (c, d)]",
	rect2i:      "[P: (a, b), S: (c, d)]",
	vector3:     "(a, b, c)",
	vector3i:    "(a, b, c)",
	transform2D: "[X: (a, b), Y: (c, d), O: (e, f)]",
	vector4:     "(a, b, c, d)",
	vector4i:    "(a, b, c, d)",
	plane:       "[N: (a, b, c), D: d]",
	quaternion:  "(a, b, c, d)",
	aabb:        "[P: (a, b, c), S: (d, e, f)]",
	// The binary form contains a basis by rows, the text by columns.
	basis:       "[X: (a, d, g), Y: (b, e, h), Z: (c, f, i)]",
	transform3D: "[X: (a, d, g), Y: (b, e, h), Z: (c, f, i), O: (j, k, l)]",
	projection:  "[X: (a, b, c, d), Y: (e, f, g, h), Z: (i, j, k, l), W: (m, n, o, p)]",
	color:       "(a, b, c, d)",
}

var componentCounts = func() (counts [typeCount]int) {
	for t, layout := range layouts {
		for _, c := range []byte(layout) {
			if isComponent(c) {
				counts[t]++
			}
		}
	}
	return counts
}()

func isComponent(c byte) bool { return c-'a' < 16 }

// components writes the content of a type with an entry in layouts.
func (w *writer) components(header uint32) error {
	t := Type(header & typeMask)
	size, component := 4, appendFloat32
	switch t {
	case vector2i, rect2i, vector3i, vector4i:
		component = appendInt32
	case color:
		component = appendColor
	default:
		if header&flag64 != 0 {
			size, component = 8, appendFloat64
		}
	}
	b, err := w.take(size * componentCounts[t])
	if err != nil {
		return err
	}
	for _, c := range []byte(layouts[t]) {
		if isComponent(c) {
			w.out = component(w.out, b[size*int(c-'a'):])
		} else {
			w.out = append(w.out, c)
		}
	}
	return nil
}

func appendInt32(dst, b []byte) []byte {
	return strconv.AppendInt(dst, int64(int32(binary.LittleEndian.Uint32(b))), 10)
}

func appendFloat32(dst, b []byte) []byte {
	return appendReal(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 32)
}

func appendFloat64(dst, b []byte) []byte {
	return appendReal(dst, math.Float64frombits(binary.LittleEndian.Uint64(b)), 64)
}

func appendColor(dst, b []byte) []byte {
	return appendFixed(dst, float64(math.Float32frombits(binary.LittleEndian.Uint32(b))), 4)
}

// appendReal appends a float as str() does: with 15 significant digits, or 7 for a 32-bit float,
// and without trailing zeros.
func appendReal(dst []byte, v float64, bits int) []byte {
	if math.Abs(v) < 1<<63 && v == math.Trunc(v) {
		return append(strconv.AppendInt(dst, int64(v), 10), ".0"...)
	}
	decimals := 14
	if bits == 32 {
		decimals = 6
	}
	if abs := math.Abs(v); abs > 10 {
		magnitude := math.Log10(abs)
		if bits == 32 {
			magnitude = float64(float32(magnitude))
		}
		decimals -= int(math.Floor(magnitude))
	}
	if decimals < 0 { // an integer beyond 64 bits
		decimals = 1
	}
	return appendFixed(dst, v, decimals)
}

// appendFixed appends v with the given number of decimals, without trailing zeros. If the number is
// not 0, at least one decimal remains.
func appendFixed(dst []byte, v float64, decimals int) []byte {
	switch {
	case math.IsNaN(v):
		return append(dst, "nan"...)
	case math.IsInf(v, 1):
		return append(dst, "inf"...)
	case math.IsInf(v, -1):
		return append(dst, "-inf"...)
	}
	dst = strconv.AppendFloat(dst, v, 'f', decimals, 64)
	if decimals == 0 {
		return dst
	}
	for dst[len(dst)-1] == '0' && dst[len(dst)-2] != '.' {
		dst = dst[:len(dst)-1]
	}
	return dst
}
