package variant

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SyntaxError says that the input is not the bytes of a Variant.
type SyntaxError struct {
	Offset  int // bytes before the fault
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

// UnsendableError says that a value has no JSON form, and where it is.
type UnsendableError struct {
	What   string // the value, such as "NaN" or "a Callable"
	Path   string // how to reach it, such as players[2].speed; empty for the whole
	Reason string // why, and what to do
}

func (e *UnsendableError) Error() string { return "cannot send " + e.Value() + ": " + e.Reason }

// Value is what has no JSON form, with where it is.
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

// TooDeep is the error for a container below [MaxDepth] others.
func TooDeep(t Type) *UnsendableError {
	return &UnsendableError{What: t.WithArticle(), Reason: fmt.Sprintf("it is nested deeper than %d levels", MaxDepth)}
}

// maxPath is the length, in bytes, after which a path is cut: a fault at depth
// 512 is found from its beginning.
const maxPath = 200

// Within puts an [*UnsendableError] one level further down: step is the
// [KeyStep] or [IndexStep] under which the value was found. Other errors stay as
// they are. Paths are built only here, as an error passes up, so that a message
// without a fault pays nothing for them.
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

// KeyStep writes a key, as it stands in the JSON text, as a step of a path: bare
// if that reads well, else in brackets.
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

// IndexStep writes the index of an element as a step of a path.
func IndexStep(i int) string { return "[" + strconv.Itoa(i) + "]" }

// EntryStep writes an entry whose key is no text as a step of a path, or the key
// itself.
func EntryStep(i int, key bool) string {
	if key {
		return "[key " + strconv.Itoa(i) + "]"
	}
	return "[entry " + strconv.Itoa(i) + "]"
}
