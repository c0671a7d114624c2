package core

import (
	"context"
	"fmt"
	"time"
)

// connection is one attempt at a connection and, when it succeeds, the connection: a link, the goroutine that reads it and the one
// that writes it, which never wait for each other. What it does after it was replaced concerns nobody.
type connection struct {
	socket     *Socket
	transport  Transport
	serializer serializer
	ctx        context.Context
	cancel     context.CancelFunc
	wake       chan struct{} // tells the writer to look

	// Guarded by socket.mu.
	link     link
	shaping  shaping
	dialed   time.Time   // when the network was first asked
	opened   time.Time   // when link was
	endpoint string      // that it goes to, as it may be shown
	out      []*outgoing // to write
	burst    int         // writes that came right after another, of which none had to wait
	taken    time.Time   // when messages were taken to be written last
	ended    bool        // by Disconnect or Close
	goodbye  *closeError // what to say and report at the end, when we end it
	deadline task        // for the server's answer to the goodbye
	writeErr error       // why writing ended
	paused   bool        // reading waits for the handlers
	heard    bool        // at least one message arrived
	messages int64       // that came
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

// stop ends the link and the goroutines at once. Under the lock.
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

// run connects, and reads until the end.
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

// dial works out where to connect, asking the caller's functions, and opens a link.
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
	if deadline, _ := ctx.Deadline(); err != nil && !time.Now().Before(deadline) { // the network's own deadline may come before that of ctx
		return nil, fmt.Errorf("phoenix: %s %s%s: no answer within %v", duringConnect, displayURL(&endpoint), t.via(), timeout)
	}
	return l, err
}

// askCredentials works out the params, which it returns, and the auth token. The caller's functions have as long as the connect itself.
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

// readLoop takes in messages until the link ends, waiting while the handlers are behind.
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

// writeLoop writes what is queued, then waits for more; at the end it says goodbye.
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
		clear(batch) // what was written is not ours to keep
		clear(frames)
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

// keptBuffer is how large the buffer for frames may be that is kept; one large message does not make it so for ever.
const keptBuffer = 64 << 10

// encodeAll appends the frames of a batch to frames, one after another in buffer, and gives the buffer for the next batch.
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
		room = f.data[len(f.data):] // when there was too little, that of a new and larger buffer
		if cap(f.data) > cap(buffer) && cap(f.data) <= keptBuffer {
			buffer = f.data
		}
	}
	return frames, buffer
}

// writeFailed leaves the reader a moment to find out why: what the server said last may still come.
func (c *connection) writeFailed(err error) {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.writeErr = err
	c.socket.timers.set(&c.deadline, closeTimeout)
}

// quickWrite is how long a write may take that did not have to wait for the network.
const quickWrite = time.Millisecond

// next fills batch with messages off the queue, copies, as a push may be sent anew while its frame is written. When there are none
// it gives the goodbye, if it is time for that.
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
				continue // too late; one that was closed meanwhile was still pushed before the end
			}
			p.sentAt = now
			if p.kind == pushJoin && !p.channel.params.isAsked() {
				o.msg.Payload = p.channel.params.fixed // the latest
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
	}
	return batch, c.goodbye
}

// encode makes the frame of a message.
func (c *connection) encode(dst []byte, o *outgoing) (frame, error) {
	m := &o.msg
	if o.told {
		c.socket.events.push(&departed{c.socket, *m})
	}
	f, err := c.serializer.encode(dst, m)
	if err == nil {
		c.socket.journal.message(ObservedOut, m, o.origin)
	}
	return f, err
}

// refuse ends a message that cannot be written: its push fails with the error.
func (c *connection) refuse(o *outgoing, err error) {
	s := c.socket
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail(err)
	if p := o.push; p != nil && s.pending[o.msg.Ref] == p {
		p.fail(err)
	}
}
