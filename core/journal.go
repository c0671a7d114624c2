package core

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// journal hands what happens to the Logger, in the order in which it happened and with secrets taken out. It does so on a goroutine of
// its own, which lives only while records wait: a log handler is the caller's code, so it may neither run under the socket's lock nor
// hold up those who read and write. Its lock is a leaf, as the event queue's.
type journal struct {
	handler slog.Handler // nil: silent
	guard   func()       // deferred around the handler
	secrets secrets

	mu      sync.Mutex
	waiting []slog.Record
	dropped int
	writing bool
}

// maxWaitingRecords limits what a slow log handler leaves waiting.
const maxWaitingRecords = 8192

// note adds a record.
func (j *journal) note(level slog.Level, message string, attributes ...any) {
	if j.handler == nil {
		return
	}
	record := slog.NewRecord(time.Now(), level, message, 0)
	record.Add(attributes...)
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) >= maxWaitingRecords {
		j.dropped++
		return
	}
	j.waiting = append(j.waiting, record)
	if !j.writing {
		j.writing = true
		go j.write()
	}
}

// enabled tells whether the handler wants records of the level. It is the caller's code: not to be asked under a lock.
func (j *journal) enabled(level slog.Level) bool {
	return j.handler != nil && j.handler.Enabled(context.Background(), level)
}

// write hands out records until none wait.
func (j *journal) write() {
	for {
		j.mu.Lock()
		if len(j.waiting) == 0 {
			j.waiting, j.writing = nil, false
			j.mu.Unlock()
			return
		}
		batch, dropped := j.waiting, j.dropped
		j.waiting, j.dropped = nil, 0
		j.mu.Unlock()
		for _, record := range batch {
			j.handle(record)
		}
		if dropped > 0 {
			lost := slog.NewRecord(time.Now(), slog.LevelWarn, "the log handler is too slow, records were dropped", 0)
			lost.Add("records", dropped)
			j.handle(lost)
		}
	}
}

func (j *journal) handle(record slog.Record) {
	defer j.guard()
	if j.enabled(record.Level) {
		_ = j.handler.Handle(context.Background(), j.shown(record))
	}
}

// shown is the record without what is known to be secret.
func (j *journal) shown(record slog.Record) slog.Record {
	clean := slog.NewRecord(record.Time, record.Level, record.Message, 0)
	record.Attrs(func(a slog.Attr) bool {
		switch v := a.Value.Any().(type) {
		case string:
			a.Value = slog.StringValue(j.secrets.hide(v))
		case error:
			a.Value = slog.StringValue(j.secrets.hide(v.Error()))
		case fmt.Stringer:
			a.Value = slog.StringValue(j.secrets.hide(v.String()))
		}
		clean.AddAttrs(a)
		return true
	})
	return clean
}

// message notes a message that came in or goes out. Not under a lock.
func (j *journal) message(direction string, m *Message) {
	if !j.enabled(slog.LevelDebug) {
		return
	}
	attributes := make([]any, 0, 12)
	for _, field := range [...]struct{ name, value string }{
		{"topic", m.Topic}, {"event", m.Event}, {"ref", m.Ref}, {"join_ref", m.JoinRef}, {"status", m.Status},
	} {
		if field.value != "" {
			attributes = append(attributes, field.name, field.value)
		}
	}
	j.note(slog.LevelDebug, direction, append(attributes, "payload", j.secrets.payload(m.Payload))...)
}

// connecting notes an attempt to connect. What is secret about it is learned in any case, as the handler may begin to want messages any
// time. Not under a lock.
func (j *journal) connecting(t target, transport Transport, params Payload) {
	if j.handler == nil {
		return
	}
	if t.useToken {
		j.secrets.learn(t.token)
	}
	j.secrets.learnQuery(t.endpoint.RawQuery)
	attributes := []any{"endpoint", displayURL(t.endpoint), "transport", transport.String(), "params", j.secrets.payload(params)}
	if header := j.secrets.header(t.header); header != "" {
		attributes = append(attributes, "headers", header)
	}
	j.note(slog.LevelDebug, "connecting", append(attributes, "auth_token", t.useToken)...)
}
