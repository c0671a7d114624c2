package variant

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SyntaxError is the error for bytes that are not a Variant.
type SyntaxError struct {
	Offset  int // bytes before the error
	Problem string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid Variant at byte %d: %s", e.Offset, e.Problem)
}

func truncated(offset int) error {
	return &SyntaxError{Offset: offset, Problem: "it ends too early"}
}

func unknownType(t Type, offset int) error {
	return &SyntaxError{Offset: offset, Problem: fmt.Sprintf("unknown type %d", uint8(t))}
}

// UnsendableError is the error for a value without a JSON form. It contains the value's path.
type UnsendableError struct {
	What   string // the value, such as "NaN" or "a Callable"
	Path   string // the path to it, such as players[2].speed; empty for the whole value
	Reason string // why, and what to do instead
}

func (e *UnsendableError) Error() string { return "cannot send " + e.Value() + ": " + e.Reason }

// Value describes the value that has no JSON form, and its location.
func (e *UnsendableError) Value() string {
	if e.Path == "" {
		return e.What
	}
	return fmt.Sprintf("%s at \"%s\"", e.What, e.Path)
}

// Cyclic is the error for a container that contains itself.
func Cyclic(t Type) *UnsendableError {
	return &UnsendableError{What: t.WithArticle(), Reason: "it contains itself, which JSON cannot represent; send an id instead"}
}

// TooDeep is the error for a container nested deeper than [MaxDepth].
func TooDeep(t Type) *UnsendableError {
	return &UnsendableError{What: t.WithArticle(), Reason: fmt.Sprintf("it is nested deeper than %d levels", MaxDepth)}
}

// maxPath is the length in bytes beyond which a path is cut off: for a value at depth 512 the
// beginning is enough to find it.
const maxPath = 200

// Within moves an [*UnsendableError] one level down: step is the [KeyStep] or [IndexStep] under
// which the value was found. Other errors are returned unchanged. Paths are built only here, while
// an error is passed up, so messages without an error pay nothing for them.
func Within(err error, step string) error {
	e, ok := err.(*UnsendableError)
	if !ok {
		return err
	}
	if e.Path != "" && e.Path[0] != '[' {
		step += "."
	}
	e.Path = step + e.Path
	if len(e.Path) > maxPath {
		e.Path = strings.ToValidUTF8(e.Path[:maxPath], "") + "…"
	}
	return e
}

// KeyStep returns the path step for a key, given as in the JSON text: bare if it is readable that
// way, otherwise in brackets.
func KeyStep(key []byte) string {
	for i, c := range key {
		letter := c == '_' || 'a' <= c|0x20 && c|0x20 <= 'z' || c >= utf8.RuneSelf
		if !letter && (i == 0 || c-'0' > 9) {
			return fmt.Sprintf("['%s']", key)
		}
	}
	if len(key) == 0 {
		return "['']"
	}
	return string(key)
}

// IndexStep returns the path step for an element's index.
func IndexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

// EntryStep returns the path step for an entry whose key is not text, or for the key itself.
func EntryStep(i int, key bool) string {
	if key {
		return "[key " + strconv.Itoa(i) + "]"
	}
	return "[entry " + strconv.Itoa(i) + "]"
}
