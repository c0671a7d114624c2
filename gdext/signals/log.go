package signals

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"phoenixchannels/core"
)

// logLine formats a record of core's log as one line: its message and its attributes, which
// alternate between names and values.
func logLine(message string, attributes ...any) string {
	var line strings.Builder
	line.WriteString(message)
	for i := 1; i < len(attributes); i += 2 {
		fmt.Fprintf(&line, " %v=%s", attributes[i-1], logText(fmt.Sprint(attributes[i])))
	}
	return line.String()
}

// logText formats a value. It quotes text with control characters, which only a misbehaving server
// sends, because they could end the line or change a terminal's colours.
func logText(text string) string {
	text = strings.TrimPrefix(text, core.ErrorPrefix)
	if strings.ContainsFunc(text, unicode.IsControl) {
		text = strconv.Quote(text)
	}
	return text
}
