package variant

import (
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the JSON text of one Variant, given in the form of var_to_bytes, and returns
// the extended slice. On an error it returns dst unchanged.
//
// The text is the same as that of Godot's JSON.stringify, so that a game which used it sends the
// same. A type without a JSON form is sent as the string that str() returns, a Vector2 as "(1.0,
// 2.0)". On every engine these are the texts of Godot 4.6. Packed arrays of numbers and strings
// become arrays; the others (bytes, vectors, colors) also become str() strings, and so do keys that
// are not strings.
//
// It differs where JSON.stringify loses something: floats have all the digits that they need and
// never look like an int, and every control character is escaped. Values that would arrive as
// something else are rejected with an [*UnsendableError] that names the value and its path: NaN and
// infinity, Object, Callable, Signal and RID, and everything nested deeper than [MaxDepth]. (Inside
// a vector, NaN and infinity are part of its text.)
//
// If the bytes are not a Variant, the error is a [*SyntaxError].
func AppendJSON(dst, variant []byte) ([]byte, error) {
	w := writer{in: variant, out: slices.Grow(dst, len(variant))}
	if err := w.value(0); err != nil {
		return dst, err
	}
	if w.pos < len(w.in) {
		return dst, &SyntaxError{Offset: w.pos, Problem: "there is more after its end"}
	}
	return w.out, nil
}

// writer reads in from pos on and appends the text to out.
type writer struct {
	in      []byte
	pos     int
	out     []byte
	scratch []byte // the text being escaped
}

func (w *writer) take(n int) ([]byte, error) {
	if n > len(w.in)-w.pos {
		return nil, truncated(len(w.in))
	}
	b := w.in[w.pos : w.pos+n]
	w.pos += n
	return b, nil
}

func (w *writer) word() (uint32, error) {
	b, err := w.take(4)
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(b), nil
}

// count reads a number of elements or bytes.
func (w *writer) count() (int, error) {
	n, err := w.word()
	if err == nil && n > math.MaxInt32 {
		err = truncated(len(w.in))
	}
	return int(n & math.MaxInt32), err
}

// integer reads the content of an int.
func (w *writer) integer(header uint32) (int64, error) {
	if header&flag64 == 0 {
		v, err := w.word()
		return int64(int32(v)), err
	}
	b, err := w.take(8)
	if err != nil {
		return 0, err
	}
	return int64(binary.LittleEndian.Uint64(b)), nil
}

// float reads the content of a float.
func (w *writer) float(header uint32) (float64, error) {
	if header&flag64 == 0 {
		v, err := w.word()
		return float64(math.Float32frombits(v)), err
	}
	v, err := w.integer(header)
	return math.Float64frombits(uint64(v)), err
}

// string reads the content of a string and its padding. The strings of a PackedStringArray end with
// a NUL, which is counted but is not part of the text.
func (w *writer) string() ([]byte, error) {
	n, err := w.count()
	if err != nil {
		return nil, err
	}
	s, err := w.take(n)
	if err != nil {
		return nil, err
	}
	if _, err := w.take(-n & 3); err != nil {
		return nil, err
	}
	if n > 0 && s[n-1] == 0 {
		s = s[:n-1]
	}
	return s, nil
}

// value writes the next value.
func (w *writer) value(depth int) error {
	header, err := w.word()
	if err != nil {
		return err
	}
	return w.content(header, depth)
}

// content writes the value whose header has been read.
func (w *writer) content(header uint32, depth int) error {
	switch t := Type(header & typeMask); t {
	case Nil:
		w.out = append(w.out, "null"...)
	case Bool, Int:
		return w.text(header, depth)
	case Float:
		v, err := w.float(header)
		if err != nil {
			return err
		}
		return w.number(v)
	case String, stringName:
		s, err := w.string()
		if err != nil {
			return err
		}
		w.out = append(appendEscaped(append(w.out, '"'), s), '"')
	case Dictionary:
		return w.dictionary(header, depth+1)
	case Array:
		return w.array(header, depth+1)
	case packedInt32Array, packedInt64Array, packedFloat32Array, packedFloat64Array, packedStringArray:
		return w.packed(header, depth)
	default:
		return w.quoted(header, depth)
	}
	return nil
}

func (w *writer) dictionary(header uint32, depth int) error {
	n, err := w.open(header, depth)
	if err != nil {
		return err
	}
	w.out = append(w.out, '{')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		start := len(w.out)
		if err := w.key(depth); err != nil {
			return Within(err, EntryStep(i, true))
		}
		end := len(w.out)
		w.out = append(w.out, ':')
		if err := w.value(depth); err != nil {
			return Within(err, KeyStep(w.out[start+1:end-1]))
		}
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *writer) key(depth int) error {
	header, err := w.word()
	if err != nil {
		return err
	}
	if t := Type(header & typeMask); t == String || t == stringName {
		return w.content(header, depth)
	}
	return w.quoted(header, depth)
}

// quoted writes a value's text as a string.
func (w *writer) quoted(header uint32, depth int) error {
	w.out = append(w.out, '"')
	start := len(w.out)
	if err := w.text(header, depth); err != nil {
		return err
	}
	if plainPrefix(w.out, start) < len(w.out) {
		w.escape(start, appendEscaped)
	}
	w.out = append(w.out, '"')
	return nil
}

// escape replaces the output since start with its escaped form.
func (w *writer) escape(start int, appendEscapes func(dst, s []byte) []byte) {
	w.scratch = append(w.scratch[:0], w.out[start:]...)
	w.out = appendEscapes(w.out[:start], w.scratch)
}

func (w *writer) array(header uint32, depth int) error {
	n, err := w.open(header, depth)
	if err != nil {
		return err
	}
	return w.list(n, ",", func() error { return w.value(depth) })
}

func (w *writer) packed(header uint32, depth int) error {
	n, err := w.count()
	if err != nil {
		return err
	}
	return w.list(n, ",", func() error { return w.content(elementHeader(header), depth) })
}

// list writes n elements in brackets.
func (w *writer) list(n int, separator string, element func() error) error {
	w.out = append(w.out, '[')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, separator...)
		}
		if err := element(); err != nil {
			return Within(err, IndexStep(i))
		}
	}
	w.out = append(w.out, ']')
	return nil
}

// open reads the header of an Array or a Dictionary and returns the element count. It skips the
// element types of typed containers, which add nothing to the elements' own types.
func (w *writer) open(header uint32, depth int) (int, error) {
	t := Type(header & typeMask)
	if depth > MaxDepth {
		return 0, TooDeep(t)
	}
	kinds := [2]uint32{header >> elementKindShift & kindMask, kindNone}
	if t == Dictionary {
		kinds = [2]uint32{header >> keyKindShift & kindMask, header >> valueKindShift & kindMask}
	}
	for _, kind := range kinds {
		var err error
		switch kind {
		case kindNone:
		case kindBuiltin:
			_, err = w.word()
		default:
			_, err = w.string()
		}
		if err != nil {
			return 0, err
		}
	}
	n, err := w.word()
	return int(n & math.MaxInt32), err // the top bit once meant "shared"
}

// elementHeader returns the header that an element of a packed array would have as a separate
// value.
func elementHeader(packed uint32) uint32 {
	switch Type(packed & typeMask) {
	case packedInt32Array:
		return uint32(Int)
	case packedInt64Array:
		return uint32(Int) | flag64
	case packedFloat32Array:
		return uint32(Float)
	case packedFloat64Array:
		return uint32(Float) | flag64
	case packedStringArray:
		return uint32(String)
	case packedVector2Array:
		return uint32(vector2) | packed&flag64
	case packedVector3Array:
		return uint32(vector3) | packed&flag64
	case packedVector4Array:
		return uint32(vector4) | packed&flag64
	default:
		return uint32(color)
	}
}

// number writes a float with as many digits as are needed to read the same float again, in a form
// that is recognizable as a float.
func (w *writer) number(v float64) error {
	if math.IsNaN(v) {
		return &UnsendableError{What: "NaN", Reason: "JSON has no NaN; send null or a number"}
	}
	if math.IsInf(v, 0) {
		return &UnsendableError{What: "INF", Reason: "JSON has no infinity; send null or a number"}
	}
	if abs := math.Abs(v); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		w.out = strconv.AppendFloat(w.out, v, 'e', -1, 64)
		return nil
	}
	w.out = strconv.AppendFloat(w.out, v, 'f', -1, 64)
	if v == math.Trunc(v) {
		w.out = append(w.out, ".0"...)
	}
	return nil
}

const hexDigits = "0123456789abcdef"

// appendEscaped appends s as the content of a JSON string, without the quotes.
func appendEscaped(dst, s []byte) []byte {
	for i := 0; ; {
		run := i
		i = plainPrefix(s, i)
		dst = append(dst, s[run:i]...)
		if i == len(s) {
			return dst
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		}
		i++
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&0xf])
		}
	}
}

// plainPrefix returns the end of the run of plain bytes in s that begins at i: bytes that are one
// character each and are not escaped in a JSON string.
func plainPrefix(s []byte, i int) int {
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

var plain = func() (table [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		table[c] = c != '"' && c != '\\'
	}
	return table
}()
