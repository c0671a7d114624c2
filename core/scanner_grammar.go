package core

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// skip passes over one value, of which the first byte is the next one.
func (s *scanner) skip() {
	s.opened = false
	var c byte
	if s.at < len(s.text) {
		c = s.text[s.at]
	}
	switch c {
	case '"':
		s.skipString()
	case '{':
		s.skipObject()
	case '[':
		s.skipArray()
	case 't':
		s.skipLiteral("true")
	case 'f':
		s.skipLiteral("false")
	case 'n':
		s.skipLiteral("null")
	default:
		s.skipNumber()
	}
}

func (s *scanner) skipObject() {
	if s.enter(); s.err != nil {
		return
	}
	s.at++
	if s.space() == '}' {
		s.at++
		s.depth--
		return
	}
	for {
		if s.space() != '"' {
			s.unexpected()
			return
		}
		if s.skipString(); s.err != nil {
			return
		}
		if s.space() != ':' {
			s.unexpected()
			return
		}
		s.at++
		s.space()
		if s.skip(); s.err != nil {
			return
		}
		if done := s.skipComma('}'); done {
			return
		}
	}
}

func (s *scanner) skipArray() {
	if s.enter(); s.err != nil {
		return
	}
	s.at++
	if s.space() == ']' {
		s.at++
		s.depth--
		return
	}
	for {
		s.space()
		if s.skip(); s.err != nil {
			return
		}
		if done := s.skipComma(']'); done {
			return
		}
	}
}

// skipComma passes over what stands after an element, and tells whether there is no further one.
func (s *scanner) skipComma(shut byte) (done bool) {
	switch s.space() {
	case ',':
		s.at++
		return false
	case shut:
		s.at++
		s.depth--
	default:
		s.unexpected()
	}
	return true
}

func (s *scanner) skipLiteral(literal string) {
	if rest := s.text[s.at:]; len(rest) >= len(literal) && string(rest[:len(literal)]) == literal {
		s.at += len(literal)
		return
	}
	for s.at < len(s.text) && len(literal) > 0 && s.text[s.at] == literal[0] {
		s.at++
		literal = literal[1:]
	}
	s.unexpected()
}

func (s *scanner) skipNumber() {
	if s.at < len(s.text) && s.text[s.at] == '-' {
		s.at++
	}
	if s.at < len(s.text) && s.text[s.at] == '0' {
		s.at++
	} else if !s.skipDigits() {
		return
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		s.at++
		if !s.skipDigits() {
			return
		}
	}
	if s.at < len(s.text) && s.text[s.at]|0x20 == 'e' {
		s.at++
		if s.at < len(s.text) && (s.text[s.at] == '+' || s.text[s.at] == '-') {
			s.at++
		}
		s.skipDigits()
	}
}

// skipDigits passes over one digit or more.
func (s *scanner) skipDigits() bool {
	from := s.at
	for s.at < len(s.text) && s.text[s.at]-'0' <= 9 {
		s.at++
	}
	if s.at == from {
		s.unexpected()
	}
	return s.at > from
}

// skipString passes over a string, of which the opening quote is the next byte, and tells whether it has escapes.
func (s *scanner) skipString() (escaped bool) {
	for s.at++; ; {
		s.at += plainLength(s.text[s.at:])
		if s.at == len(s.text) {
			s.unexpected()
			return
		}
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			return
		case c == '\\':
			escaped = true
			s.skipEscape()
		case c < ' ':
			s.unexpected()
		default:
			r, size := utf8.DecodeRune(s.text[s.at:])
			if r == utf8.RuneError && size == 1 {
				s.err = errNotUTF8
			}
			s.at += size
		}
		if s.err != nil {
			return
		}
	}
}

// plainLength is how many bytes stand for themselves in a string, before the first that does not: a quote, a backslash, a control
// character, or one beyond ASCII. It looks at eight at a time.
func plainLength(text []byte) int {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	at := 0
	for ; at+8 <= len(text); at += 8 {
		v := binary.LittleEndian.Uint64(text[at:])
		// The high bit of a byte is set where it was set before, or where a subtraction went below zero. A byte may borrow from the
		// one above, so only the lowest is certain.
		if found := (v | (v - ' '*ones) | ((v ^ '"'*ones) - ones) | ((v ^ '\\'*ones) - ones)) & high; found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(text) && text[at] >= ' ' && text[at] < utf8.RuneSelf && text[at] != '"' && text[at] != '\\' {
		at++
	}
	return at
}

// skipEscape passes over what begins with a backslash.
func (s *scanner) skipEscape() {
	s.at++
	if s.at == len(s.text) {
		s.unexpected()
		return
	}
	switch s.text[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.at++
	case 'u':
		s.at++
		unit := s.hex()
		if !s.strict || s.err != nil || !utf16.IsSurrogate(unit) {
			return
		}
		if s.at+2 > len(s.text) || s.text[s.at] != '\\' || s.text[s.at+1] != 'u' {
			s.err = errHalfOfAPair
			return
		}
		s.at += 2
		if second := s.hex(); s.err == nil && utf16.DecodeRune(unit, second) == utf8.RuneError {
			s.err = errHalfOfAPair
		}
	default:
		s.unexpected()
	}
}

// hex reads the four digits of an escape.
func (s *scanner) hex() (unit rune) {
	for range 4 {
		var c byte
		if s.at < len(s.text) {
			c = s.text[s.at]
		}
		switch {
		case c-'0' <= 9:
			unit = unit<<4 | rune(c-'0')
		case c|0x20-'a' <= 5:
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			s.unexpected()
			return 0
		}
		s.at++
	}
	return unit
}
