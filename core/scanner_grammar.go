package core

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// These methods find where something ends that begins at at: the offset of the byte after it. After an error that is the end of the text,
// where nothing else can begin, so that the first error stops all of them.

// valueEnd is the end of any one value.
func (s *scanner) valueEnd(at int) int {
	if at >= len(s.text) {
		return s.unexpected(at)
	}
	switch s.text[at] {
	case '"':
		return s.stringEnd(at)
	case '{':
		return s.objectEnd(at)
	case '[':
		return s.arrayEnd(at)
	case 't':
		return s.literalEnd(at, "true")
	case 'f':
		return s.literalEnd(at, "false")
	case 'n':
		return s.literalEnd(at, "null")
	}
	return s.numberEnd(at)
}

func (s *scanner) objectEnd(at int) int {
	text := s.text
	s.enter()
	at = spaceEnd(text, at+1)
	for first := true; ; first = false {
		if s.err != nil {
			return len(text)
		}
		if first && at < len(text) && text[at] == '}' {
			break
		}
		if at >= len(text) || text[at] != '"' {
			return s.unexpected(at)
		}
		at = spaceEnd(text, s.stringEnd(at))
		if at >= len(text) || text[at] != ':' {
			return s.unexpected(at)
		}
		at = spaceEnd(text, s.valueEnd(spaceEnd(text, at+1)))
		if at < len(text) && text[at] == '}' {
			break
		}
		if at >= len(text) || text[at] != ',' {
			return s.unexpected(at)
		}
		at = spaceEnd(text, at+1)
	}
	s.depth--
	return at + 1
}

func (s *scanner) arrayEnd(at int) int {
	text := s.text
	s.enter()
	at = spaceEnd(text, at+1)
	for first := true; ; first = false {
		if s.err != nil {
			return len(text)
		}
		if first && at < len(text) && text[at] == ']' {
			break
		}
		at = spaceEnd(text, s.valueEnd(at))
		if at < len(text) && text[at] == ']' {
			break
		}
		if at >= len(text) || text[at] != ',' {
			return s.unexpected(at)
		}
		at = spaceEnd(text, at+1)
	}
	s.depth--
	return at + 1
}

// enter counts an array or object that begins.
func (s *scanner) enter() {
	if s.depth++; s.depth > s.maxDepth {
		s.tooDeep()
	}
}

func (s *scanner) tooDeep() { s.fail(errTooDeep) }

var errTooDeep = fmt.Errorf("it nests deeper than %d levels", maxDepth)

// checkDepth refuses JSON text that nests too deep. It takes no notice of other faults.
func checkDepth(text []byte) error {
	if len(text) <= 2*maxDepth { // each level takes two bytes
		return nil
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[', '{':
			if depth++; depth > maxDepth {
				return errTooDeep
			}
		case ']', '}':
			depth--
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return nil
}

// spaceEnd is the end of white space, of which there may be none.
func spaceEnd(text []byte, at int) int {
	const spaces = 1<<' ' | 1<<'\n' | 1<<'\r' | 1<<'\t'
	for at < len(text) && text[at] <= ' ' && spaces>>text[at]&1 != 0 {
		at++
	}
	return at
}

func (s *scanner) literalEnd(at int, literal string) int {
	if end := at + len(literal); end <= len(s.text) && string(s.text[at:end]) == literal {
		return end
	}
	for at < len(s.text) && len(literal) > 0 && s.text[at] == literal[0] {
		at, literal = at+1, literal[1:]
	}
	return s.unexpected(at)
}

func (s *scanner) numberEnd(at int) int {
	text := s.text
	if text[at] == '-' {
		at++
	}
	if at < len(text) && text[at] == '0' {
		at++
	} else {
		at = s.digitsEnd(at)
	}
	if at < len(text) && text[at] == '.' {
		at = s.digitsEnd(at + 1)
	}
	if at < len(text) && text[at]|0x20 == 'e' {
		if at++; at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		at = s.digitsEnd(at)
	}
	return at
}

// digitsEnd is the end of digits, of which there has to be one.
func (s *scanner) digitsEnd(at int) int {
	from := at
	for at < len(s.text) && s.text[at]-'0' <= 9 {
		at++
	}
	if at == from {
		return s.unexpected(at)
	}
	return at
}

// stringEnd is the end of a string, from its opening quote to after the closing one. It notes in escaped when there are escapes.
func (s *scanner) stringEnd(at int) int {
	text := s.text
	for at++; ; {
		// Eight bytes at a time: most strings are shorter.
		for at+8 <= len(text) {
			special := specialBytes(binary.LittleEndian.Uint64(text[at:]))
			if special != 0 {
				at += bits.TrailingZeros64(special) / 8
				break
			}
			at += 8
		}
		if at >= len(text) {
			return s.unexpected(at)
		}
		switch c := text[at]; {
		case c == '"':
			return at + 1
		case c == '\\':
			s.escaped = true
			at = s.escapeEnd(at)
		case c < ' ':
			return s.unexpected(at)
		case c < utf8.RuneSelf:
			at++
		default:
			r, size := utf8.DecodeRune(text[at:])
			if r == utf8.RuneError && size == 1 {
				return s.unexpected(at)
			}
			at += size
		}
	}
}

// specialBytes marks what does not stand for itself in a string: quotes, backslashes, control characters and what is beyond ASCII. Of
// each of the eight bytes it is the high bit, and only the lowest mark is certain: a subtraction that goes below zero marks its byte, and
// borrows from those above.
func specialBytes(eight uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	return (eight | (eight - ' '*ones) | ((eight ^ '"'*ones) - ones) | ((eight ^ '\\'*ones) - ones)) & high
}

// escapeEnd is the end of what begins with a backslash.
func (s *scanner) escapeEnd(at int) int {
	if at++; at >= len(s.text) {
		return s.unexpected(at)
	}
	switch s.text[at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return at + 1
	case 'u':
	default:
		return s.unexpected(at)
	}
	unit, at := s.hex(at + 1)
	if !s.strict || !utf16.IsSurrogate(unit) {
		return at
	}
	if at+2 <= len(s.text) && s.text[at] == '\\' && s.text[at+1] == 'u' {
		var second rune
		if second, at = s.hex(at + 2); utf16.DecodeRune(unit, second) != utf8.RuneError {
			return at
		}
	}
	return s.fail(errHalfOfAPair)
}

// hex reads the four digits of an escape.
func (s *scanner) hex(at int) (unit rune, end int) {
	for end = at + 4; at < end; at++ {
		var c byte
		if at < len(s.text) {
			c = s.text[at]
		}
		switch {
		case c-'0' <= 9:
			unit = unit<<4 | rune(c-'0')
		case c|0x20-'a' <= 5:
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, s.unexpected(at)
		}
	}
	return unit, end
}
