package core

import (
	"fmt"
	"slices"
)

// outgoing is a message to be sent. It waits in a channel's buffer for the join, in the socket's
// for the connection, or in the connection's queue for the writer.
type outgoing struct {
	msg    Message
	push   *Push  // the push it belongs to; nil for a heartbeat and for Socket.Push
	feed   *Feed  // the feed that produces its payload; nil for all others
	raw    bool   // from Socket.Push: if this connection ends, the message is kept for the next one
	queued bool   // in the connection's queue
	told   bool   // reported to the OnSent handlers when it is sent
	origin string // see PushFrom
	weight int    // bytes counted against the buffer limits, 0 when not counted
}

// overhead is the weight of a buffered message in addition to its payload.
const overhead = 128

// admit counts a message from the caller against the buffer limits. s.mu must be held.
func (s *Socket) admit(o *outgoing) error {
	weight := o.msg.Payload.Len() + len(o.msg.Topic) + len(o.msg.Event) + overhead
	switch {
	case weight > s.config.MaxBufferedBytes: // even if nothing is queued
		return fmt.Errorf("%w: it has %d bytes, and at most %d can be queued; send it in parts",
			ErrInvalidPayload, o.msg.Payload.Len(), s.config.MaxBufferedBytes)
	case s.buffered.pushes >= s.config.MaxBufferedPushes:
		return fmt.Errorf("%w: %d pushes are queued (MaxBufferedPushes)", ErrBufferFull, s.buffered.pushes)
	case s.buffered.bytes+weight > s.config.MaxBufferedBytes:
		return fmt.Errorf("%w: %d bytes are queued, this push has %d, and the limit is %d (MaxBufferedBytes)",
			ErrBufferFull, s.buffered.bytes, weight, s.config.MaxBufferedBytes)
	}
	o.weight = weight
	s.buffered.pushes++
	s.buffered.bytes += weight
	s.noteRoom()
	return nil
}

// release stops counting a message that was sent or dropped. s.mu must be held.
func (s *Socket) release(o *outgoing) {
	if o.weight == 0 {
		return
	}
	s.buffered.pushes--
	s.buffered.bytes -= o.weight
	o.weight = 0
	s.noteRoom()
}

// send queues a message on the open connection. If it is already queued, as with a join that is
// sent again, it changes in place. s.mu must be held.
func (s *Socket) send(o *outgoing) {
	if o.queued {
		return
	}
	o.queued = true
	s.conn.out = append(s.conn.out, o)
	s.conn.wakeWriter()
}

// sendPush sends a push under a new ref and starts its timeout. s.mu must be held.
func (s *Socket) sendPush(p *Push) {
	s.forget(p)
	p.ref = s.MakeRef()
	s.await(p)
	p.out.msg.Ref = p.ref
	s.timers.set(&p.timer, p.timeout)
	s.send(&p.out)
}

// requeue keeps the unwritten messages of a lost connection: pushes go back to their channels'
// buffers, to be sent after the rejoin, and messages of Socket.Push go to the next connection.
// Joins, leaves and heartbeats belong to the connection and end with it. A message that was
// written, even in part, is not sent twice. s.mu must be held.
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

// rebuffer moves the pushes of a channel whose join is over, or of all channels if owner is nil,
// from the queue back to the channels' buffers, in order. s.mu must be held.
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

// departed is the event of one sent message.
type departed struct {
	socket *Socket
	msg    Message
}

func (d *departed) size() int { return d.msg.Payload.Len() + eventOverhead }

func (d *departed) deliver() {
	tellAll(d.socket, &d.socket.onSent, func(fn func(*Message)) { fn(&d.msg) })
}

// Push sends a message as it is, outside of any channel's life cycle. While the socket is not open,
// the message is buffered. An empty Ref stays null on the wire, so that the server's reply has no
// ref either: make one with [Socket.MakeRef] and watch [Socket.OnMessage] for the reply.
func (s *Socket) Push(m Message) error { return s.PushFrom("", m) }

// PushFrom is Push with the name of the place in the program that sends the message, for
// [Config.Observer].
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

// checkBinary returns an error for a binary payload that the protocol version cannot carry, so that
// the caller learns of it before the message is queued.
func (s *Socket) checkBinary(m *Message) error {
	switch {
	case !m.Payload.IsBinary():
		return nil
	case s.version == versionV1:
		return fmt.Errorf("%w: protocol version 1.0.0 carries no binary payload", ErrInvalidPayload)
	}
	return checkBinaryFields(m)
}

// unbuffer removes a push from its channel's buffer. The first one buffered is the first to time
// out, so the search is short.
func (c *Channel) unbuffer(p *Push) {
	switch i := slices.Index(c.buffer, &p.out); {
	case i == 0:
		c.buffer = c.buffer[1:]
	case i > 0:
		c.buffer = slices.Delete(c.buffer, i, i+1)
	}
}
