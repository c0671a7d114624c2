package core

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// closeTimeout is how long the server has to answer a close, and the last messages have to be sent,
// before the connection is dropped.
const closeTimeout = 1500 * time.Millisecond

// maxCloseReason is the size limit of a close frame's reason in bytes (RFC 6455, 5.5).
const maxCloseReason = 123

// Connect connects the socket and keeps it connected. It returns at once: OnOpen reports the open
// connection, and [Socket.WaitOpen] waits for it. Connect does nothing if the socket is already
// connected or connecting. While the socket waits for its next attempt, Connect starts that attempt
// at once, as [Socket.ReconnectNow] does.
func (s *Socket) Connect() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closedForGood:
		return ErrSocketClosed
	case s.wanted:
		s.hurry()
		return nil
	}
	s.wanted = true
	s.retry.reset()
	s.watch.start()
	if s.conn != nil { // still closing: it ends in the background
		s.report(s.conn, s.conn.goodbye)
	}
	s.dial()
	return nil
}

// dial starts an attempt. s.mu must be held, as in all methods below that do not lock it
// themselves.
func (s *Socket) dial() {
	s.timers.cancel(&s.reconnect)
	if s.offline {
		return // SetOnline starts the next attempt
	}
	s.refused = false
	if !s.isHurried() {
		s.retry.began()
	}
	s.conn = newConnection(s)
	s.setState(SocketConnecting)
	s.fallback.attempt()
	s.start(s.conn.run)
}

// established takes over a link that a connection has opened. It reports whether the connection is
// still wanted.
func (s *Socket) established(c *connection, l link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn != c || c.ended {
		return false
	}
	c.link, c.opened = l, time.Now()
	s.usualConnect, s.hurriedTries = c.opened.Sub(c.dialed), 0
	s.setState(SocketOpen)
	if s.counters.Connects++; s.counters.Connects > 1 {
		s.counters.Reconnects++
	}
	s.journal.note(LevelInfo, happenedOpen, "connected", "endpoint", c.endpoint, "transport", c.transport)
	open := OpenEvent{Endpoint: c.endpoint, Transport: c.transport}
	notify(s, &s.onOpen, func(fn func(OpenEvent)) { fn(open) })
	s.wakeWaiters()
	s.heartbeat.start()
	s.fallback.opened()
	for _, channel := range s.channels {
		channel.connected()
	}
	waiting := s.sendBuffer
	s.sendBuffer = nil
	for _, o := range waiting {
		s.send(o)
	}
	s.start(c.writeLoop)
	return true
}

// lost handles the end of a connection, or of the attempt to open one. The connection itself calls
// it.
func (s *Socket) lost(c *connection, cause error) {
	end := asCloseError(cause)
	s.mu.Lock()
	defer s.mu.Unlock()
	c.stop()
	switch {
	case c.goodbye != nil:
		end = c.goodbye
	case c.writeErr != nil && end.code == closeAbnormal:
		end = asCloseError(c.writeErr)
	}
	s.report(c, end)
}

// report ends the current connection: it notifies channels and handlers once, then schedules the
// next attempt.
func (s *Socket) report(c *connection, end *closeError) {
	if s.conn != c {
		return
	}
	s.conn = nil
	s.heartbeat.stop()
	s.fallback.stop()
	s.counters.addTraffic(c)
	s.requeue(c)
	clear(s.expired)
	if c.link != nil {
		s.retry.lasted(time.Since(c.opened))
	}
	s.setState(SocketClosed)
	again := s.wanted && !c.ended
	fallBack := again && !s.offline && s.fallback.next(c)
	if c.link != nil || !fallBack { // joins waiting for their first connection keep waiting if another transport takes over
		s.disconnected(end.channelReason(c))
	}
	if end.err != nil && !c.ended {
		s.fail(end.err)
	}
	event := CloseEvent{WasRequested: c.ended, WillReconnect: again, Code: end.code, Reason: end.reason}
	scheduled := again && !s.offline && !fallBack
	if scheduled {
		event.RetryIn = s.retryDelay(s.patience(end))
	}
	if event.Reason == "" && end.err != nil {
		event.Reason = end.err.Error()
	}
	s.journal.note(LevelInfo, happenedClose, "disconnected", "code", event.Code, "reason", event.Reason, "will_reconnect", event.WillReconnect)
	notify(s, &s.onClose, func(fn func(CloseEvent)) { fn(event) })
	switch {
	case fallBack:
		s.dial()
	case scheduled:
		s.timers.set(&s.reconnect, event.RetryIn)
		s.journal.note(LevelDebug, happenedWait, "waiting for the next attempt", "in", event.RetryIn, "reason", event.Reason)
	}
}

// NextAttempt returns the time until the next connection attempt, or false if none is scheduled.
func (s *Socket) NextAttempt() (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.reconnect.waiting() {
		return 0, false
	}
	return max(time.Until(s.reconnect.due), 0), true
}

// channelReason returns the reason that channels receive, in the official client's words.
func (e *closeError) channelReason(c *connection) string {
	switch {
	case errors.Is(e.err, ErrHeartbeatTimeout):
		return "heartbeat_timeout"
	case c.link == nil && e.err != nil:
		return "connection_error"
	}
	return "connection_closed"
}

// disconnected notifies the channels and the pings that their connection has ended.
func (s *Socket) disconnected(reason string) {
	payload := transportReason(reason)
	for _, channel := range s.channels { // closing or leaving a channel replaces the slice
		channel.disconnected(payload)
	}
	for _, p := range s.pendingOf(nil) {
		p.complete(StatusClosed)
	}
}

// Disconnect closes the connection and stops reconnecting. Earlier pushes are still sent. Channels
// become errored, and rejoin when the socket connects again. code is 1000 (0 means 1000), or 3000
// to 4999; reason has at most 123 bytes.
func (s *Socket) Disconnect(code int, reason string) error {
	if code == 0 {
		code = closeNormal
	}
	switch {
	case code != closeNormal && (code < 3000 || code > 4999):
		return fmt.Errorf("phoenix: close code %d is not allowed: use 1000, or 3000 to 4999", code)
	case len(reason) > maxCloseReason || !utf8.ValidString(reason):
		return fmt.Errorf("phoenix: a close reason must be UTF-8 of at most %d bytes, this one has %d", maxCloseReason, len(reason))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disconnect(code, reason)
	return nil
}

func (s *Socket) disconnect(code int, reason string) {
	if !s.wanted {
		return
	}
	s.wanted = false
	s.timers.cancel(&s.reconnect)
	s.watch.stop()
	s.heartbeat.stop()
	s.fallback.stop()
	end := &closeError{code: code, reason: reason}
	c := s.conn
	switch {
	case c == nil: // between two attempts: nothing to close, but the last CloseEvent promised a reconnect
		notify(s, &s.onClose, func(fn func(CloseEvent)) { fn(CloseEvent{WasRequested: true, Code: code, Reason: reason}) })
	case s.state == SocketConnecting:
		c.ended, c.goodbye = true, end
		c.stop()
		s.report(c, end)
	default:
		c.ended, c.goodbye = true, end
		s.setState(SocketClosing)
		s.disconnected("connection_closed")
		s.timers.set(&c.deadline, closeTimeout)
		c.wakeWriter()
	}
}

// Close closes the socket for good: it disconnects, closes all channels, completes every waiting
// push with [StatusClosed], and ends all goroutines. Close returns at once. The close handshake
// with the server takes at most 1.5 s, and functions of the config that are running are waited for;
// [Socket.Ended] reports when nothing of the connection is left. Queued events are still delivered
// to the handlers. Closing twice does nothing.
func (s *Socket) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closedForGood {
		return nil
	}
	s.disconnect(closeNormal, "")
	s.closedForGood = true
	for _, channel := range s.channels { // closing or leaving a channel replaces the slice
		channel.closed(reasonClosed)
	}
	for _, o := range s.sendBuffer {
		s.release(o)
	}
	s.sendBuffer = nil
	s.wakeWaiters()
	s.checkEnded()
	return nil
}

// Ended returns a channel that is closed once a closed socket has no goroutines left, and so has
// finished the close handshake with the server.
func (s *Socket) Ended() <-chan struct{} { return s.ended }

// ReconnectNow skips the delay before the next attempt. Call it when the program knows better, for
// example because the player pressed "retry". It does nothing on a socket that is connected,
// connecting, or was not asked to connect. Called again within 5 s, it starts the attempt when the
// 5 s are over.
func (s *Socket) ReconnectNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hurry()
}

// hurry skips the delay before the next attempt. If the caller has to wait before it may skip one,
// it shortens the delay to that wait.
func (s *Socket) hurry() {
	if !s.wanted || s.conn != nil || s.offline {
		return
	}
	wait := s.retry.hurry()
	switch {
	case wait == 0:
		s.dial()
	case !s.reconnect.waiting() || time.Until(s.reconnect.due) > wait:
		s.timers.set(&s.reconnect, wait)
	}
}

// SetOnline tells the socket whether the program considers the network available. While offline,
// the socket does not try to connect. Once online again, it tries at once; on an open connection it
// sends a heartbeat to check that the connection survived.
func (s *Socket) SetOnline(online bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wasOffline := s.offline
	s.offline = !online
	switch {
	case !online:
		s.timers.cancel(&s.reconnect)
	case wasOffline:
		s.networkChanged(true)
	default:
		s.check()
	}
}

// CheckNow is for a program that was suspended, such as an app in the background of a phone. On an
// open connection it sends a heartbeat to check that the connection survived. Otherwise it skips
// the delay before the next attempt, as ReconnectNow does.
func (s *Socket) CheckNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.offline {
		s.check()
	}
}

func (s *Socket) check() {
	if s.state == SocketOpen {
		s.heartbeat.probe()
	} else {
		s.hurry()
	}
}
