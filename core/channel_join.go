package core

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// Join joins the channel, now or once the socket is open. Afterwards the channel rejoins
// automatically. On a closed channel, Join starts a new join. On a leaving one it ends the leave
// first, without waiting for the server. On a channel that is joined or joining, it returns a push
// that completes with the current or the next outcome.
func (c *Channel) Join() (*Push, error) { return c.JoinTimeout(0) }

// JoinTimeout is Join with a timeout of its own, which also applies to the rejoins; 0 means the
// socket's. On a channel that is joined or joining, the timeout has no effect.
func (c *Channel) JoinTimeout(timeout time.Duration) (*Push, error) {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closedForGood {
		return nil, ErrSocketClosed
	}
	switch c.state {
	case ChannelErrored, ChannelJoined, ChannelJoining:
		return c.joinAgain(), nil
	case ChannelLeaving:
		c.left()
	}
	if !slices.Contains(s.topics[c.topic], c) { // it was closed
		s.add(c)
	}
	c.leave, c.timeout = nil, max(timeout, 0)
	c.join = newPush(s, c, pushJoin, eventJoin, Payload{}, c.timeout)
	c.startJoin()
	return c.join, nil
}

// joinAgain returns the push for a Join on a channel that is joined or joining. s.mu must be held,
// as in all methods below that do not lock it themselves.
func (c *Channel) joinAgain() *Push {
	p := newPush(c.socket, c, pushJoinAgain, eventJoin, Payload{}, 0)
	if c.state == ChannelJoined {
		c.socket.events.push(p.settle(c.answer))
	} else {
		c.again = append(c.again, p)
	}
	return p
}

// outcome reports the outcome of a join or rejoin.
func (c *Channel) outcome(reply Reply) {
	c.answerAgain(reply)
	notify(c.socket, &c.onJoin, func(fn func(Reply)) { fn(reply) })
}

// answerAgain completes the pushes of further Join calls.
func (c *Channel) answerAgain(reply Reply) {
	again := c.again
	c.again = nil
	for _, p := range again {
		c.socket.events.push(p.settle(reply))
	}
}

// startJoin starts a join or a rejoin.
func (c *Channel) startJoin() {
	s := c.socket
	s.timers.cancel(&c.rejoin)
	for _, other := range slices.Clone(s.topics[c.topic]) {
		if other != c && other.join != nil && other.state != ChannelLeaving { // also one that is about to rejoin, which would end this one
			s.journal.note(LevelDebug, happenedLeave, "leaving duplicate topic", "topic", c.topic)
			other.startLeave(other.timeout)
		}
	}
	c.retry.began()
	c.setState(ChannelJoining)
	c.joinedOn = nil
	s.forget(c.join)
	c.join.ref = s.MakeRef()
	c.joinRef = c.join.ref
	s.await(c.join)
	c.join.out = outgoing{
		push: c.join, queued: c.join.out.queued,
		msg: Message{JoinRef: c.joinRef, Ref: c.joinRef, Topic: c.topic, Event: eventJoin},
	}
	s.timers.set(&c.join.timer, cmp.Or(c.timeout, s.config.Timeout))
	if s.state == SocketOpen {
		c.sendJoin()
	}
}

// sendJoin sends the join, once the caller's function has returned its params.
func (c *Channel) sendJoin() {
	s, conn, join := c.socket, c.socket.conn, c.joinRef
	c.joinedOn = conn
	if !c.params.isAsked() {
		c.sentJoin = join
		s.send(&c.join.out)
		return
	}
	params, timeout := c.params, cmp.Or(c.timeout, s.config.Timeout)
	s.start(func() {
		ctx, cancel := context.WithTimeout(conn.ctx, timeout)
		defer cancel()
		payload, err := Payload{}, errPanicked
		defer func() { c.sendJoinWith(payload, err, conn, join) }()
		payload, err = params.evaluate(ctx)
	})
}

// sendJoinWith sends the join that was waiting for its params, unless another join has replaced it.
func (c *Channel) sendJoinWith(payload Payload, err error, conn *connection, join string) {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.conn != conn || c.joinRef != join || c.state != ChannelJoining:
	case err != nil:
		err = fmt.Errorf("phoenix: the params of the join of %q: %w", c.topic, within{err})
		s.fail(err)
		c.join.fail(err)
	default:
		c.join.out.msg.Payload = payload
		c.sentJoin = join
		s.send(&c.join.out)
	}
}

// joinReplied handles the server's reply to the join. Any status other than "ok" is a refusal.
func (c *Channel) joinReplied(reply Reply) {
	if c.state != ChannelJoining {
		return // left in the meantime
	}
	if reply.Status != StatusOK {
		c.socket.journal.note(LevelDebug, happenedJoinError, "the join was refused", "topic", c.topic, "ref", c.joinRef,
			"status", reply.Status, "response", reply.Response)
		c.errored()
	} else {
		c.become(ChannelJoined)
		c.joined = time.Now()
		c.joins++
		c.answer = Reply{Status: reply.Status, Response: reply.Response} // without Prepared, which is released with its message
		buffered := c.buffer
		c.buffer = nil
		for _, o := range buffered {
			c.send(o.push)
		}
	}
	c.outcome(reply)
}

// joinTimedOut gives up waiting for the reply. The server may still complete the join later, so it
// is sent a leave.
func (c *Channel) joinTimedOut() {
	s, wasJoining := c.socket, c.state == ChannelJoining
	if !wasJoining && c.join.settled {
		return // a rejoin that ended with its connection; the next connection starts another
	}
	if wasJoining && s.state == SocketOpen && c.joinedOn == s.conn && c.sentJoin == c.joinRef {
		s.send(&outgoing{msg: Message{JoinRef: c.joinRef, Ref: s.MakeRef(), Topic: c.topic, Event: eventLeave}})
	}
	reply := Reply{Status: StatusTimeout}
	s.events.push(c.join.settle(reply))
	if wasJoining {
		c.joinRef = "" // that join is over: the phx_close that confirms its leave does not close the channel
		c.errored()
	}
	c.outcome(reply)
}

// errored marks the channel as not joined and schedules the rejoin: after a delay if the connection
// is open, otherwise with the next connection.
func (c *Channel) errored() {
	c.setState(ChannelErrored)
	if c.socket.state == SocketOpen {
		delay := c.retry.next(0)
		c.socket.timers.set(&c.rejoin, delay)
		c.socket.journal.note(LevelDebug, happenedRejoin, "waiting for the next join", "topic", c.topic, "in", delay)
	}
}

// crashed handles the server's phx_error.
func (c *Channel) crashed(reason Payload) {
	switch c.state {
	case ChannelLeaving, ChannelClosed:
		return // it is ending anyway
	case ChannelJoining:
		c.socket.forget(c.join) // that join will get no reply
	case ChannelJoined:
		c.retry.lasted(time.Since(c.joined))
		if c.pending > 0 {
			c.socket.conn.rebuffer(c)
		}
	}
	c.errored()
	notify(c.socket, &c.onError, func(fn func(Payload)) { fn(reason) })
}

// disconnected handles the end of the connection. A join in progress keeps waiting for the next
// connection until its timeout.
func (c *Channel) disconnected(reason Payload) {
	switch c.state {
	case ChannelLeaving: // the server drops a connection's channels with it
		c.left()
	case ChannelJoined, ChannelJoining:
		if c.state == ChannelJoined {
			life := time.Since(c.joined)
			c.retry.lasted(life)
			c.hurryFrom(life)
		}
		c.socket.forget(c.join)
		c.state, c.joinedOn = ChannelErrored, nil
		notify(c.socket, &c.onError, func(fn func(Payload)) { fn(reason) })
	}
}

// connected handles the opening of a connection.
func (c *Channel) connected() {
	c.socket.timers.cancel(&c.rejoin)
	c.retry.reset()
	switch {
	case c.state == ChannelJoining && c.joinedOn == nil:
		c.sendJoin()
	case c.state == ChannelErrored:
		c.startJoin()
	}
}

// Leave leaves the channel. No more messages are delivered, and once the server has confirmed, or
// after the timeout, the channel is closed and removed from its socket. Without a connection it is
// closed at once.
func (c *Channel) Leave() (*Push, error) { return c.LeaveTimeout(0) }

// LeaveTimeout is Leave with a timeout of its own; 0 means the socket's. Leaving twice returns the
// same push. Leaving a channel that is closed, or was never joined, completes with "ok" at once.
func (c *Channel) LeaveTimeout(timeout time.Duration) (*Push, error) {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.leave == nil {
		c.startLeave(timeout)
	}
	return c.leave, nil
}

// Close leaves the channel without waiting for the server's reply. The channel is closed at once,
// and all pushes still waiting for a reply complete with [StatusClosed]. Closing a closed channel
// does nothing.
func (c *Channel) Close() {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.leave == nil {
		c.startLeave(0)
	}
	c.closed(reasonLeave)
}

func (c *Channel) startLeave(timeout time.Duration) {
	s, before := c.socket, c.state
	c.leaves++
	c.leave = newPush(s, c, pushLeave, eventLeave, Payload{}, timeout)
	if before == ChannelClosed && (c.join != nil || s.closedForGood) { // it has already ended
		c.leave.complete(StatusOK)
		return
	}
	c.setState(ChannelLeaving)
	s.timers.cancel(&c.rejoin)
	onServer := before == ChannelJoined || before == ChannelJoining
	if s.state != SocketOpen || !onServer {
		c.left()
		return
	}
	c.send(c.leave)
}

// left ends a leave that does not have to wait for a reply any more.
func (c *Channel) left() {
	c.leave.complete(StatusOK)
	c.closed(reasonLeave)
}

// closed ends the channel. Pushes still waiting for a reply complete with [StatusClosed].
func (c *Channel) closed(reason Payload) {
	s := c.socket
	i := slices.Index(s.channels, c)
	if i < 0 {
		return // already closed
	}
	s.channels = slices.Delete(slices.Clone(s.channels), i, i+1)
	s.topics[c.topic] = slices.DeleteFunc(s.topics[c.topic], func(other *Channel) bool { return other == c })
	if len(s.topics[c.topic]) == 0 {
		delete(s.topics, c.topic)
	}
	c.setState(ChannelClosed)
	s.timers.cancel(&c.rejoin)
	c.retry.reset()
	if c.leave != nil {
		c.leave.complete(StatusOK)
	}
	if c.join != nil {
		s.timers.cancel(&c.join.timer)
		c.join.complete(StatusClosed)
		s.forget(c.join)
	}
	c.answerAgain(Reply{Status: StatusClosed})
	for _, o := range c.buffer {
		o.push.complete(StatusClosed)
	}
	c.buffer = nil
	for _, p := range s.pendingOf(c) {
		p.complete(StatusClosed)
	}
	notify(s, &c.onClose, func(fn func(Payload)) { fn(reason) })
}
