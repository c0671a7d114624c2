// Package bug formats the text that a game sees after a panic in this project.
package bug

import (
	"fmt"
	"strings"
)

// Text describes a recovered panic and includes the part of its stack that helps in a bug report.
func Text(value any, stack []byte) string {
	const enough = 4000
	text := string(stack)
	if start := strings.Index(text, "\npanic("); start >= 0 {
		text = text[start+1:]
	}
	if len(text) > enough {
		text = text[:enough] + "…"
	}
	return fmt.Sprintf("A bug in the extension: %v. The game continues; please report it with these lines:\n%s", value, text)
}
