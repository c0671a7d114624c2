package core

import (
	"time"
)

// incoming is the event of one message that came in.
type incoming struct {
	socket   *Socket
	msg      Message
	channels []receiver // that it is for
	outcome  *outcome   // of the push that it answers
	first    [1]receiver
}

// smallIncoming holds the bytes of its message as well, when they are few, as those of most are: then all is one piece of memory. Each
// message has its own, as it belongs to the handlers, who may keep it.
type smallIncoming struct {
	incoming
	data [160]byte
}

// receiver is a channel that a message reached, with its join and its number of leaves at that time.
type receiver struct {
	channel *Channel
	joinRef string
	leaves  uint
}

func (in *incoming) size() int {
	size := in.msg.Payload.Len() + eventOverhead
	if prepared, ok := in.msg.Prepared.(interface{ Size() int }); ok {
		size += prepared.Size()
	}
	return size
}

// deliver runs the handlers: of the channels, of the push, then of the socket.
func (in *incoming) deliver() {
	s := in.socket
	for i := range in.channels {
		r := &in.channels[i]
		in.msg.by = r
		s.mu.Lock()
		all, bound := r.channel.onMessage, r.channel.bindings[in.msg.Event]
		left := r.channel.leaves > r.leaves && in.msg.Event != eventReply && in.msg.Event != eventClose
		s.mu.Unlock()
		if left { // while the message waited for its delivery
			continue
		}
		in.tell(all)
		in.tell(bound)
	}
	if in.outcome != nil {
		in.outcome.deliver()
	}
	s.mu.Lock()
	all := s.onMessage
	s.mu.Unlock()
	in.tell(all)
	in.release()
}

// release ends the use of what Prepare made.
func (in *incoming) release() {
	if prepared, ok := in.msg.Prepared.(interface{ Release() }); ok {
		in.socket.call(prepared.Release)
	}
}

func (in *incoming) tell(list handlers[func(*Message)]) {
	for _, h := range list {
		in.socket.call(func() { (*h)(&in.msg) })
	}
}

// receive takes a frame: it decodes it and lets Prepare have it outside of the lock, then moves the state machine and queues the
// event.
func (s *Socket) receive(c *connection, in *incoming, f frame) {
	in.socket, in.channels = s, in.first[:0]
	err := c.serializer.decode(f, &in.msg)
	if err == nil {
		s.journal.message("receive", &in.msg)
		if s.prepare != nil {
			s.prepare(&in.msg)
		}
	}
	if !s.take(c, in, err) {
		in.release()
	}
}

// take moves the state machine by a message, or by the error in its place. False: the connection is none any more.
func (s *Socket) take(c *connection, in *incoming, err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c || c.ended { // replaced, or said goodbye: as with a browser's WebSocket, nothing more comes
		return false
	}
	c.received()
	if err != nil {
		s.counters.MalformedMessages++
		s.fail(err)
		return true
	}
	s.handle(in)
	return true
}

// received notes that a whole message arrived over the connection. s.mu must be held, as in all that follows.
func (c *connection) received() {
	s := c.socket
	s.counters.MessagesIn++
	c.messages++
	if !c.heard {
		c.heard = true
		s.fallback.heard()
	}
}

// handle moves the state machine by one message.
func (s *Socket) handle(in *incoming) {
	m := &in.msg
	var answered *Push
	if m.Event == eventReply {
		if s.heartbeat.answered(m) {
			s.events.push(in)
			return
		}
		if answered = s.pending[m.Ref]; answered != nil && answered.Topic() == m.Topic {
			answered.roundTrip = time.Since(answered.sentAt)
			if answered.kind == pushPing {
				s.counters.RoundTrip = answered.roundTrip
			}
			m.Push = answered
			in.outcome = answered.settle(Reply{Status: m.Status, Response: m.Payload, Prepared: m.Prepared})
		} else {
			answered = nil
			s.noteLate(m.Ref)
		}
	}
	joinRef := m.JoinRef
	if joinRef == "" && (m.Event == eventClose || m.Event == eventError) {
		joinRef = m.Ref // version 1.0.0 names the join there
	}
	for _, c := range s.topics[m.Topic] {
		if joinRef != "" && joinRef != c.joinRef {
			s.journal.note(LevelDebug, "dropping outdated message", "topic", m.Topic, "event", m.Event, "join_ref", joinRef)
			continue
		}
		if !c.takes(m.Event, answered) {
			continue
		}
		in.channels = append(in.channels, receiver{c, c.joinRef, c.leaves})
	}
	s.events.push(in)
	if answered != nil {
		answered.answered(in.outcome.reply)
	}
	for _, r := range in.channels {
		switch m.Event {
		case eventClose:
			if r.channel.state == ChannelLeaving { // overtakes the answer when a new join of the topic follows the leave
				r.channel.left()
				continue
			}
			r.channel.closed(m.Payload)
		case eventError:
			r.channel.crashed(m.Payload)
		}
	}
}

// takes tells whether a message of the channel's topic and join is for it: replies are for the channel that pushed, a close is for one that
// has joined, and all else for one that is not leaving. As in the official client, one that has not joined hears what its topic broadcasts.
func (c *Channel) takes(event string, answered *Push) bool {
	switch event {
	case eventReply:
		return answered != nil && answered.channel == c
	case eventClose:
		return c.join != nil
	}
	return c.state != ChannelLeaving
}

// maxExpired limits the refs that are kept of pushes that timed out, to know their late replies by.
const maxExpired = 4096

// noteExpired keeps the ref of a push that timed out.
func (s *Socket) noteExpired(ref string) {
	if ref == "" {
		return
	}
	if len(s.expired) >= maxExpired {
		clear(s.expired)
	}
	s.expired[ref] = struct{}{}
}

// noteLate counts a reply that nobody waits for, if somebody did.
func (s *Socket) noteLate(ref string) {
	if _, late := s.expired[ref]; late {
		delete(s.expired, ref)
		s.counters.LateReplies++
	}
}

// answered moves the push's channel by the server's reply.
func (p *Push) answered(reply Reply) {
	switch p.kind {
	case pushJoin:
		p.channel.joinReplied(reply)
	case pushLeave:
		p.channel.closed(reasonLeave)
	}
}
