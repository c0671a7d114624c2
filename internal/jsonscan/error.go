package jsonscan

import "fmt"

// SyntaxError is a fault in JSON text.
type SyntaxError struct {
	Part    string // what was being read; may be empty
	Offset  int    // bytes before the fault
	Problem string
}

func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.Problem)
	if e.Part != "" {
		text = e.Part + ": " + text
	}
	return text
}

// fail keeps the first error and returns the end of the text.
func (s *Scanner) fail(at int, format string, args ...any) int {
	if s.err == nil {
		s.err = &SyntaxError{s.Part, at, fmt.Sprintf(format, args...)}
	}
	s.Pos = len(s.Text)
	return s.Pos
}
