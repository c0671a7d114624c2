package core

import "time"

// heartbeat keeps an open connection alive and detects a dead one: at each interval it sends the
// server a message, which must be answered in time. The socket's mu must be held for all methods.
type heartbeat struct {
	socket *Socket
	next   task      // the next heartbeat
	late   task      // the deadline for the answer
	ref    string    // of the heartbeat waiting for its answer, if any
	sentAt time.Time // zero until it is written
	seen   progress  // at the latest check
}

// progress is how much a connection has transferred so far, and whether it is in the middle of a
// message.
type progress struct {
	in, out, messages int64
	inMessage         bool
}

func (h *heartbeat) init(s *Socket) {
	h.socket = s
	h.next.run, h.late.run = h.beat, h.expired
}

// start starts the heartbeats of a newly opened connection.
func (h *heartbeat) start() {
	h.stop()
	if s := h.socket; s.conn.link.needsHeartbeat() {
		s.timers.set(&h.next, s.config.HeartbeatInterval)
	}
}

func (h *heartbeat) stop() {
	for _, t := range []*task{&h.next, &h.late} {
		h.socket.timers.cancel(t)
	}
	h.ref = ""
}

// beat sends a heartbeat.
func (h *heartbeat) beat() {
	s := h.socket
	s.timers.cancel(&h.next)
	h.ref, h.sentAt, h.seen = s.MakeRef(), time.Time{}, s.conn.progress()
	s.send(&outgoing{msg: Message{Ref: h.ref, Topic: topicPhoenix, Event: eventHeartbeat}})
	s.timers.set(&h.late, s.config.HeartbeatTimeout)
}

// ask sends a heartbeat now, unless one is waiting for its answer.
func (h *heartbeat) ask() {
	if h.ref == "" && h.socket.conn.link.needsHeartbeat() {
		h.beat()
	}
}

// probe sends a heartbeat with a short timeout to check that the connection has survived.
func (h *heartbeat) probe() {
	s := h.socket
	h.ask()
	if timeout := s.conn.probeTimeout(); h.ref != "" && time.Until(h.late.due) > timeout {
		s.timers.set(&h.late, timeout)
	}
}

// written records when the heartbeat is written.
func (h *heartbeat) written(o *outgoing) {
	if o.push == nil && o.msg.Ref == h.ref && h.ref != "" {
		h.sentAt = time.Now()
	}
}

// answered handles the answer to the heartbeat, and reports whether m is that answer.
func (h *heartbeat) answered(m *Message) bool {
	if h.ref == "" || m.Ref != h.ref || m.Topic != topicPhoenix {
		return false
	}
	s := h.socket
	s.counters.RoundTrip = time.Since(h.sentAt)
	s.timers.cancel(&h.late)
	h.ref = ""
	s.timers.set(&h.next, s.config.HeartbeatInterval)
	return true
}

// rescheduled applies a new interval, also to the current wait.
func (h *heartbeat) rescheduled() {
	if h.next.waiting() {
		h.socket.timers.set(&h.next, h.socket.config.HeartbeatInterval)
	}
}

// resumed restarts the wait for the answer after a pause in reading, during which it could not be
// read.
func (h *heartbeat) resumed() {
	if h.ref != "" {
		h.socket.timers.set(&h.late, h.socket.config.HeartbeatTimeout)
	}
}

// expired drops the connection, unless the answer may be late for a good reason: reading is paused,
// the heartbeat itself is queued behind a large message that is still being sent, or the answer is
// behind one that is still being received.
func (h *heartbeat) expired() {
	s := h.socket
	c := s.conn
	before, now := h.seen, c.progress()
	h.seen = now
	sending := h.sentAt.IsZero() && now.out > before.out
	// A message that was being received at the latest check may have been completed just now, with
	// the answer right behind it.
	receiving := now.in > before.in && (before.inMessage || now.inMessage && now.messages == before.messages)
	if c.paused || sending || receiving {
		s.timers.set(&h.late, s.config.HeartbeatTimeout)
		return
	}
	c.stop()
	s.report(c, &closeError{code: closeAbnormal, reason: "heartbeat timeout", err: ErrHeartbeatTimeout})
}
