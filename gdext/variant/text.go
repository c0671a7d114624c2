package variant

import (
	"math"
	"strconv"
)

// text writes the result of Godot's str() for the value whose header has been read. JSON.stringify
// uses it for types without a JSON form, and for keys.
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
			What:   t.WithArticle(),
			Reason: "it exists only inside the running game; send the fields that the server needs",
		}
	default:
		if t >= typeCount {
			return unknownType(t, w.pos-4)
		}
		return w.components(header)
	}
	return nil
}

// nestedText writes the next value as str() does inside a container: the string types are quoted
// and marked.
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
	return w.list(n, ", ", func() error { return w.nextNestedText(depth) })
}

func (w *writer) packedText(header uint32, depth int) error {
	n, err := w.count()
	if err != nil {
		return err
	}
	return w.list(n, ", ", func() error { return w.nestedText(elementHeader(header), depth) })
}

func (w *writer) bytesText() error {
	n, err := w.count()
	if err != nil {
		return err
	}
	err = w.list(n, ", ", func() error {
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

// nodePath writes the content of a NodePath, such as "/root/Player:position:x".
func (w *writer) nodePath() error {
	names, err := w.word()
	if err != nil {
		return err
	}
	if names>>31 == 0 { // the old form: the path as one string
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
	if flags&2 != 0 { // the old form, with a property separate from the subnames
		subnames++
	}
	if flags&1 != 0 {
		w.out = append(w.out, '/')
	}
	for i := range uint64(names) + uint64(subnames) {
		switch {
		case i >= uint64(names):
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

// appendCEscaped appends s with the escapes of str().
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
