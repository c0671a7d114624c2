// Package jsonscan reads JSON text (RFC 8259, in UTF-8) in one pass and without memory of its own. It is the project's one grammar of
// JSON: package core takes messages apart with it, and package variant makes values of Godot while it reads.
package jsonscan

import "unicode/utf8"

// Scanner reads Text from Pos on, value by value. After the first error, which [Scanner.Err] returns, it is at the end of the text,
// where no value begins: every loop ends, and callers check for the error once.
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
	Depth    int    // arrays and objects that are open; below 0 where some do not count
	MaxDepth int    // how many may be
	Part     string // what is being read, for errors
	Strict   bool   // refuses escapes of half a surrogate pair, which the grammar allows
	opened   bool   // the last token opened an array or an object
	err      error
}

// Kind passes white space and returns the first byte of the next value: '{', '[', '"', 't', 'f', 'n', '-' or a digit if that is a value,
// 0 at the end of the text.
func (s *Scanner) Kind() byte {
	s.Pos = space(s.Text, s.Pos)
	return s.byte(s.Pos)
}

// Begin enters the array or the object that open begins.
func (s *Scanner) Begin(open byte) {
	if s.Kind() != open {
		s.expected(s.Pos, "'"+string(open)+"'")
		return
	}
	s.Pos = s.enter(s.Pos)
	s.opened = s.err == nil
}

// More reports whether the array or object that end ends has another element, and leaves it if not.
func (s *Scanner) More(end byte) (more bool) {
	s.Pos, more = s.more(s.Pos, end, s.opened)
	s.opened = false
	return more
}

// Key reads the name that follows More, as String does, and the colon after it.
func (s *Scanner) Key() (quoted []byte, plain bool) {
	from := s.Pos
	end, plain, pos := s.key(from)
	s.Pos = pos
	return s.Text[from:end], plain
}

// String reads the string that Kind has found and returns it with its quotes. A plain one has no escapes; the text of others is for
// jsontext.AppendUnquote.
func (s *Scanner) String() (quoted []byte, plain bool) {
	from := s.Pos
	s.Pos, plain = s.string(from)
	return s.Text[from:s.Pos], plain
}

// Number reads the number that Kind has found and returns its text, and whether it has neither fraction nor exponent. It refuses what is
// not a value at all.
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

// End wants nothing more to follow.
func (s *Scanner) End() {
	if s.Kind(); s.Pos < len(s.Text) {
		s.expected(s.Pos, "the end")
	}
}

// Err returns the first error, of the text or of Fail.
func (s *Scanner) Err() error { return s.err }

// Fail ends the reading, with err if it is the first error.
func (s *Scanner) Fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.Pos, s.opened = len(s.Text), false
}

// byte returns the byte at an offset, 0 at the end of the text: NUL is nowhere valid in JSON.
func (s *Scanner) byte(at int) byte {
	if at < len(s.Text) {
		return s.Text[at]
	}
	return 0
}

// expected refuses what is at an offset.
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
