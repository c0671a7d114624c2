package core

import "time"

// A program whose main loop must not wait may collect pushes and make them on the goroutine that
// writes. These are the pushes that it may collect for one socket.
const (
	MaxLaterPushes    = 256
	MaxLaterBytes     = 256 << 10 // of payloads, with LaterPushOverhead for each push
	LaterPushOverhead = 512
)

// CanPushLater reports whether a push of the event would be sent now. If so, the caller may collect
// the push instead, up to [MaxLaterPushes] and [MaxLaterBytes] for each socket, and make it with
// [Channel.PushLater] from [Config.BeforeWrite], which [Socket.WakeWriter] causes soon. A call of
// another method does not know of collected pushes: make them first. CanPushLater waits for no
// lock.
func (c *Channel) CanPushLater(event string) bool {
	later := &c.socket.later
	return c.isJoined.Load() && later.isOpen.Load() && later.hasRoom.Load() && checkEvent(event) == nil
}

// PushLater is [Channel.PushFrom] for a push that was collected. If the channel or the socket has
// been closed in the meantime, the push completes with [StatusClosed].
func (c *Channel) PushLater(origin, event string, data Payload, timeout time.Duration) *Push {
	p, err := c.PushFrom(origin, event, data, timeout)
	if err != nil {
		c.socket.mu.Lock()
		defer c.socket.mu.Unlock()
		p = newPush(c.socket, c, pushMessage, event, data, timeout)
		p.complete(StatusClosed)
	}
	return p
}

// WakeWriter makes the writing goroutine of an open socket call [Config.BeforeWrite] soon.
func (s *Socket) WakeWriter() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != nil {
		s.conn.wakeWriter()
	}
}

// noteRoom records whether the buffers have room for collected pushes. s.mu must be held.
func (s *Socket) noteRoom() {
	hasRoom := s.config.MaxBufferedPushes-s.buffered.pushes >= MaxLaterPushes && s.config.MaxBufferedBytes-s.buffered.bytes >= MaxLaterBytes
	if hasRoom != s.later.hasRoom.Load() {
		s.later.hasRoom.Store(hasRoom)
	}
}
