package signals

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
)

// LogLine is a record of core's log as one line.
func LogLine(record slog.Record) string {
	var line strings.Builder
	line.WriteString(record.Message)
	record.Attrs(func(attribute slog.Attr) bool {
		fmt.Fprintf(&line, " %s=%s", attribute.Key, logText(attribute.Value.String()))
		return true
	})
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
