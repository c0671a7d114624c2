// Package jsonscan reads JSON text (RFC 8259, in UTF-8) in one pass and without allocating memory.
// It is the project's only JSON grammar: package core splits messages with it, and package variant
// builds Godot values while it reads.
package jsonscan

import "unicode/utf8"

// Scanner reads Text from Pos on, value by value. After the first error, which [Scanner.Err]
// returns, it is at the end of the text, where no value begins. Every loop then ends, so callers
// need to check for the error only once.
//
//	s := jsonscan.Scanner{Text: text, MaxDepth: 512}
//	for s.Begin('{'); s.More('}'); {
//		key, plain := s.Key()
//		value := s.Skip()
//	}
//	s.End()
//	return s.Err()
type Scanner struct {
	Text     []byte
	Pos      int    // the next byte
	Depth    int    // open arrays and objects; negative if some do not count
	MaxDepth int    // maximum Depth
	Part     string // the part being read, for errors
	Strict   bool   // rejects escapes of half a surrogate pair, which the grammar allows
	opened   bool   // the last token opened an array or an object
	err      error
}

// Kind skips white space and returns the first byte of the next value: '{', '[', '"', 't', 'f',
// 'n', '-' or a digit. Any other byte does not begin a value; 0 means the end of the text.
func (s *Scanner) Kind() byte {
	s.Pos = space(s.Text, s.Pos)
	return s.byte(s.Pos)
}

// Begin enters the array or object that begins with open.
func (s *Scanner) Begin(open byte) {
	if s.Kind() != open {
		s.expected(s.Pos, "'"+string(open)+"'")
		return
	}
	s.Pos = s.enter(s.Pos)
	s.opened = s.err == nil
}

// More reports whether the array or object that ends with end has another element. If not, it
// leaves the array or object.
func (s *Scanner) More(end byte) (more bool) {
	s.Pos, more = s.more(s.Pos, end, s.opened)
	s.opened = false
	return more
}

// Key reads the name after More, as String does, and the colon after it.
func (s *Scanner) Key() (quoted []byte, plain bool) {
	from := s.Pos
	end, plain, pos := s.key(from)
	s.Pos = pos
	return s.Text[from:end], plain
}

// String reads the string that Kind has found and returns it with its quotes. A plain string has no
// escapes; pass others to jsontext.AppendUnquote to get the text.
func (s *Scanner) String() (quoted []byte, plain bool) {
	from := s.Pos
	s.Pos, plain = s.string(from)
	return s.Text[from:s.Pos], plain
}

// Number reads the number that Kind has found and returns its text. integer reports whether it has
// neither a fraction nor an exponent. Number rejects anything that is not a value.
func (s *Scanner) Number() (text []byte, integer bool) {
	from := s.Pos
	s.Pos, integer = s.number(from)
	return s.Text[from:s.Pos], integer
}

// Skip reads any one value and returns its text.
func (s *Scanner) Skip() []byte {
	s.Kind()
	from := s.Pos
	s.Pos = s.value(from)
	return s.Text[from:s.Pos]
}

// End requires the end of the text.
func (s *Scanner) End() {
	if s.Kind(); s.Pos < len(s.Text) {
		s.expected(s.Pos, "the end")
	}
}

// Err returns the first error, in the text or from Fail.
func (s *Scanner) Err() error { return s.err }

// Fail stops the scanner, with err if it is the first error.
func (s *Scanner) Fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.Pos, s.opened = len(s.Text), false
}

// byte returns the byte at an offset, 0 at the end of the text: a NUL is not valid anywhere in
// JSON.
func (s *Scanner) byte(at int) byte {
	if at < len(s.Text) {
		return s.Text[at]
	}
	return 0
}

// expected rejects the input at an offset.
func (s *Scanner) expected(at int, wanted string) int {
	if at >= len(s.Text) {
		return s.fail(at, "expected %s, but the text ends", wanted)
	}
	r, size := utf8.DecodeRune(s.Text[at:])
	if r == utf8.RuneError && size == 1 {
		return s.fail(at, "it is not UTF-8")
	}
	return s.fail(at, "expected %s, found %q", wanted, r)
}
