package core

import (
	"fmt"
	"slices"
)

// outgoing is a message on its way out: it waits in a channel's buffer for the join, in the socket's for the connection, or in the
// connection's queue for the wire.
type outgoing struct {
	msg    Message
	push   *Push  // the push it belongs to; nil for a heartbeat and for Socket.Push
	feed   *Feed  // the feed that makes its payload; nil for all else
	raw    bool   // from Socket.Push: kept for the next connection when this one ends
	queued bool   // on the connection's queue
	told   bool   // as it goes out, to the handlers of OnSent
	origin string // see PushFrom
	weight int    // bytes counted against the buffers' limits, 0 when not counted
}

// overhead is what a waiting message counts beside its payload.
const overhead = 128

// admit counts a game's message against the limits of what may wait. Under the lock.
func (s *Socket) admit(o *outgoing) error {
	weight := o.msg.Payload.Len() + len(o.msg.Topic) + len(o.msg.Event) + overhead
	switch {
	case s.buffered.pushes >= s.config.MaxBufferedPushes:
		return fmt.Errorf("%w: %d pushes are queued (MaxBufferedPushes)", ErrBufferFull, s.buffered.pushes)
	case s.buffered.bytes+weight > s.config.MaxBufferedBytes:
		return fmt.Errorf("%w: %d bytes are queued, this push has %d, and the limit is %d (MaxBufferedBytes)",
			ErrBufferFull, s.buffered.bytes, weight, s.config.MaxBufferedBytes)
	}
	o.weight = weight
	s.buffered.pushes++
	s.buffered.bytes += weight
	return nil
}

// release ends the counting of a message that was sent or dropped. Under the lock.
func (s *Socket) release(o *outgoing) {
	if o.weight == 0 {
		return
	}
	s.buffered.pushes--
	s.buffered.bytes -= o.weight
	o.weight = 0
}

// send queues a message on the open connection, unless it is queued already: a join that is sent anew changes in its place. Under
// the lock.
func (s *Socket) send(o *outgoing) {
	if o.queued {
		return
	}
	o.queued = true
	s.conn.out = append(s.conn.out, o)
	s.conn.wakeWriter()
}

// sendPush sends a push under a new ref and starts its timeout. Under the lock.
func (s *Socket) sendPush(p *Push) {
	s.forget(p)
	p.ref = s.MakeRef()
	s.await(p)
	p.out.msg.Ref = p.ref
	s.timers.set(&p.timer, p.timeout)
	s.send(&p.out)
}

// requeue saves what a lost connection did not get to write: the pushes go back to their channels' buffers, for after the rejoin,
// messages of Socket.Push to the next connection. Joins, leaves and heartbeats belong to the connection and end with it.
// What was written, even in part, is not sent twice. Under the lock.
func (s *Socket) requeue(c *connection) {
	c.rebuffer(nil)
	var raw []*outgoing
	for _, o := range c.out {
		o.queued = false
		if o.raw {
			raw = append(raw, o)
		}
	}
	c.out = nil
	s.sendBuffer = append(raw, s.sendBuffer...)
}

// rebuffer moves the pushes of a channel, or of all channels if owner is nil, from the queue back to the channels' buffers, in their order:
// their join is over. s.mu must be held.
func (c *connection) rebuffer(owner *Channel) {
	unsent := map[*Channel][]*outgoing{}
	c.out = slices.DeleteFunc(c.out, func(o *outgoing) bool {
		p := o.push
		if p == nil || p.kind != pushMessage || p.settled || owner != nil && p.channel != owner {
			return false
		}
		o.queued = false
		c.socket.forget(p)
		unsent[p.channel] = append(unsent[p.channel], o)
		return true
	})
	for channel, unsentOfChannel := range unsent {
		channel.buffer = append(unsentOfChannel, channel.buffer...)
	}
}

// departed is the event of one message that goes out.
type departed struct {
	socket *Socket
	msg    Message
}

func (d *departed) size() int { return d.msg.Payload.Len() + eventOverhead }

func (d *departed) deliver() {
	d.socket.mu.Lock()
	all := d.socket.onSent
	d.socket.mu.Unlock()
	for _, h := range all {
		d.socket.call(func() { (*h)(&d.msg) })
	}
}

// Push sends a message as it is, outside of any channel's life cycle; while the socket is not open the message waits for it. An empty
// Ref stays null on the wire, so that the server's reply names no ref: make one with [Socket.MakeRef] and watch [Socket.OnMessage]
// for the reply.
func (s *Socket) Push(m Message) error { return s.PushFrom("", m) }

// PushFrom is Push for a caller that names the place in its program where the message comes from: [Config.Observer] sees it.
func (s *Socket) PushFrom(origin string, m Message) error {
	if m.Topic == "" {
		return fmt.Errorf("%w: it is empty", ErrInvalidTopic)
	}
	if err := checkText(m.Topic, ErrInvalidTopic); err != nil {
		return err
	}
	if m.Event == "" {
		return fmt.Errorf("%w: it is empty", ErrInvalidEvent)
	}
	for _, text := range []string{m.Event, m.Ref, m.JoinRef} {
		if err := checkText(text, ErrInvalidEvent); err != nil {
			return err
		}
	}
	if err := m.Payload.checkDepth(); err != nil {
		return err
	}
	if err := s.checkBinary(&m); err != nil {
		return err
	}
	o := &outgoing{msg: m, raw: true, origin: origin}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closedForGood {
		return ErrSocketClosed
	}
	if err := s.admit(o); err != nil {
		return err
	}
	if s.state == SocketOpen {
		s.send(o)
	} else {
		s.sendBuffer = append(s.sendBuffer, o)
	}
	return nil
}

// checkBinary returns an error for a binary payload that the protocol version cannot carry, while the caller can still get it.
func (s *Socket) checkBinary(m *Message) error {
	switch {
	case !m.Payload.IsBinary():
		return nil
	case s.version == versionV1:
		return fmt.Errorf("%w: protocol version 1.0.0 carries no binary payload", ErrInvalidPayload)
	}
	return checkBinaryFields(m)
}

// unbuffer takes a push out of its channel's buffer. The first to wait is the first to time out, so the search is short.
func (c *Channel) unbuffer(p *Push) {
	switch i := slices.Index(c.buffer, &p.out); {
	case i == 0:
		c.buffer = c.buffer[1:]
	case i > 0:
		c.buffer = slices.Delete(c.buffer, i, i+1)
	}
}
