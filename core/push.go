package core

import (
	"context"
	"time"
)

// Push is a message that expects a reply: Join, Leave, Push and Ping return one. It completes
// exactly once: with the server's status ("ok", "error" or any other), with [StatusTimeout], or
// with [StatusClosed] if its channel or socket is closed for good.
//
// The push of a join is special in one respect, as in the official client: a channel rejoins
// automatically, and the hooks set with Receive and OnOutcome run at each outcome. Wait, Done,
// Reply and OnComplete refer to the first.
type Push struct {
	socket  *Socket
	channel *Channel // nil for a ping
	kind    pushKind
	topic   string
	event   string
	timeout time.Duration

	// Guarded by socket.mu.
	out       outgoing
	ref       string // of the latest send
	order     uint64 // sequence number of the push
	sentAt    time.Time
	roundTrip time.Duration
	timer     task
	settled   bool // reply holds the first outcome
	reply     Reply
	done      chan struct{} // made by the first call of Done
	hooks     []receiveHook
	firstHook [1]receiveHook // storage for the first hook; most pushes have only one
	onDone    []func(Reply)
	delivered *Reply   // the latest outcome passed to the hooks
	owed      []func() // calls of hooks that were set after that outcome
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
	p.timer.run, p.hooks = p.expire, p.firstHook[:0]
	s.pushes++
	p.order = s.pushes
	return p
}

// Event returns the push's event.
func (p *Push) Event() string { return p.event }

// Topic returns the push's topic.
func (p *Push) Topic() string { return p.topic }

// Ref returns the push's ref on the wire, "" before it has been sent.
func (p *Push) Ref() string {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	return p.ref
}

// Receive calls fn when the push completes with this status. If it has already completed, the call
// of fn is queued with the socket's other events; fn is never called within Receive. It returns the
// push, for chaining.
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

// OnComplete calls fn once, with the push's first outcome. If the push has already completed, fn is
// called as in Receive.
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

// owe queues the call of a hook that was set after the outcome. If a further outcome of a join is
// already queued, the hook is called before it. s.mu must be held.
func (p *Push) owe(call func()) {
	p.owed = append(p.owed, call)
	p.socket.events.push(notice(p.callOwed))
}

// callOwed is the event that runs the calls queued by owe.
func (p *Push) callOwed() {
	p.socket.mu.Lock()
	owed := p.owed
	p.owed = nil
	p.socket.mu.Unlock()
	p.socket.callAll(owed)
}

// Wait waits until the push completes. It may be called inside a handler, as it does not need the
// handlers' goroutine. It returns an error if ctx ends first; the push continues.
func (p *Push) Wait(ctx context.Context) (Reply, error) {
	select {
	case <-p.Done():
		reply, _ := p.Reply()
		return reply, nil
	case <-ctx.Done():
		return Reply{}, ctx.Err()
	}
}

// Done returns a channel that is closed once the push is complete.
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

// Reply returns the push's outcome, and false if it has not completed yet.
func (p *Push) Reply() (Reply, bool) {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	return p.reply, p.settled
}

// RoundTrip returns the time between sending the push and receiving the server's reply; 0 without a
// reply.
func (p *Push) RoundTrip() time.Duration {
	p.socket.mu.Lock()
	defer p.socket.mu.Unlock()
	return p.roundTrip
}

// await registers a push under its ref, to wait for the reply. s.mu must be held.
func (s *Socket) await(p *Push) {
	s.pending[p.ref] = p
	if p.channel != nil {
		p.channel.pending++
	}
}

// forget unregisters a push, if it is registered. s.mu must be held.
func (s *Socket) forget(p *Push) {
	if s.pending[p.ref] != p {
		return
	}
	delete(s.pending, p.ref)
	if p.channel != nil {
		p.channel.pending--
	}
}

// settle ends the wait for a reply and returns the event that calls the hooks. s.mu must be held.
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

// complete settles the push with a status set by this client, if it is not settled yet. s.mu must
// be held.
func (p *Push) complete(status string) {
	if !p.settled {
		p.socket.events.push(p.settle(Reply{Status: status}))
	}
}

// fail settles a push that cannot be sent; for a join, it fails the channel's join as well. s.mu
// must be held.
func (p *Push) fail(err error) {
	reply := Reply{Status: StatusError, Response: reasonPayload(within{err}.Error())}
	p.socket.events.push(p.settle(reply))
	if p.kind == pushJoin {
		p.channel.joinReplied(reply)
	}
}

// expire handles the push's timeout. s.mu must be held.
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

// outcome is the event that calls a push's hooks with its outcome.
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
