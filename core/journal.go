package core

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// journal passes records to the logger and to the observer, in order and without secrets. It uses
// its own goroutine, which exists only while records are waiting. Both the logger and the observer
// are the caller's code, so they must not run under the socket's lock or delay reading and writing;
// and removing secrets from a payload is slow. The journal's lock is a leaf, like the event
// queue's.
type journal struct {
	logger   *Logger           // nil if there is none
	observer func(Observation) // nil if there is none
	guard    func()            // deferred around calls of both
	secrets  secrets

	mu        sync.Mutex
	waiting   []record
	bytes     int // of the waiting messages
	dropped   int
	writing   bool        // a goroutine is writing, or the timer will start one
	gathering *time.Timer // set while only the observer's records are waiting; nil while a goroutine is writing
}

// record is one entry of the journal: a message, or a happening.
type record struct {
	time       time.Time // zero without an observer
	level      Level
	kind       ObservationKind
	event      string  // of a happening
	text       string  // of a happening, for the log
	attributes []any   // of a happening, names and values in turn
	message    Message // that was sent or received
	origin     string  // of the message's push
}

const (
	// maxWaitingRecords and maxWaitingBytes limit the records waiting for a slow logger or
	// observer.
	maxWaitingRecords = 8192
	maxWaitingBytes   = 4 << 20
	// observeEvery is how long records are collected if only the observer wants them, because
	// starting the goroutine is most of a record's cost.
	observeEvery = 20 * time.Millisecond
)

// isIdle reports whether there is neither a logger nor an observer.
func (j *journal) isIdle() bool { return j.logger == nil && j.observer == nil }

// note adds a happening. event is the observer's name for it, text is the log's message.
func (j *journal) note(level Level, event, text string, attributes ...any) {
	if j.isIdle() {
		return
	}
	j.add(record{level: level, kind: Happened, event: event, text: text, attributes: attributes}, j.logger != nil)
}

// message adds a message that was received or is being sent. No lock may be held. The function is
// small enough to be inlined: if there is neither a logger nor an observer, a message costs reading
// two fields.
func (j *journal) message(kind ObservationKind, m *Message, origin string) {
	if !j.isIdle() {
		j.addMessage(kind, m, origin)
	}
}

func (j *journal) addMessage(kind ObservationKind, m *Message, origin string) {
	isLogged := j.enabled(LevelDebug)
	if !isLogged && j.observer == nil {
		return
	}
	j.add(record{level: LevelDebug, kind: kind, message: *m, origin: origin}, isLogged)
}

// add queues a record. A record for the logger is written without delay.
func (j *journal) add(r record, isLogged bool) {
	if j.observer != nil {
		r.time = time.Now()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	size := r.message.Payload.Len()
	if len(j.waiting) >= maxWaitingRecords || j.bytes+size > maxWaitingBytes && len(j.waiting) > 0 {
		j.dropped++
		return
	}
	j.waiting = append(j.waiting, r)
	j.bytes += size
	isUrgent := isLogged || len(j.waiting) >= maxWaitingRecords/4 || j.bytes >= maxWaitingBytes/4
	switch {
	case !j.writing && !isUrgent:
		j.writing, j.gathering = true, time.AfterFunc(observeEvery, j.write)
	case !j.writing, isUrgent && j.gathering != nil && j.gathering.Stop():
		j.writing, j.gathering = true, nil
		go j.write()
	}
}

// enabled reports whether the logger wants records of the level. It calls the caller's code, so no
// lock may be held.
func (j *journal) enabled(level Level) bool {
	return j.logger != nil && j.logger.Enabled(context.Background(), level)
}

// write passes records on until none are waiting.
func (j *journal) write() {
	var batch []record
	for {
		j.mu.Lock()
		j.gathering = nil
		if len(j.waiting) == 0 {
			j.waiting, j.writing = nil, false
			j.mu.Unlock()
			return
		}
		dropped := j.dropped
		batch, j.waiting = j.waiting, nil
		j.dropped, j.bytes = 0, 0
		j.mu.Unlock()
		for i := range batch {
			j.handle(&batch[i])
		}
		if dropped > 0 {
			j.reportDropped(dropped)
		}
	}
}

func (j *journal) handle(r *record) {
	isLogged := j.enabledGuarded(r.level)
	var payload shownPayload
	if r.kind != Happened && (isLogged || j.observer != nil) {
		limit := maxShown
		if j.observer != nil {
			limit = MaxObserved
		}
		r.message.Payload = r.message.Payload.encoded()
		payload = j.secrets.show(r.message.Payload, limit)
	}
	if isLogged {
		j.log(r, payload)
	}
	if j.observer != nil {
		j.observe(r, payload)
	}
}

func (j *journal) enabledGuarded(level Level) (isEnabled bool) {
	defer j.guard()
	return j.enabled(level)
}

func (j *journal) log(r *record, payload shownPayload) {
	defer j.guard()
	if r.kind == Happened {
		j.logger.Log(context.Background(), r.level, r.text, j.shown(r.attributes)...)
		return
	}
	attributes := make([]any, 0, 12)
	m := &r.message
	for _, field := range [...]struct{ name, value string }{
		{"topic", m.Topic}, {"event", m.Event}, {"ref", m.Ref}, {"join_ref", m.JoinRef}, {"status", m.Status},
	} {
		if field.value != "" {
			attributes = append(attributes, field.name, j.secrets.hide(field.value))
		}
	}
	direction := "receive"
	if r.kind == ObservedOut {
		direction = "push"
	}
	j.logger.Log(context.Background(), r.level, direction, append(attributes, "payload", payload.forLog(m.Payload))...)
}

// observe passes a record to the observer.
func (j *journal) observe(r *record, payload shownPayload) {
	defer j.guard()
	o := Observation{Time: r.time, Kind: r.kind, Origin: r.origin}
	if r.kind == Happened {
		j.describe(&o, r)
	} else {
		m := &r.message
		o.Topic, o.Event, o.Ref, o.JoinRef = j.secrets.hide(m.Topic), j.secrets.hide(m.Event), m.Ref, m.JoinRef
		o.Status = j.secrets.hide(m.Status)
		o.Payload, o.IsCut, o.HasSecrets = []byte(payload.text), !payload.isWhole, payload.hasSecrets
		o.IsBinary, o.Size = m.Payload.IsBinary(), max(m.Payload.Len(), len(m.Payload.JSON()))
	}
	j.observer(o)
}

// describe fills in the observation of a happening.
func (j *journal) describe(o *Observation, r *record) {
	o.Event = r.event
	switch r.event {
	case happenedError, happenedTimeout, happenedJoinError, happenedWarning:
		o.IsWarning = true
	}
	var text strings.Builder
	text.WriteString(r.text)
	attributes := j.shown(r.attributes)
	for i := 1; i < len(attributes); i += 2 {
		switch name, value := attributes[i-1], fmt.Sprint(attributes[i]); name {
		case "topic":
			o.Topic = value
		case "ref":
			o.Ref = value
		case "err":
			text.WriteString(": " + value)
		default:
			fmt.Fprintf(&text, " %v=%s", name, value)
		}
	}
	whole := text.String()
	shown := cutText(whole, MaxObserved)
	o.Payload, o.Size, o.IsCut = []byte(shown), len(whole), len(shown) < len(whole)
	o.HasSecrets = strings.Contains(whole, hidden)
}

func (j *journal) reportDropped(dropped int) {
	if j.enabledGuarded(LevelWarn) {
		j.log(&record{level: LevelWarn, kind: Happened, text: "the log handler is too slow, records were dropped", attributes: []any{"records", dropped}}, shownPayload{})
	}
	if j.observer != nil {
		defer j.guard()
		j.observer(Observation{Time: time.Now(), Kind: Happened, Event: happenedWarning, IsWarning: true, Dropped: dropped,
			Payload: []byte("too much at once: some was not recorded")})
	}
}

// shown returns the attributes without known secrets.
func (j *journal) shown(attributes []any) []any {
	clean := slices.Clone(attributes)
	for i := 1; i < len(clean); i += 2 {
		switch v := clean[i].(type) {
		case string:
			clean[i] = j.secrets.hide(v)
		case error:
			clean[i] = j.secrets.hide(v.Error())
		case Payload:
			clean[i] = j.secrets.payload(v)
		case fmt.Stringer:
			clean[i] = j.secrets.hide(v.String())
		}
	}
	return clean
}

// connecting adds an attempt to connect. It always learns the attempt's secrets, because the logger
// may want messages at any later time. No lock may be held.
func (j *journal) connecting(t target, transport Transport, params Payload) {
	if j.isIdle() {
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
	j.note(LevelDebug, happenedConnecting, "connecting", append(attributes, "auth_token", t.useToken)...)
}
