package core

import (
	"sync/atomic"

	"phoenixchannels/internal/jsonscan"
)

// Intercept sets the channel's interceptor. fn receives each message of the current join before any
// handler, except replies and the protocol's own closes and errors. If fn returns true, the message
// is taken: no handler is called, not even those of [Socket.OnMessage], and nothing is queued. nil
// removes the interceptor; a call in progress may end after that.
//
// fn runs on the goroutine that reads the connection, so it must be quick. Messages arrive in the
// server's order. fn may keep the message and its payload. [Config.Prepare] is not run for the
// messages that fn receives.
func (c *Channel) Intercept(fn func(*Message) bool) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	switch {
	case c.intercept == nil && fn != nil:
		c.socket.interceptors.Add(1)
	case c.intercept != nil && fn == nil:
		c.socket.interceptors.Add(-1)
	}
	c.intercept = fn
}

// interceptorCount is the number of a socket's channels that have an interceptor. While it is 0, a
// message costs one read of it.
type interceptorCount = atomic.Int32

// intercepted passes a message to its channel's interceptor, and reports whether it was taken. s.mu
// must not be held.
func (s *Socket) intercepted(c *connection, m *Message) bool {
	if s.interceptors.Load() == 0 {
		return false
	}
	fn := s.interceptorOf(c, m)
	if fn == nil {
		return false
	}
	taken := s.ask(fn, m)
	if taken {
		s.mu.Lock()
		defer s.mu.Unlock()
		c.received()
	}
	return taken
}

// interceptorOf returns the interceptor for a message, or nil if there is none or the connection
// has ended.
func (s *Socket) interceptorOf(c *connection, m *Message) func(*Message) bool {
	if !isInterceptable(m.Event) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c || c.ended {
		return nil
	}
	for _, channel := range s.topics[m.Topic] {
		isCurrent := m.JoinRef == "" || m.JoinRef == channel.joinRef
		if channel.intercept != nil && channel.state == ChannelJoined && isCurrent {
			return channel.intercept
		}
	}
	return nil
}

// ask calls an interceptor. If that panics, the message counts as taken.
func (s *Socket) ask(fn func(*Message) bool, m *Message) (taken bool) {
	taken = true
	defer s.guard()
	return fn(m)
}

func isInterceptable(event string) bool {
	return event != eventReply && event != eventClose && event != eventError
}

// preparation returns the function that a connection runs for each message, or nil without
// [Config.Prepare].
func (s *Socket) preparation() prepare {
	if s.prepare == nil {
		return nil
	}
	return s.prepareUnlessIntercepted
}

// prepareUnlessIntercepted runs [Config.Prepare] for messages that no interceptor receives. For the
// others it only finds the payload's end.
func (s *Socket) prepareUnlessIntercepted(m *Message, text []byte, at int) (end int, err error) {
	if s.interceptors.Load() == 0 || !s.hasInterceptor(m) {
		return s.prepare(m, text, at)
	}
	if m.Payload.IsBinary() {
		return len(text), nil
	}
	scanner := jsonscan.Scanner{Text: text, Pos: at, MaxDepth: maxDepth}
	scanner.Skip()
	return scanner.Pos, scanner.Err()
}

func (s *Socket) hasInterceptor(m *Message) bool {
	if !isInterceptable(m.Event) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, channel := range s.topics[m.Topic] {
		if channel.intercept != nil {
			return true
		}
	}
	return false
}
