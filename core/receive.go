package core

import (
	"time"
)

// incoming is the event of one received message.
type incoming struct {
	socket   *Socket
	msg      Message
	channels []receiver // channels that receive it
	outcome  *outcome   // outcome of the push that it answers
	first    [1]receiver
}

// smallIncoming also holds the bytes of its message if they are few, as in most messages, so that
// both take one allocation. Buffers are not reused, as handlers may keep the message.
type smallIncoming struct {
	incoming
	data [160]byte
}

// receiver is a channel that receives a message, with its join and its number of leaves at that
// time.
type receiver struct {
	channel *Channel
	joinRef string
	leaves  uint
}

func (e *incoming) size() int {
	size := e.msg.Payload.Len() + eventOverhead
	if prepared, ok := e.msg.Prepared.(interface{ Size() int }); ok {
		size += prepared.Size()
	}
	return size
}

// deliver runs the handlers: those of the channels, those of the push, then those of the socket.
func (e *incoming) deliver() {
	s := e.socket
	for i := range e.channels {
		r := &e.channels[i]
		e.msg.receiver = r
		s.mu.Lock()
		all, bound := r.channel.onMessage, r.channel.bindings[e.msg.Event]
		left := r.channel.leaves > r.leaves && e.msg.Event != eventReply && e.msg.Event != eventClose
		s.mu.Unlock()
		if left { // while the message waited for its delivery
			continue
		}
		e.call(all)
		e.call(bound)
	}
	if e.outcome != nil {
		e.outcome.deliver()
	}
	tellAll(s, &s.onMessage, func(fn func(*Message)) { fn(&e.msg) })
	e.release()
}

func (e *incoming) release() { e.socket.call(e.msg.release) }

func (e *incoming) call(list handlers[func(*Message)]) {
	for _, h := range list {
		e.socket.call(func() { (*h)(&e.msg) })
	}
}

// receive decodes a frame and calls Prepare, without holding s.mu, then updates the state machine
// and queues the event.
func (s *Socket) receive(c *connection, e *incoming, f frame) {
	e.socket, e.channels = s, e.first[:0]
	err := c.serializer.decode(f, &e.msg)
	if err == nil {
		s.journal.message(ObservedIn, &e.msg, "")
	}
	if err == nil && s.intercepted(c, &e.msg) {
		return
	}
	if handled := s.handleFrame(c, e, err); !handled || err != nil {
		e.release()
	}
}

// handleFrame updates the state machine for a message or a decoding error. It returns false if the
// connection is over.
func (s *Socket) handleFrame(c *connection, e *incoming, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c || c.ended { // replaced or closed: later messages are dropped, as by a browser's WebSocket
		return false
	}
	c.received()
	if err != nil {
		s.counters.MalformedMessages++
		s.fail(err)
		return true
	}
	s.handle(e)
	return true
}

// received records that a complete message arrived on the connection. s.mu must be held, here and
// in all functions below.
func (c *connection) received() {
	s := c.socket
	s.counters.MessagesIn++
	c.messages++
	if !c.heard {
		c.heard = true
		s.fallback.heard()
	}
}

// handle updates the state machine for one message.
func (s *Socket) handle(e *incoming) {
	m := &e.msg
	var push *Push
	if m.Event == eventReply {
		if s.heartbeat.answered(m) {
			s.events.push(e)
			return
		}
		if push = s.pending[m.Ref]; push != nil && push.Topic() == m.Topic {
			push.roundTrip = time.Since(push.sentAt)
			if push.kind == pushPing {
				s.counters.RoundTrip = push.roundTrip
			}
			m.Push = push
			e.outcome = push.settle(Reply{Status: m.Status, Response: m.Payload, Prepared: m.Prepared})
		} else {
			push = nil
			s.noteLate(m.Ref)
		}
	}
	joinRef := m.JoinRef
	if joinRef == "" && (m.Event == eventClose || m.Event == eventError) {
		joinRef = m.Ref // version 1.0.0 has the join's ref there
	}
	for _, c := range s.topics[m.Topic] {
		if joinRef != "" && joinRef != c.joinRef {
			s.journal.note(LevelDebug, happenedDrop, "dropping outdated message", "topic", m.Topic, "event", m.Event, "join_ref", joinRef)
			continue
		}
		if !c.accepts(m.Event, push) {
			continue
		}
		e.channels = append(e.channels, receiver{c, c.joinRef, c.leaves})
	}
	s.events.push(e)
	if push != nil {
		push.advanceChannel(e.outcome.reply)
	}
	for _, r := range e.channels {
		switch m.Event {
		case eventClose:
			if r.channel.state == ChannelLeaving { // arrives before the reply if a new join of the topic follows the leave
				r.channel.left()
				continue
			}
			r.channel.closed(m.Payload)
		case eventError:
			r.channel.crashed(m.Payload)
		}
	}
}

// accepts reports whether a message of the channel's topic and join is for the channel. A reply is
// for the channel that pushed, a close is for a channel that has joined, and any other message is
// for a channel that is not leaving. As in the official client, an unjoined channel receives its
// topic's broadcasts.
func (c *Channel) accepts(event string, push *Push) bool {
	switch event {
	case eventReply:
		return push != nil && push.channel == c
	case eventClose:
		return c.join != nil
	}
	return c.state != ChannelLeaving
}

// maxExpired limits the refs of timed-out pushes that are kept to recognize late replies.
const maxExpired = 4096

// noteExpired keeps the ref of a timed-out push.
func (s *Socket) noteExpired(ref string) {
	if ref == "" {
		return
	}
	if len(s.expired) >= maxExpired {
		clear(s.expired)
	}
	s.expired[ref] = struct{}{}
}

// noteLate counts a reply to a push that has timed out. It ignores unknown refs.
func (s *Socket) noteLate(ref string) {
	if _, late := s.expired[ref]; late {
		delete(s.expired, ref)
		s.counters.LateReplies++
	}
}

// advanceChannel updates the push's channel for the server's reply.
func (p *Push) advanceChannel(reply Reply) {
	switch p.kind {
	case pushJoin:
		p.channel.joinReplied(reply)
	case pushLeave:
		p.channel.closed(reasonLeave)
	}
}
