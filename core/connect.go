package core

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// closeTimeout is how long the server has to answer a close, and the last messages to go out, before the connection is dropped.
const closeTimeout = 1500 * time.Millisecond

// maxCloseReason is the size limit of a close frame's reason in bytes (RFC 6455, 5.5).
const maxCloseReason = 123

// Connect connects the socket and keeps it connected. It returns at once: OnOpen reports the open connection, [Socket.WaitOpen] waits
// for it. It does nothing if the socket is already connected or connecting; while the socket waits for its next attempt, it begins that
// attempt at once, as [Socket.ReconnectNow] does.
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
	if s.conn != nil { // still saying goodbye: that one ends in the background
		s.report(s.conn, s.conn.goodbye)
	}
	s.dial()
	return nil
}

// dial begins an attempt. Under the lock, as all that follows but for the exported.
func (s *Socket) dial() {
	s.timers.cancel(&s.reconnect)
	if s.offline {
		return // SetOnline will
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

// established takes a link that a connection has opened, and tells whether it is still wanted.
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

// lost takes the end of a connection, or of the attempt at one, from the connection itself.
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

// report tells all whom it concerns that the current connection is over, once; then it sees to the next.
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
	if c.link != nil || !fallBack { // joins that wait for their first connection go on waiting when another transport takes over
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

// NextAttempt returns how long it is until the next attempt to connect, false if none is scheduled.
func (s *Socket) NextAttempt() (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.reconnect.waiting() {
		return 0, false
	}
	return max(time.Until(s.reconnect.due), 0), true
}

// channelReason is how the official client words the end of a connection to the channels.
func (e *closeError) channelReason(c *connection) string {
	switch {
	case errors.Is(e.err, ErrHeartbeatTimeout):
		return "heartbeat_timeout"
	case c.link == nil && e.err != nil:
		return "connection_error"
	}
	return "connection_closed"
}

// disconnected tells the channels, and the pings, that their connection is gone.
func (s *Socket) disconnected(reason string) {
	payload := transportReason(reason)
	for _, channel := range s.channels { // closed channels replace the list
		channel.disconnected(payload)
	}
	for _, p := range s.pendingOf(nil) {
		p.complete(StatusClosed)
	}
}

// Disconnect closes the connection and stops reconnecting. What was pushed before still goes out. Channels are errored and rejoin
// when the socket connects again. code is 1000 (also for 0) or from 3000 to 4999; reason has at most 123 bytes.
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
	case c == nil: // between two attempts: nothing to close, but the game was told that it will reconnect
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

// Close closes the socket for good: it disconnects, closes all channels, completes every push that still waits with [StatusClosed],
// and ends all goroutines. It returns at once; the goodbye to the server takes at most 1.5 s, and [Socket.Ended] tells when
// nothing of the connection is left. A function of the config that runs just now is waited for, and what is queued is still told to the
// handlers. Closing twice does nothing.
func (s *Socket) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closedForGood {
		return nil
	}
	s.disconnect(closeNormal, "")
	s.closedForGood = true
	for _, channel := range s.channels { // closed channels replace the list
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

// Ended is closed once a closed socket has no goroutine left, that is: has said goodbye to the server.
func (s *Socket) Ended() <-chan struct{} { return s.ended }

// ReconnectNow skips the delay before the next attempt, for a program that knows better: the player pressed "retry". It does nothing on
// a socket that is connected, connecting, or was not asked to connect. Called again within 5 s, it begins the attempt when they are over.
func (s *Socket) ReconnectNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hurry()
}

// hurry skips the delay before the next attempt, or the rest of it that is longer than a caller has to wait.
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

// SetOnline reports what the program knows of the network. Offline, the socket stops trying to connect; online again it tries at once, and
// on an open connection sends a heartbeat to see whether it survived.
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

// CheckNow is for a program that stood still, as an app in the background of a phone does: on an open connection it sends a heartbeat to see
// whether it survived, and otherwise skips the delay before the next attempt, as ReconnectNow does.
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
