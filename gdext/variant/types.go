package variant

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Type is the type of a Variant, numbered as Godot's Variant.Type.
type Type uint8

// Godot's types, in its order. Only those that callers need to distinguish or can build are
// exported.
const (
	Nil Type = iota
	Bool
	Int
	Float
	String
	vector2
	vector2i
	rect2
	rect2i
	vector3
	vector3i
	transform2D
	vector4
	vector4i
	plane
	quaternion
	aabb
	basis
	transform3D
	projection
	color
	stringName
	nodePath
	rid
	object
	callable
	signal
	Dictionary
	Array
	PackedByteArray
	packedInt32Array
	packedInt64Array
	packedFloat32Array
	packedFloat64Array
	packedStringArray
	packedVector2Array
	packedVector3Array
	packedColorArray
	packedVector4Array
	typeCount
)

var typeNames = [typeCount]string{
	"Nil", "bool", "int", "float", "String",
	"Vector2", "Vector2i", "Rect2", "Rect2i", "Vector3", "Vector3i", "Transform2D", "Vector4", "Vector4i",
	"Plane", "Quaternion", "AABB", "Basis", "Transform3D", "Projection",
	"Color", "StringName", "NodePath", "RID", "Object", "Callable", "Signal", "Dictionary", "Array",
	"PackedByteArray", "PackedInt32Array", "PackedInt64Array", "PackedFloat32Array", "PackedFloat64Array",
	"PackedStringArray", "PackedVector2Array", "PackedVector3Array", "PackedColorArray", "PackedVector4Array",
}

// String returns the type's name as spelled in GDScript.
func (t Type) String() string {
	if t < typeCount {
		return typeNames[t]
	}
	return fmt.Sprintf("Type(%d)", uint8(t))
}

// WithArticle returns the type's name for use in a sentence: "an int", "a String", "null".
func (t Type) WithArticle() string {
	name := t.String()
	switch {
	case t == Nil:
		return "null"
	case strings.ContainsRune("aeiouAO", rune(name[0])):
		return "an " + name
	default:
		return "a " + name
	}
}

// The header word: the type in the low byte, flags from bit 16 on.
const (
	typeMask = 0xff
	// flag64 marks the 64-bit form of an int, a float, or (in engines built
	// with double precision) of the vector types.
	flag64 = 1 << 16
	// Two bits encode how the element type of a typed array is specified, and likewise the key and
	// value types of a typed dictionary.
	elementKindShift = 16
	keyKindShift     = 16
	valueKindShift   = 18
	kindMask         = 0b11
)

// How the element type of a typed container follows the header.
const (
	kindNone    = 0b00
	kindBuiltin = 0b01 // a 32-bit Type
	// The other kinds, 0b10 for a class and 0b11 for a script, are followed by a string.
)

// TypeOf returns the type of the value in variant. It reads only the header.
func TypeOf(variant []byte) (Type, error) {
	if len(variant) < 4 {
		return Nil, truncated(len(variant))
	}
	t := Type(variant[0])
	if t >= typeCount {
		return Nil, unknownType(t, 0)
	}
	return t, nil
}

// Number reads the int or float at the beginning of variant and returns the bytes after it.
func Number(variant []byte) (n float64, rest []byte, ok bool) {
	w := writer{in: variant}
	header, err := w.word()
	if err != nil {
		return 0, nil, false
	}
	switch header &^ flag64 {
	case uint32(Int):
		var v int64
		v, err = w.integer(header)
		n = float64(v)
	case uint32(Float):
		n, err = w.float(header)
	default:
		return 0, nil, false
	}
	return n, w.in[w.pos:], err == nil
}

// Bytes returns the content of a PackedByteArray as a slice of variant, not a copy.
func Bytes(variant []byte) ([]byte, error) {
	t, err := TypeOf(variant)
	if err != nil {
		return nil, err
	}
	if t != PackedByteArray {
		return nil, &SyntaxError{Problem: "expected a PackedByteArray, found " + t.WithArticle()}
	}
	if len(variant) < 8 {
		return nil, truncated(len(variant))
	}
	n := binary.LittleEndian.Uint32(variant[4:])
	if uint64(n) > uint64(len(variant)-8) {
		return nil, truncated(len(variant))
	}
	return variant[8 : 8+n : 8+n], nil
}
