package core

import (
	"context"
	"time"
)

// Push is a message that asks for a reply: what Join, Leave, Push and Ping return. It completes exactly once: with the status that
// the server chose ("ok", "error" or any other), with [StatusTimeout], or with [StatusClosed] when its channel or socket went for
// good.
//
// The push of a join is special in one way, as in the official client: a channel rejoins by itself, and the hooks set with
// Receive and OnOutcome run at each outcome. Wait, Done, Reply and OnComplete speak of the first.
type Push struct {
	socket  *Socket
	channel *Channel // nil for a ping
	kind    pushKind
	topic   string
	event   string
	timeout time.Duration

	// Guarded by socket.mu.
	out       outgoing
	ref       string // of the latest sending
	order     uint64 // in which pushes were made
	sentAt    time.Time
	roundTrip time.Duration
	timer     task
	settled   bool // the first outcome is known: reply
	reply     Reply
	done      chan struct{} // made when asked for
	hooks     []receiveHook
	onDone    []func(Reply)
	delivered *Reply   // the latest outcome of which the hooks were told
	owed      []func() // of hooks that were set after it
}

type pushKind int

const (
	pushMessage pushKind = iota
	pushJoin
	pushJoinAgain
	pushLeave
	pushPing
)

type receiveHook struct {
	status string
	any    bool // status does not matter
	fn     func(Reply)
}

func newPush(s *Socket, c *Channel, kind pushKind, event string, payload Payload, timeout time.Duration) *Push {
	if timeout <= 0 {
		timeout = s.config.Timeout
	}
	p := &Push{socket: s, channel: c, kind: kind, topic: topicPhoenix, event: event, timeout: timeout}
	if c != nil {
		p.topic = c.topic
	}
	p.out = outgoing{push: p, msg: Message{Topic: p.topic, Event: event, Payload: payload}}
	p.timer.run = p.expire
	s.pushes++
	p.order = s.pushes
	return p
}

// Event of the push.
func (p *Push) Event() string { return p.event }

// Topic the push goes to.
func (p *Push) Topic() string { return p.topic }

// Ref of the push on the wire, empty before it was sent.
func (p *Push) Ref() string {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	return p.ref
}

// Receive calls fn when the push completes with this status. If it has already, fn is called in turn with the socket's other events, never
// within Receive. It returns the push, for chaining.
func (p *Push) Receive(status string, fn func(Reply)) *Push {
	return p.hook(receiveHook{status: status, fn: fn})
}

// OnOutcome is Receive for any status.
func (p *Push) OnOutcome(fn func(Reply)) *Push { return p.hook(receiveHook{any: true, fn: fn}) }

func (p *Push) hook(h receiveHook) *Push {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	delivered := p.delivered
	if delivered == nil || p.kind == pushJoin {
		p.hooks = append(p.hooks, h)
	}
	if delivered != nil && h.wants(*delivered) {
		p.owe(func() { h.fn(*delivered) })
	}
	return p
}

func (h receiveHook) wants(reply Reply) bool { return h.any || h.status == reply.Status }

// OnComplete calls fn once, with whatever the push completes with. If it has already, fn is called as in Receive.
func (p *Push) OnComplete(fn func(Reply)) *Push {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	if p.delivered == nil {
		p.onDone = append(p.onDone, fn)
	} else {
		reply := p.reply
		p.owe(func() { fn(reply) })
	}
	return p
}

// owe queues the call of a hook that was set after the outcome. A further outcome of a join that is queued already still comes after it.
// s.mu must be held.
func (p *Push) owe(call func()) {
	p.owed = append(p.owed, call)
	p.socket.events.push(notice(p.callOwed))
}

// callOwed is the event that makes those calls.
func (p *Push) callOwed() {
	p.socket.mu.Lock()
	owed := p.owed
	p.owed = nil
	p.socket.mu.Unlock()
	p.socket.callAll(owed)
}

// Wait waits for the push to complete. It may be called inside of a handler: it does not need the handlers' goroutine. An error
// means that ctx ended first; the push goes on.
func (p *Push) Wait(ctx context.Context) (Reply, error) {
	select {
	case <-p.Done():
		reply, _ := p.Reply()
		return reply, nil
	case <-ctx.Done():
		return Reply{}, ctx.Err()
	}
}

// Done is closed once the push is complete.
func (p *Push) Done() <-chan struct{} {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	if p.done == nil {
		p.done = make(chan struct{})
		if p.settled {
			close(p.done)
		}
	}
	return p.done
}

// Reply is what the push completed with; false when it has not yet.
func (p *Push) Reply() (Reply, bool) {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	return p.reply, p.settled
}

// RoundTrip is the time from the sending to the server's reply; 0 without one.
func (p *Push) RoundTrip() time.Duration {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	return p.roundTrip
}

// await makes the socket wait for the reply to a push, by its ref. Under the lock, as forget.
func (s *Socket) await(p *Push) {
	s.pending[p.ref] = p
	if p.channel != nil {
		p.channel.pending++
	}
}

// forget ends the wait for the reply to a push, if there is one.
func (s *Socket) forget(p *Push) {
	if s.pending[p.ref] != p {
		return
	}
	delete(s.pending, p.ref)
	if p.channel != nil {
		p.channel.pending--
	}
}

// settle ends the wait for a reply and gives the event that tells the hooks. Under the lock.
func (p *Push) settle(reply Reply) *outcome {
	s := p.socket
	s.timers.cancel(&p.timer)
	s.forget(p)
	s.release(&p.out)
	if !p.settled {
		p.settled, p.reply = true, reply
		if p.done != nil {
			close(p.done)
		}
	}
	return &outcome{p, reply}
}

// complete settles the push with an outcome of this client's own, if it is not settled yet. Under the lock.
func (p *Push) complete(status string) {
	if !p.settled {
		p.socket.events.push(p.settle(Reply{Status: status}))
	}
}

// fail settles the push, a join with its channel, because it cannot be sent. s.mu must be held.
func (p *Push) fail(err error) {
	reply := Reply{Status: StatusError, Response: reasonPayload(within{err}.Error())}
	p.socket.events.push(p.settle(reply))
	if p.kind == pushJoin {
		p.channel.joinReplied(reply)
	}
}

// expire is the push's timer. Under the lock.
func (p *Push) expire() {
	p.socket.noteExpired(p.ref)
	p.socket.journal.note(LevelDebug, happenedTimeout, "no reply in time", "topic", p.topic, "ref", p.ref, "event", p.event, "after", p.timeout)
	switch p.kind {
	case pushJoin:
		p.channel.joinTimedOut()
	case pushLeave:
		p.complete(StatusTimeout)
		p.channel.closed(reasonLeave)
	case pushMessage:
		p.channel.unbuffer(p)
		p.complete(StatusTimeout)
	case pushPing:
		p.complete(StatusTimeout)
	}
}

// outcome is the event that tells a push's hooks what it completed with.
type outcome struct {
	push  *Push
	reply Reply
}

func (o *outcome) size() int { return o.reply.Response.Len() + eventOverhead }

func (o *outcome) deliver() {
	p := o.push
	p.socket.mu.Lock()
	owed, hooks, onDone := p.owed, p.hooks, p.onDone
	p.delivered, p.owed, p.onDone = &o.reply, nil, nil
	if p.kind != pushJoin {
		p.hooks = nil
	}
	p.socket.mu.Unlock()
	p.socket.callAll(owed)
	for _, h := range hooks {
		if h.wants(o.reply) {
			p.socket.call(func() { h.fn(o.reply) })
		}
	}
	for _, fn := range onDone {
		p.socket.call(func() { fn(o.reply) })
	}
}
