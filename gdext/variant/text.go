package variant

import (
	"encoding/binary"
	"math"
	"strconv"
)

// text writes what Godot's str() gives for the value whose header has been
// read. JSON.stringify uses it for the types that JSON lacks, and for keys.
func (w *writer) text(header uint32, depth int) error {
	switch t := Type(header & typeMask); t {
	case Nil:
		w.out = append(w.out, "<null>"...)
	case Bool:
		v, err := w.word()
		if err != nil {
			return err
		}
		w.out = strconv.AppendBool(w.out, v != 0)
	case Int:
		v, err := w.integer(header)
		if err != nil {
			return err
		}
		w.out = strconv.AppendInt(w.out, v, 10)
	case Float:
		v, err := w.float(header)
		if err != nil {
			return err
		}
		w.out = appendReal(w.out, v, 64)
	case String, stringName:
		s, err := w.string()
		if err != nil {
			return err
		}
		w.out = append(w.out, s...)
	case nodePath:
		return w.nodePath()
	case Dictionary:
		return w.dictionaryText(header, depth+1)
	case Array:
		return w.arrayText(header, depth+1)
	case PackedByteArray:
		return w.bytesText()
	case packedInt32Array, packedInt64Array, packedFloat32Array, packedFloat64Array, packedStringArray,
		packedVector2Array, packedVector3Array, packedColorArray, packedVector4Array:
		return w.packedText(header, depth)
	case rid, object, callable, signal:
		return &UnsendableError{
			What:   article(t),
			Reason: "it means something only inside the running game; send the fields that the server needs",
		}
	default:
		if t >= typeCount {
			return unknownType(t, w.pos-4)
		}
		return w.components(header)
	}
	return nil
}

// nestedText writes the next value as str() does inside of a container: the
// kinds of string are quoted and marked.
func (w *writer) nestedText(header uint32, depth int) error {
	switch Type(header & typeMask) {
	case String:
	case stringName:
		w.out = append(w.out, '&')
	case nodePath:
		w.out = append(w.out, '^')
	default:
		return w.text(header, depth)
	}
	w.out = append(w.out, '"')
	start := len(w.out)
	if err := w.text(header, depth); err != nil {
		return err
	}
	w.escape(start, appendCEscaped)
	w.out = append(w.out, '"')
	return nil
}

func (w *writer) nextNestedText(depth int) error {
	header, err := w.word()
	if err != nil {
		return err
	}
	return w.nestedText(header, depth)
}

func (w *writer) dictionaryText(header uint32, depth int) error {
	n, err := w.open(header, depth)
	if err != nil {
		return err
	}
	w.out = append(w.out, "{ "...)
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ", "...)
		}
		if err := w.nextNestedText(depth); err != nil {
			return err
		}
		w.out = append(w.out, ": "...)
		if err := w.nextNestedText(depth); err != nil {
			return err
		}
	}
	w.out = append(w.out, " }"...)
	return nil
}

func (w *writer) arrayText(header uint32, depth int) error {
	n, err := w.open(header, depth)
	if err != nil {
		return err
	}
	return w.listText(n, func() error { return w.nextNestedText(depth) })
}

func (w *writer) packedText(header uint32, depth int) error {
	n, err := w.count()
	if err != nil {
		return err
	}
	return w.listText(n, func() error { return w.nestedText(elementHeader(header), depth) })
}

func (w *writer) bytesText() error {
	n, err := w.count()
	if err != nil {
		return err
	}
	err = w.listText(n, func() error {
		b, err := w.take(1)
		if err != nil {
			return err
		}
		w.out = strconv.AppendUint(w.out, uint64(b[0]), 10)
		return nil
	})
	if err != nil {
		return err
	}
	_, err = w.take(-n & 3)
	return err
}

func (w *writer) listText(n int, element func() error) error {
	w.out = append(w.out, '[')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ", "...)
		}
		if err := element(); err != nil {
			return err
		}
	}
	w.out = append(w.out, ']')
	return nil
}

// nodePath writes the content of a NodePath, as "/root/Player:position:x".
func (w *writer) nodePath() error {
	names, err := w.word()
	if err != nil {
		return err
	}
	if names>>31 == 0 { // the form of old: the path as one string
		w.pos -= 4
		s, err := w.string()
		if err != nil {
			return err
		}
		w.out = append(w.out, s...)
		return nil
	}
	names &= math.MaxInt32
	subnames, err := w.count()
	if err != nil {
		return err
	}
	flags, err := w.word()
	if err != nil {
		return err
	}
	if flags&2 != 0 { // the form of old, with a property apart from the subnames
		subnames++
	}
	if flags&1 != 0 {
		w.out = append(w.out, '/')
	}
	for i := range int(names) + subnames {
		switch {
		case i >= int(names):
			w.out = append(w.out, ':')
		case i > 0:
			w.out = append(w.out, '/')
		}
		s, err := w.string()
		if err != nil {
			return err
		}
		w.out = append(w.out, s...)
	}
	return nil
}

// The texts of the types that are a few numbers. A small letter stands for a
// component, 'a' for the first one in the binary form; all else is written as
// it is.
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
	// The binary form has the rows of a basis, the text its columns.
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

// components writes the content of a type that has a layout.
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

// appendReal appends a float as str() does: so many decimals that 15 digits are
// significant, or 7 of a 32-bit float, but no zeros at the end.
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

// appendFixed appends v with so many decimals less the zeros at their end, but
// one at least if any are asked for.
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

// appendCEscaped appends s with the escapes that str() uses.
func appendCEscaped(dst, s []byte) []byte {
	for _, c := range s {
		switch c {
		case '\\', '\'', '"':
			dst = append(dst, '\\', c)
		case '\a', '\b', '\t', '\n', '\v', '\f', '\r':
			dst = append(dst, '\\', "abtnvfr"[c-'\a'])
		default:
			dst = append(dst, c)
		}
	}
	return dst
}
