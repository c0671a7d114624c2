package jsonscan

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// The grammar. These functions read from at on and return the offset after what they have read.
// After an error they return the end of the text, where nothing else can begin, so the first error
// stops all of them. They pass offsets instead of storing them in the Scanner, which is faster by a
// quarter.

// value skips any one value.
func (s *Scanner) value(at int) int {
	if at < len(s.Text) {
		switch c := s.Text[at]; c {
		case '"':
			at, _ = s.string(at)
			return at
		case '{', '[':
			return s.elements(at, c)
		case 't':
			return s.literal(at, "true")
		case 'f':
			return s.literal(at, "false")
		case 'n':
			return s.literal(at, "null")
		}
	}
	at, _ = s.number(at)
	return at
}

// elements skips the array or object that begins with open.
func (s *Scanner) elements(at int, open byte) int {
	text, end := s.Text, open+2 // in ASCII, for both kinds
	at, more := s.more(s.enter(at), end, true)
	for more {
		if open == '{' {
			_, _, at = s.key(at)
		}
		at = s.value(at)
		if at < len(text) && text[at] == ',' { // like more, without a call
			at = space(text, at+1)
			continue
		}
		at, more = s.more(at, end, false)
	}
	return at
}

// enter skips the opening bracket of an array or object.
func (s *Scanner) enter(at int) int {
	if s.Depth++; s.Depth > s.MaxDepth {
		return s.fail(at, "it is nested deeper than %d levels", s.MaxDepth)
	}
	return at + 1
}

// more skips the separator before the next element: a comma, except before the first element. If
// there is no element, it skips the closing bracket.
func (s *Scanner) more(at int, end byte, first bool) (int, bool) {
	text := s.Text
	at = space(text, at)
	if at < len(text) && text[at] == end {
		s.Depth--
		return at + 1, false
	}
	if first {
		return at, true
	}
	if at < len(text) && text[at] == ',' {
		return space(text, at+1), true
	}
	return s.expected(at, "',' or '"+string(end)+"'"), false
}

// key skips a member's name and the colon after it.
func (s *Scanner) key(at int) (keyEnd int, plain bool, end int) {
	text := s.Text
	if at >= len(text) || text[at] != '"' {
		at = s.expected(at, "a key")
		return at, false, at
	}
	keyEnd, plain = s.string(at)
	if at = space(text, keyEnd); at >= len(text) || text[at] != ':' {
		return keyEnd, plain, s.expected(at, "':'")
	}
	return keyEnd, plain, space(text, at+1)
}

// space skips white space, if there is any.
func space(text []byte, at int) int {
	const spaces uint64 = 1<<' ' | 1<<'\n' | 1<<'\r' | 1<<'\t'
	for at < len(text) && text[at] <= ' ' && spaces>>text[at]&1 != 0 {
		at++
	}
	return at
}

func (s *Scanner) literal(at int, word string) int {
	if end := at + len(word); end <= len(s.Text) && string(s.Text[at:end]) == word {
		return end
	}
	for i := 0; s.byte(at) == word[i]; i++ {
		at++
	}
	return s.expected(at, word)
}

func (s *Scanner) number(at int) (end int, integer bool) {
	text := s.Text
	if at >= len(text) || text[at] != '-' && text[at]-'0' > 9 {
		return s.expected(at, "a value"), false
	}
	if text[at] == '-' {
		at++
	}
	if end = digits(text, at); end == at {
		return s.expected(at, "a digit"), false
	}
	if text[at] == '0' { // only on its own: 01 is a syntax error
		end = at + 1
	}
	integer = true
	if at = end; at < len(text) && text[at] == '.' {
		at, integer = at+1, false
		if end = digits(text, at); end == at {
			return s.expected(at, "a digit"), false
		}
	}
	if at = end; at < len(text) && text[at]|0x20 == 'e' {
		if at, integer = at+1, false; at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		if end = digits(text, at); end == at {
			return s.expected(at, "a digit"), false
		}
	}
	return end, integer
}

// digits skips digits, if there are any.
func digits(text []byte, at int) int {
	for at < len(text) && text[at]-'0' <= 9 {
		at++
	}
	return at
}

func (s *Scanner) string(at int) (end int, plain bool) {
	text := s.Text
	plain = true
	for at++; ; {
		// Eight bytes at a time; most strings are shorter.
		for at+8 <= len(text) {
			special := specialBytes(binary.LittleEndian.Uint64(text[at:]))
			if special != 0 {
				at += bits.TrailingZeros64(special) / 8
				break
			}
			at += 8
		}
		if at >= len(text) {
			return s.expected(at, "the end of a string"), false
		}
		switch c := text[at]; {
		case c == '"':
			return at + 1, plain
		case c == '\\':
			at, plain = s.escape(at+1), false
		case c < ' ':
			return s.fail(at, "control character %q in a string", c), false
		case c < utf8.RuneSelf:
			at++
		default:
			r, size := utf8.DecodeRune(text[at:])
			if r == utf8.RuneError && size == 1 {
				return s.fail(at, "it is not UTF-8"), false
			}
			at += size
		}
	}
}

// specialBytes marks the bytes that are not literal in a string: quotes, backslashes, control
// characters and non-ASCII bytes. The mark is the high bit of each of the eight bytes. Only the
// lowest mark is certain: a subtraction that goes below zero marks its byte and borrows from the
// higher ones.
func specialBytes(eight uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	return (eight | (eight - ' '*ones) | ((eight ^ '"'*ones) - ones) | ((eight ^ '\\'*ones) - ones)) & high
}

// escape skips the characters after a backslash. For a surrogate pair it skips both escapes.
func (s *Scanner) escape(at int) int {
	switch s.byte(at) {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return at + 1
	case 'u':
	default:
		return s.expected(at, "an escape sequence")
	}
	unit, at := s.hex(at + 1)
	if !s.Strict || !utf16.IsSurrogate(unit) {
		return at
	}
	if s.byte(at) == '\\' && s.byte(at+1) == 'u' {
		var second rune
		if second, at = s.hex(at + 2); utf16.DecodeRune(unit, second) != utf8.RuneError {
			return at
		}
	}
	return s.fail(at, "an escape of half a surrogate pair")
}

// hex reads the four digits of an escape.
func (s *Scanner) hex(at int) (unit rune, end int) {
	for end = at + 4; at < end; at++ {
		switch c := s.byte(at); {
		case c-'0' <= 9:
			unit = unit<<4 | rune(c-'0')
		case c|0x20-'a' <= 5:
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, s.expected(at, "a hexadecimal digit")
		}
	}
	return unit, end
}
