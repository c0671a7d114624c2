package core

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// journal hands what happens to the logger, in the order in which it happened and with secrets taken out. It does so on a goroutine of
// its own, which lives only while records wait: a logger is the caller's code, so it may neither run under the socket's lock nor
// hold up those who read and write. Its lock is a leaf, as the event queue's.
type journal struct {
	logger  *Logger // nil: silent
	guard   func()  // deferred around the logger
	secrets secrets

	mu      sync.Mutex
	waiting []record
	dropped int
	writing bool
}

// record is what happened once: a message, and its attributes as names and values in turn.
type record struct {
	level      Level
	message    string
	attributes []any
}

// maxWaitingRecords limits what a slow logger leaves waiting.
const maxWaitingRecords = 8192

// note adds a record.
func (j *journal) note(level Level, message string, attributes ...any) {
	if j.logger == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.waiting) >= maxWaitingRecords {
		j.dropped++
		return
	}
	j.waiting = append(j.waiting, record{level, message, attributes})
	if !j.writing {
		j.writing = true
		go j.write()
	}
}

// enabled tells whether the logger wants records of the level. It is the caller's code: not to be asked under a lock.
func (j *journal) enabled(level Level) bool {
	return j.logger != nil && j.logger.Enabled(context.Background(), level)
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
		for _, r := range batch {
			j.handle(r)
		}
		if dropped > 0 {
			j.handle(record{LevelWarn, "the log handler is too slow, records were dropped", []any{"records", dropped}})
		}
	}
}

func (j *journal) handle(r record) {
	defer j.guard()
	if j.enabled(r.level) {
		j.logger.Log(context.Background(), r.level, r.message, j.shown(r.attributes)...)
	}
}

// shown are the attributes without what is known to be secret.
func (j *journal) shown(attributes []any) []any {
	clean := slices.Clone(attributes)
	for i := 1; i < len(clean); i += 2 {
		switch v := clean[i].(type) {
		case string:
			clean[i] = j.secrets.hide(v)
		case error:
			clean[i] = j.secrets.hide(v.Error())
		case fmt.Stringer:
			clean[i] = j.secrets.hide(v.String())
		}
	}
	return clean
}

// message notes a message that came in or goes out. Not under a lock.
func (j *journal) message(direction string, m *Message) {
	if !j.enabled(LevelDebug) {
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
	j.note(LevelDebug, direction, append(attributes, "payload", j.secrets.payload(m.Payload))...)
}

// connecting notes an attempt to connect. What is secret about it is learned in any case, as the logger may begin to want messages any
// time. Not under a lock.
func (j *journal) connecting(t target, transport Transport, params Payload) {
	if j.logger == nil {
		return
	}
	if t.useToken {
		j.secrets.learnOwn(t.token)
	}
	j.secrets.learnQuery(t.endpoint.RawQuery)
	attributes := []any{"endpoint", displayURL(t.endpoint), "transport", transport.String(), "params", j.secrets.payload(params)}
	if header := j.secrets.header(t.header); header != "" {
		attributes = append(attributes, "headers", header)
	}
	j.note(LevelDebug, "connecting", append(attributes, "auth_token", t.useToken)...)
}
