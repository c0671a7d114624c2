package core

import "time"

// heartbeat keeps an open connection alive and notices when it is dead: a message to the server at each interval, which it has to
// answer in time. All methods run under the socket's lock.
type heartbeat struct {
	socket *Socket
	next   task      // the next heartbeat
	late   task      // the end of the wait for the answer
	ref    string    // of the heartbeat that waits for its answer
	sentAt time.Time // zero while it waits to be written
	seen   progress  // at the latest look
}

// progress is what a connection has moved so far, and whether it is in the middle of a message.
type progress struct {
	in, out, messages int64
	inMessage         bool
}

func (h *heartbeat) init(s *Socket) {
	h.socket = s
	h.next.run, h.late.run = h.beat, h.expired
}

// start begins the heartbeats of a connection that has just opened.
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

// ask sends a heartbeat now, unless one is under way.
func (h *heartbeat) ask() {
	if h.ref == "" && h.socket.conn.link.needsHeartbeat() {
		h.beat()
	}
}

// probe sends a heartbeat with a short timeout, to check whether the connection has survived.
func (h *heartbeat) probe() {
	s := h.socket
	h.ask()
	if timeout := s.conn.probeTimeout(); h.ref != "" && time.Until(h.late.due) > timeout {
		s.timers.set(&h.late, timeout)
	}
}

// written notes that a message goes to the wire.
func (h *heartbeat) written(o *outgoing) {
	if o.push == nil && o.msg.Ref == h.ref && h.ref != "" {
		h.sentAt = time.Now()
	}
}

// answered takes the answer to the heartbeat, and tells whether m is that.
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

// rescheduled takes a new interval, for the wait that is under way too.
func (h *heartbeat) rescheduled() {
	if h.next.waiting() {
		h.socket.timers.set(&h.next, h.socket.config.HeartbeatInterval)
	}
}

// resumed restarts the wait after reading paused: the answer could not be read meanwhile.
func (h *heartbeat) resumed() {
	if h.ref != "" {
		h.socket.timers.set(&h.late, h.socket.config.HeartbeatTimeout)
	}
}

// expired gives the connection up, unless the answer may be late for a good reason: reading is paused; the heartbeat itself waits
// behind a large message that is still going out; or the answer waits behind one that is still coming in.
func (h *heartbeat) expired() {
	s := h.socket
	c := s.conn
	before, now := h.seen, c.progress()
	h.seen = now
	sending := h.sentAt.IsZero() && now.out > before.out
	// A message that was coming in at the latest look may have come just now, with the answer right behind it.
	receiving := now.in > before.in && (before.inMessage || now.inMessage && now.messages == before.messages)
	if c.paused || sending || receiving {
		s.timers.set(&h.late, s.config.HeartbeatTimeout)
		return
	}
	c.stop()
	s.report(c, &closeError{code: closeAbnormal, reason: "heartbeat timeout", err: ErrHeartbeatTimeout})
}
