package testserver

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// maxLines is the number of lines kept until they are taken. Older lines are dropped, so that a
// flood of connections does not fill the editor's memory.
const maxLines = 500

// lines holds the lines not taken yet.
type lines struct {
	mu      sync.Mutex
	waiting []string
	dropped int
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == maxLines {
		l.waiting = slices.Delete(l.waiting, 0, 1)
		l.dropped++
	}
	l.waiting = append(l.waiting, line)
}

func (l *lines) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.waiting
	if l.dropped > 0 {
		taken = slices.Insert(taken, 0, fmt.Sprintf("(%d older lines dropped)", l.dropped))
	}
	l.waiting, l.dropped = nil, 0
	return taken
}

// handler formats a record as one line: the time, the level if it is not Info, the message and the
// attributes.
type handler struct {
	lines  *lines
	suffix string // the attributes common to all its records
}

func (h *handler) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

func (h *handler) Handle(_ context.Context, record slog.Record) error {
	var line strings.Builder
	line.WriteString(record.Time.Format("15:04:05 "))
	if record.Level != slog.LevelInfo {
		line.WriteString(record.Level.String() + " ")
	}
	line.WriteString(record.Message)
	line.WriteString(h.suffix)
	record.Attrs(func(attribute slog.Attr) bool {
		line.WriteString(suffix(attribute))
		return true
	})
	h.lines.add(line.String())
	return nil
}

func (h *handler) WithAttrs(attributes []slog.Attr) slog.Handler {
	with := *h
	for _, attribute := range attributes {
		with.suffix += suffix(attribute)
	}
	return &with
}

// WithGroup has no effect: the server's log has no groups.
func (h *handler) WithGroup(string) slog.Handler { return h }

// suffix formats an attribute for a line. It quotes a client's text that could be mistaken for
// something else.
func suffix(attribute slog.Attr) string {
	value := attribute.Value.String()
	if quoted := strconv.Quote(value); value == "" || strings.ContainsAny(value, " =") || quoted != `"`+value+`"` {
		value = quoted
	}
	return " " + attribute.Key + "=" + value
}
