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

// maxLines is how many lines wait for a reader; older ones are dropped, as a flood of connections should not fill the editor's memory.
const maxLines = 500

// lines are those that nobody has taken yet.
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

// handler makes a line of each record: the time, the level if it is not the usual one, the message, the attributes.
type handler struct {
	lines  *lines
	suffix string // of the attributes that all its records have
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

// suffix is an attribute as it is in a line. A text from a client is quoted if it could be taken for something else.
func suffix(attribute slog.Attr) string {
	value := attribute.Value.String()
	if quoted := strconv.Quote(value); value == "" || strings.ContainsAny(value, " =") || quoted != `"`+value+`"` {
		value = quoted
	}
	return " " + attribute.Key + "=" + value
}
