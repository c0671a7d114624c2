package core

import (
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// scanner reads JSON text once, from its beginning to its end. On the way it checks the grammar, the encoding and the nesting, and hands
// out the parts that are asked for as slices of the text. So a message costs one pass and no memory. It keeps the first error and then
// does nothing more.
type scanner struct {
	text     []byte
	at       int  // the next byte
	depth    int  // arrays and objects that are open
	maxDepth int  // how many may be
	strict   bool // refuses escapes of half a surrogate pair, which the grammar allows
	opened   bool // the last token opened an array or an object
	escaped  bool // a string had escapes
	err      error
}

var (
	errNotUTF8     = errors.New("not UTF-8")
	errHalfOfAPair = errors.New("an escape of half a surrogate pair")
)

// begin enters an array or an object.
func (s *scanner) begin(open byte) {
	if s.err != nil {
		return
	}
	switch c := s.space(); {
	case s.at == len(s.text) && s.depth == 0:
		s.err = errors.New("it is empty")
	case c == open:
		s.at++
		s.enter()
		s.opened = true
	case startsValue[c]:
		s.err = fmt.Errorf("%v where %v should be", kindOf(c), jsontext.Kind(open))
	default:
		s.unexpected(s.at)
	}
}

// more tells whether the array or object that shut ends has another element, and leaves it when not.
func (s *scanner) more(shut byte) bool {
	if s.err != nil {
		return false
	}
	c, first := s.space(), s.opened
	s.opened = false
	switch {
	case c == shut:
		s.at++
		s.depth--
		return false
	case first:
		return true
	case c == ',':
		s.at++
		return true
	}
	s.unexpected(s.at)
	return false
}

// next goes on to an element that an array must have.
func (s *scanner) next(what string) {
	switch {
	case s.err != nil || s.opened:
	case s.space() == ',':
		s.at++
	default:
		s.unexpected(s.at)
		s.err = fmt.Errorf("%s: %w", what, s.err)
	}
}

// end wants nothing to follow.
func (s *scanner) end() {
	if s.err != nil {
		return
	}
	if s.space(); s.at < len(s.text) {
		s.err = errors.New("more text after the message")
	}
}

// value reads any one value.
func (s *scanner) value(what string) jsontext.Value {
	if s.err != nil {
		return nil
	}
	s.space()
	from := s.at
	s.at, s.opened = s.valueEnd(from), false
	if s.err != nil {
		s.err = fmt.Errorf("%s: %w", what, s.err)
		return nil
	}
	return s.text[from:s.at]
}

// string reads a string and gives its text. null, which a server sends back for a topic that was null, is the empty string.
func (s *scanner) string(what string) []byte {
	if s.err != nil {
		return nil
	}
	if kind := kindOf(s.space()); kind != '"' {
		if s.value(what); s.err == nil && kind != 'n' {
			s.err = fmt.Errorf("%s is %v, must be a string", what, kind)
		}
		return nil
	}
	from := s.at
	s.escaped = false
	s.at, s.opened = s.stringEnd(from), false
	if s.err != nil {
		s.err = fmt.Errorf("%s: %w", what, s.err)
		return nil
	}
	if !s.escaped {
		return s.text[from+1 : s.at-1]
	}
	unquoted, err := jsontext.AppendUnquote(nil, s.text[from:s.at])
	if err != nil { // half a surrogate pair
		s.err = fmt.Errorf("%s: %w", what, err)
	}
	return unquoted
}

// ref reads a ref: a string, a number taken as its text, or null.
func (s *scanner) ref(what string) []byte {
	if s.err == nil && kindOf(s.space()) == '0' {
		return s.value(what)
	}
	return s.string(what)
}

// key reads the name of a member and the colon after it.
func (s *scanner) key(what string) []byte {
	if s.err == nil && s.space() != '"' {
		s.unexpected(s.at)
	}
	key := s.string(what)
	switch {
	case s.err != nil:
	case s.space() == ':':
		s.at++
	default:
		s.unexpected(s.at)
	}
	return key
}

// space passes over white space and gives the byte after it, 0 at the end of the text.
func (s *scanner) space() byte {
	if s.at = spaceEnd(s.text, s.at); s.at < len(s.text) {
		return s.text[s.at]
	}
	return 0
}

// unexpected refuses the byte at an offset.
func (s *scanner) unexpected(at int) int {
	if at >= len(s.text) {
		return s.fail(io.ErrUnexpectedEOF)
	}
	r, size := utf8.DecodeRune(s.text[at:])
	if r == utf8.RuneError && size == 1 {
		return s.fail(errNotUTF8)
	}
	return s.fail(fmt.Errorf("invalid character %q at byte %d", r, at))
}

// fail keeps the first error, and gives the end of the text.
func (s *scanner) fail(err error) int {
	if s.err == nil {
		s.err = err
	}
	return len(s.text)
}

// startsValue tells which bytes a value may begin with.
var startsValue = [256]bool{
	'{': true, '[': true, '"': true, 't': true, 'f': true, 'n': true, '-': true,
	'0': true, '1': true, '2': true, '3': true, '4': true, '5': true, '6': true, '7': true, '8': true, '9': true,
}

// kindOf is the kind of the value that begins with c.
func kindOf(c byte) jsontext.Kind {
	if c == '-' || c-'0' <= 9 {
		return '0'
	}
	return jsontext.Kind(c)
}
