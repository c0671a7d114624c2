package signals

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// logLine is a record of core's log as one line: its message and its attributes, names and values in turn.
func logLine(message string, attributes ...any) string {
	var line strings.Builder
	line.WriteString(message)
	for i := 1; i < len(attributes); i += 2 {
		fmt.Fprintf(&line, " %v=%s", attributes[i-1], logText(fmt.Sprint(attributes[i])))
	}
	return line.String()
}

// logText is the text of a value. What has control characters, which only a server with bad manners sends, is quoted: it could
// end the line, or change the colours of a terminal.
func logText(text string) string {
	text = strings.TrimPrefix(text, errorPrefix)
	if strings.ContainsFunc(text, unicode.IsControl) {
		text = strconv.Quote(text)
	}
	return text
}
