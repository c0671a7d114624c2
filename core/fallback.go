package core

import (
	"errors"
	"fmt"
)

// fallback decides over which transport the next attempt goes. With Settings.LongPollFallbackAfter a WebSocket that fails to open, or
// opens but carries nothing, is followed by an attempt over LongPoll; when that opens, the socket stays with it for life. A
// WebSocket that has carried a message once is never given up for LongPoll. All methods run under the socket's lock.
type fallback struct {
	socket  *Socket
	server  string // that the following holds for
	timer   task
	trying  bool // the attempt, or the next one, is over LongPoll instead
	settled bool // LongPoll opened: it stays
	healthy bool // the WebSocket has carried a message

	uncompressed bool // compression could not be agreed on
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

// transport is that of the next attempt.
func (f *fallback) transport() Transport {
	if server := displayURL(f.socket.endpoint); server != f.server {
		*f = fallback{socket: f.socket, timer: f.timer, server: server}
	}
	if f.trying || f.settled {
		return LongPoll
	}
	return f.socket.config.Transport
}

// possible tells whether the connection may be given up for LongPoll.
func (f *fallback) possible(c *connection) bool {
	return f.socket.config.LongPollFallbackAfter > 0 && c.transport == WebSocket && !f.healthy
}

// attempt begins the wait for the WebSocket to open.
func (f *fallback) attempt() {
	if f.possible(f.socket.conn) {
		f.socket.timers.set(&f.timer, f.socket.config.LongPollFallbackAfter)
	}
}

// opened begins the wait for the WebSocket to carry something, or settles for LongPoll.
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

// heard takes the first message over a connection.
func (f *fallback) heard() {
	if f.socket.conn.transport == WebSocket {
		f.healthy = true
	}
	f.stop()
}

// chosen takes a new Settings.Transport: what was found out about the one before is over.
func (f *fallback) chosen() {
	f.stop()
	f.settled, f.healthy = false, false
}

// stop ends the wait for a WebSocket, and an attempt over LongPoll in its place. The next begins with the transport that is set.
func (f *fallback) stop() {
	f.socket.timers.cancel(&f.timer)
	f.trying = false
}

// next takes the failure of a connection, and tells whether an attempt over LongPoll should follow at once. After a failed one the
// WebSocket has its turn again, as then the server is not to be had at all.
func (f *fallback) next(c *connection) bool {
	f.trying = f.possible(c)
	return f.trying
}
