package core

import (
	"errors"
	"fmt"
)

// fallback decides which transport the next attempt uses. With Settings.LongPollFallbackAfter, a
// WebSocket that fails to open, or opens but carries nothing, is followed by an attempt over
// LongPoll. If that opens, the socket uses LongPoll from then on. A WebSocket that has carried a
// message is never given up for LongPoll. The socket's mu must be held for all methods.
type fallback struct {
	socket  *Socket
	server  string // the server that the following fields apply to
	timer   task
	trying  bool // the current or next attempt uses LongPoll instead
	settled bool // LongPoll has opened and stays in use
	healthy bool // the WebSocket has carried a message

	uncompressed bool // compression could not be negotiated
}

// errFellBack ends a WebSocket that took too long.
var errFellBack = errors.New("phoenix: the WebSocket did not answer in time, falling back to long polling")

func (f *fallback) init(s *Socket) {
	f.socket = s
	f.timer.run = func() {
		c := s.conn
		c.stop()
		s.report(c, &closeError{code: closeAbnormal, err: fmt.Errorf("%w (LongPollFallbackAfter %v)", errFellBack, s.config.LongPollFallbackAfter)})
	}
}

// transport returns the transport of the next attempt.
func (f *fallback) transport() Transport {
	if server := displayURL(f.socket.endpoint); server != f.server {
		*f = fallback{socket: f.socket, timer: f.timer, server: server}
	}
	if f.trying || f.settled {
		return LongPoll
	}
	return f.socket.config.Transport
}

// possible reports whether the connection may be given up for LongPoll.
func (f *fallback) possible(c *connection) bool {
	return f.socket.config.LongPollFallbackAfter > 0 && c.transport == WebSocket && !f.healthy
}

// attempt starts the wait for the WebSocket to open.
func (f *fallback) attempt() {
	if f.possible(f.socket.conn) {
		f.socket.timers.set(&f.timer, f.socket.config.LongPollFallbackAfter)
	}
}

// opened starts the wait for the WebSocket to carry a message, or settles on LongPoll.
func (f *fallback) opened() {
	s := f.socket
	switch {
	case f.possible(s.conn):
		s.timers.set(&f.timer, s.config.LongPollFallbackAfter)
		s.heartbeat.ask()
	case f.trying:
		f.trying, f.settled = false, true
		s.journal.note(LevelInfo, happenedFallback, "fell back to long polling")
	}
}

// heard handles the first message over a connection.
func (f *fallback) heard() {
	if f.socket.conn.transport == WebSocket {
		f.healthy = true
	}
	f.stop()
}

// chosen handles a new Settings.Transport: what was learned about the previous one no longer
// counts.
func (f *fallback) chosen() {
	f.stop()
	f.settled, f.healthy = false, false
}

// stop ends the wait for a WebSocket, or an attempt over LongPoll in its place. The next attempt
// starts with the configured transport.
func (f *fallback) stop() {
	f.socket.timers.cancel(&f.timer)
	f.trying = false
}

// next handles a failed connection. It reports whether an attempt over LongPoll should follow at
// once. If that fails too, the server is not reachable at all, and the next attempt uses the
// WebSocket again.
func (f *fallback) next(c *connection) bool {
	f.trying = f.possible(c)
	return f.trying
}
