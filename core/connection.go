package core

import (
	"context"
	"fmt"
	"time"
)

// connection is one attempt to connect and, if it succeeds, the connection: a link, the goroutine
// that reads it and the one that writes it. The two never wait for each other. Anything that a
// replaced connection still does is ignored.
type connection struct {
	socket     *Socket
	transport  Transport
	serializer serializer
	ctx        context.Context
	cancel     context.CancelFunc
	wake       chan struct{} // wakes the writer

	// Guarded by socket.mu.
	link     link
	shaping  shaping
	dialed   time.Time   // when dialing began
	opened   time.Time   // when link was opened
	endpoint string      // for logs and events, without secrets
	out      []*outgoing // queued messages
	burst    int         // consecutive writes, none of which had to wait for the network
	taken    time.Time   // when messages were last taken from out
	ended    bool        // by Disconnect or Close
	goodbye  *closeError // the close to send and report, if this side ends the connection
	deadline task        // for the end of the link, after goodbye or a failed write
	writeErr error       // why writing ended
	paused   bool        // reading waits for the handlers
	heard    bool        // at least one message arrived
	messages int64       // number of received messages
}

func newConnection(s *Socket) *connection {
	ctx, cancel := context.WithCancel(context.Background())
	c := &connection{
		socket: s, transport: s.fallback.transport(), serializer: newSerializer(s.version, s.preparation()),
		ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1),
	}
	c.deadline.run = c.stop
	return c
}

// stop ends the link and the goroutines at once. socket.mu must be held.
func (c *connection) stop() {
	c.socket.timers.cancel(&c.deadline)
	c.cancel()
	c.wakeWriter()
	if c.link != nil {
		c.link.abort()
	}
}

func (c *connection) wakeWriter() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// run connects, then reads until the connection ends.
func (c *connection) run() {
	cause := errPanicked
	defer func() { c.socket.lost(c, cause) }()
	l, err := c.dial()
	if err != nil {
		cause = err
		return
	}
	if !c.socket.established(c, l) {
		l.abort()
		return
	}
	cause = c.readLoop()
}

// dial determines the URL and the credentials, for which it calls the caller's functions, and opens
// a link.
func (c *connection) dial() (link, error) {
	s := c.socket
	s.mu.Lock()
	endpoint, given, token, config := *s.endpoint, s.params, s.token, s.config
	t, timeout := s.newTarget(&endpoint), s.attemptTimeout()
	c.endpoint = displayURL(&endpoint)
	s.mu.Unlock()
	if user := endpoint.User; user != nil {
		password, _ := user.Password()
		s.journal.secrets.learnOwn(password)
		t.authorize(user.Username(), password)
		endpoint.User = nil
	}
	t.addHeader(config.Header)
	values, err := c.askCredentials(&t, given, token, config.Timeout)
	if err != nil {
		return nil, err
	}
	if t.endpoint.RawQuery, err = connectQuery(endpoint.RawQuery, values.JSON(), config.Version); err != nil {
		return nil, fmt.Errorf("phoenix: the params of the connect: %w", within{err})
	}
	s.journal.connecting(t, c.transport, values)
	ctx, cancel := context.WithTimeout(c.ctx, timeout)
	defer cancel()
	c.dialed = time.Now()
	l, err := c.openLink(ctx, t, &config)
	if deadline, _ := ctx.Deadline(); err != nil && !time.Now().Before(deadline) { // the network's own deadline may pass before that of ctx
		return nil, fmt.Errorf("phoenix: %s %s%s: no answer within %v", duringConnect, displayURL(&endpoint), t.via(), timeout)
	}
	return l, err
}

// askCredentials evaluates the params, which it returns, and the auth token. The caller's functions
// have as much time as the connect itself.
func (c *connection) askCredentials(t *target, given params, token authToken, timeout time.Duration) (Payload, error) {
	ctx, cancel := context.WithTimeout(c.ctx, timeout)
	defer cancel()
	values, err := given.evaluate(ctx)
	if err != nil {
		return values, fmt.Errorf("phoenix: the params of the connect: %w", within{err})
	}
	t.useToken = token.isGiven()
	t.token, err = token.evaluate(ctx)
	if err != nil {
		return values, fmt.Errorf("phoenix: the auth token of the connect: %w", within{err})
	}
	return values, checkToken(t.token)
}

// readLoop receives messages until the link ends. It pauses while the handlers are behind.
func (c *connection) readLoop() error {
	small := &smallIncoming{}
	for {
		f, err := c.read(small.data[:])
		if err != nil {
			return err
		}
		if len(f.data) > len(small.data) {
			c.socket.receive(c, &incoming{}, f)
		} else {
			c.socket.receive(c, &small.incoming, f)
			small = &smallIncoming{}
		}
		if room := c.socket.events.waitRoom(); room != nil {
			c.pause(true)
			c.hold(room)
			c.pause(false)
		}
	}
}

func (c *connection) pause(paused bool) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.paused = paused
	if !paused && c.socket.conn == c {
		c.socket.heartbeat.resumed()
	}
}

// writeLoop writes queued messages and waits for more. At the end it sends the close.
func (c *connection) writeLoop() {
	var batch []outgoing
	var frames []frame
	var buffer []byte
	intact := false
	defer func() {
		if !intact {
			c.link.abort() // the reader reports the end
		}
	}()
	for {
		var goodbye *closeError
		clear(batch) // do not keep written messages
		clear(frames)
		if before := c.socket.beforeWrite; before != nil {
			c.socket.call(before)
		}
		batch, goodbye = c.next(batch[:0])
		if len(batch) == 0 {
			if goodbye != nil {
				intact = c.close(goodbye) == nil
				return
			}
			if <-c.wake; c.ctx.Err() != nil {
				return
			}
			continue
		}
		frames, buffer = c.encodeAll(batch, frames[:0], buffer)
		if err := c.write(frames); err != nil {
			c.writeFailed(err)
			intact = true
			return
		}
	}
}

// keptBuffer is the maximum size of a frame buffer that is kept, so that one large message does not
// occupy memory forever.
const keptBuffer = 64 << 10

// encodeAll appends the frames of a batch to frames, encoded one after another in buffer. It
// returns the buffer for the next batch.
func (c *connection) encodeAll(batch []outgoing, frames []frame, buffer []byte) ([]frame, []byte) {
	room := buffer[:0]
	for i := range batch {
		if feed := batch[i].feed; feed != nil && !feed.filled(&batch[i]) {
			continue
		}
		f, err := c.encode(room, &batch[i])
		if err != nil {
			c.refuse(&batch[i], err)
			continue
		}
		frames = append(frames, f)
		room = f.data[len(f.data):] // if there was too little room, that of a new, larger buffer
		if cap(f.data) > cap(buffer) && cap(f.data) <= keptBuffer {
			buffer = f.data
		}
	}
	return frames, buffer
}

// writeFailed gives the reader a moment to find the cause, because the server's last message may
// still arrive.
func (c *connection) writeFailed(err error) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.writeErr = err
	c.socket.timers.set(&c.deadline, closeTimeout)
}

// quickWrite is the maximum duration of a write that did not have to wait for the network.
const quickWrite = time.Millisecond

// next fills batch with messages from the queue. They are copies, because a push may be sent again
// while its frame is being written. next also returns the close to send once the queue is empty, or
// nil.
func (c *connection) next(batch []outgoing) ([]outgoing, *closeError) {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(c.out) == 0 {
		c.burst = 0
		return batch, c.goodbye
	}
	now := time.Now()
	if c.burst++; now.Sub(c.taken) > quickWrite {
		c.burst = 0
	}
	c.taken = now
	maxFrames, maxBytes := c.link.maxBatch(c.burst)
	for bytes := 0; len(c.out) > 0 && len(batch) < maxFrames; {
		o := c.out[0]
		if bytes += o.msg.Payload.Len(); len(batch) > 0 && bytes > maxBytes {
			break
		}
		c.out[0], c.out = nil, c.out[1:]
		o.queued = false
		s.release(o)
		if p := o.push; p != nil {
			if p.settled && p.kind != pushJoin && p.reply.Status == StatusTimeout {
				continue // timed out; a push that was closed in the meantime is still sent, as it was made before the end
			}
			p.sentAt = now
			if p.kind == pushJoin && !p.channel.params.isAsked() {
				o.msg.Payload = p.channel.params.fixed // the latest params
			}
		}
		if o.feed == nil {
			s.heartbeat.written(o)
			s.counters.MessagesOut++
		} else if !o.feed.isCurrent(&o.msg) {
			continue
		}
		o.told = len(s.onSent) > 0
		batch = append(batch, *o)
		if o.push != nil && o.push.kind == pushMessage {
			o.msg.Payload = Payload{} // a push waiting for its reply no longer needs it
		}
	}
	return batch, c.goodbye
}

// encode encodes a message as a frame.
func (c *connection) encode(dst []byte, o *outgoing) (frame, error) {
	m := &o.msg
	if o.told {
		m.Payload = m.Payload.encoded() // once, for all handlers
		c.socket.events.push(&departed{c.socket, *m})
	}
	f, err := c.serializer.encode(dst, m)
	if err == nil {
		c.socket.journal.message(ObservedOut, m, o.origin)
	}
	return f, err
}

// refuse drops a message that cannot be encoded: its push fails with the error.
func (c *connection) refuse(o *outgoing, err error) {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail(err)
	if p := o.push; p != nil && s.pending[o.msg.Ref] == p {
		p.fail(err)
	}
}
