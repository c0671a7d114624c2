package jsonscan

import "fmt"

// SyntaxError is a syntax error in JSON text.
type SyntaxError struct {
	Part    string // what was being read; may be empty
	Offset  int    // bytes before the error
	Problem string
}

func (e *SyntaxError) Error() string {
	text := fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.Problem)
	if e.Part != "" {
		text = e.Part + ": " + text
	}
	return text
}

// fail calls Fail with a SyntaxError. It returns the end of the text.
func (s *Scanner) fail(at int, format string, args ...any) int {
	s.Fail(&SyntaxError{s.Part, at, fmt.Sprintf(format, args...)})
	return s.Pos
}
