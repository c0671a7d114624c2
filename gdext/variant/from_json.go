package variant

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendVariant appends the Variant that the JSON text says, and returns the
// longer slice; on an error dst as it was.
//
// null, true and false become null and bools, a string a String, an array an
// Array and an object a Dictionary whose keys are Strings in the order of the
// text. Of equal keys Godot keeps the last value, in the place of the first.
//
// A number without fraction and exponent becomes an int, any other a float, as
// does an integer beyond 64 bits; what exceeds a float becomes ±INF, as in
// Godot's own parser. What a Godot String cannot hold (NUL, half a surrogate
// pair, bytes that are not UTF-8) becomes U+FFFD.
//
// The text must be one JSON value (RFC 8259) that nests no deeper than
// [MaxDepth]; else the error is a [*SyntaxError] with the offset in the text.
func AppendVariant(dst, json []byte) ([]byte, error) {
	// Typical messages double; with that much room at once, one allocation is
	// enough for them.
	p := parser{text: json, dst: slices.Grow(dst, 2*len(json)+16)}
	p.space()
	if err := p.value(0); err != nil {
		return dst, err
	}
	p.space()
	if p.pos < len(p.text) {
		return dst, p.unexpected("the end")
	}
	return p.dst, nil
}

// parser reads text from pos on and appends to dst what it read.
type parser struct {
	text []byte
	pos  int
	dst  []byte
}

func (p *parser) fail(problem string) error {
	return &SyntaxError{Form: "JSON", Offset: p.pos, Problem: problem}
}

func (p *parser) unexpected(wanted string) error {
	if p.pos >= len(p.text) {
		return p.fail("expected " + wanted + ", but the text ends")
	}
	r, _ := utf8.DecodeRune(p.text[p.pos:])
	return p.fail(fmt.Sprintf("expected %s, found %q", wanted, r))
}

// peek is the next byte, or 0 at the end: NUL is nowhere valid in JSON.
func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) space() {
	for p.pos < len(p.text) && p.text[p.pos] <= ' ' {
		switch p.text[p.pos] {
		case ' ', '\n', '\t', '\r':
			p.pos++
		default:
			return
		}
	}
}

func (p *parser) value(depth int) error {
	switch c := p.peek(); c {
	case '{':
		return p.object(depth + 1)
	case '[':
		return p.array(depth + 1)
	case '"':
		return p.string()
	case 't':
		p.dst = AppendBool(p.dst, true)
		return p.literal("true")
	case 'f':
		p.dst = AppendBool(p.dst, false)
		return p.literal("false")
	case 'n':
		p.dst = AppendNil(p.dst)
		return p.literal("null")
	default:
		if c == '-' || isDigit(c) {
			return p.number()
		}
		return p.unexpected("a value")
	}
}

func (p *parser) literal(word string) error {
	for i := range len(word) {
		if p.peek() != word[i] {
			return p.unexpected(word)
		}
		p.pos++
	}
	return nil
}

func (p *parser) object(depth int) error {
	start, err := p.open(Dictionary, depth)
	if err != nil {
		return err
	}
	if p.peek() == '}' {
		p.pos++
		return nil
	}
	for n := uint32(1); ; n++ {
		if p.peek() != '"' {
			return p.unexpected("a key")
		}
		if err := p.string(); err != nil {
			return err
		}
		p.space()
		if p.peek() != ':' {
			return p.unexpected("':'")
		}
		p.pos++
		p.space()
		if err := p.value(depth); err != nil {
			return err
		}
		if last, err := p.separator('}', "',' or '}'"); err != nil {
			return err
		} else if last {
			binary.LittleEndian.PutUint32(p.dst[start+4:], n)
			return nil
		}
	}
}

func (p *parser) array(depth int) error {
	start, err := p.open(Array, depth)
	if err != nil {
		return err
	}
	if p.peek() == ']' {
		p.pos++
		return nil
	}
	for n := uint32(1); ; n++ {
		if err := p.value(depth); err != nil {
			return err
		}
		if last, err := p.separator(']', "',' or ']'"); err != nil {
			return err
		} else if last {
			binary.LittleEndian.PutUint32(p.dst[start+4:], n)
			return nil
		}
	}
}

// separator passes what follows a member or an element: a comma, or the
// bracket that ends them.
func (p *parser) separator(end byte, wanted string) (last bool, err error) {
	p.space()
	switch p.peek() {
	case ',':
		p.pos++
		p.space()
		return false, nil
	case end:
		p.pos++
		return true, nil
	}
	return false, p.unexpected(wanted)
}

// open passes the bracket that begins an object or an array. Its count, at
// start+4, stays 0 until its end is reached.
func (p *parser) open(t Type, depth int) (start int, err error) {
	if depth > MaxDepth {
		return 0, p.fail(fmt.Sprintf("it nests deeper than %d levels", MaxDepth))
	}
	p.pos++
	p.space()
	start = len(p.dst)
	p.dst = appendWords(p.dst, uint32(t), 0)
	return start, nil
}

func isDigit(c byte) bool { return c-'0' < 10 }

// digits passes at least one digit.
func (p *parser) digits() error {
	if !isDigit(p.peek()) {
		return p.unexpected("a digit")
	}
	for isDigit(p.peek()) {
		p.pos++
	}
	return nil
}

func (p *parser) number() error {
	start, integer := p.pos, true
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' { // stands alone: the digits of 01 are a syntax error
		p.pos++
	} else if err := p.digits(); err != nil {
		return err
	}
	if p.peek() == '.' {
		integer = false
		p.pos++
		if err := p.digits(); err != nil {
			return err
		}
	}
	if p.peek()|0x20 == 'e' {
		integer = false
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if err := p.digits(); err != nil {
			return err
		}
	}
	text := string(p.text[start:p.pos])
	if integer {
		if v, err := strconv.ParseInt(text, 10, 64); err == nil {
			p.dst = AppendInt(p.dst, v)
			return nil
		}
	}
	// The one error left is ErrRange, and then f is ±Inf.
	f, _ := strconv.ParseFloat(text, 64)
	p.dst = AppendFloat(p.dst, f)
	return nil
}

// string reads a string, its quote being the next byte, into a String.
func (p *parser) string() error {
	p.pos++
	start := len(p.dst)
	p.dst = appendWords(p.dst, uint32(String), 0)
	for {
		run := p.pos
		p.pos = plainPrefix(p.text, p.pos)
		p.dst = append(p.dst, p.text[run:p.pos]...)
		switch c := p.peek(); {
		case c == '"':
			p.pos++
			p.dst = closeString(p.dst, start)
			return nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return err
			}
			p.dst = appendRune(p.dst, r)
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(p.text[p.pos:])
			p.pos += n
			p.dst = utf8.AppendRune(p.dst, r)
		case p.pos < len(p.text):
			return p.fail(fmt.Sprintf("control character %q in a string", c))
		default:
			return p.unexpected("the end of a string")
		}
	}
}

// escape reads an escape sequence; two of them if they are a surrogate pair.
func (p *parser) escape() (rune, error) {
	p.pos++
	c := p.peek()
	if c == 'u' {
		r, err := p.hex()
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		if p.pos+1 < len(p.text) && p.text[p.pos] == '\\' && p.text[p.pos+1] == 'u' {
			next := p.pos
			p.pos++
			low, err := p.hex()
			if err != nil {
				return 0, err
			}
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, nil
			}
			p.pos = next // a character of its own
		}
		return utf8.RuneError, nil
	}
	r := unescaped[c]
	if r == 0 {
		return 0, p.unexpected("an escape sequence")
	}
	p.pos++
	return rune(r), nil
}

var unescaped = [256]byte{
	'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

// hex reads the u of an escape sequence and its four digits.
func (p *parser) hex() (r rune, err error) {
	p.pos++
	for range 4 {
		c := p.peek()
		switch {
		case isDigit(c):
			r = r<<4 | rune(c-'0')
		case c|0x20-'a' < 6:
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, p.unexpected("a hexadecimal digit")
		}
		p.pos++
	}
	return r, nil
}

// plainPrefix is the end of the run of plain bytes in s that begins at i: those
// that are the same inside and outside of a JSON string, and a character each.
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
