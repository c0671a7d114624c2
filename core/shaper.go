package core

import (
	"bytes"
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// shaper carries the messages of one direction of a connection like the simulated network:
// rate-limited, delayed, and in order.
type shaper struct {
	network *simulated
	ctx     context.Context // of the connection

	mu     sync.Mutex
	queue  []parcel
	size   int           // bytes in the queue
	idle   time.Time     // when the line has accepted all of them
	latest time.Time     // when the last parcel is due
	room   chan struct{} // closed when there is room again; nil while there is room
	added  chan struct{} // signals take that the queue is no longer empty
}

// parcel is a unit of transmission: frames, or the end of the link.
type parcel struct {
	frames  []frame
	goodbye *closeError // close frame to send to the server
	err     error       // how the link ended
	due     time.Time
	size    int
}

// maxShaped is how many bytes may be in transit before the sender has to wait, like the buffers of
// a real network.
const maxShaped = 64 << 10

func newShaper(ctx context.Context, network *simulated) *shaper {
	return &shaper{network: network, ctx: ctx, added: make(chan struct{}, 1)}
}

// openRoom is a closed channel, returned while there is room.
var openRoom = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

// put queues a parcel for transmission. The returned channel is closed when there is room for
// another.
func (s *shaper) put(p parcel) <-chan struct{} {
	for _, f := range p.frames {
		p.size += len(f.data)
	}
	current, _, _ := s.network.get()
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.idle.Before(now) {
		s.idle = now
	}
	if current.BytesPerSecond > 0 {
		s.idle = s.idle.Add(time.Duration(float64(p.size) / float64(current.BytesPerSecond) * float64(time.Second)))
	}
	p.due = s.idle.Add(current.Latency)
	if current.Jitter > 0 {
		p.due = p.due.Add(rand.N(current.Jitter))
	}
	if p.due.Before(s.latest) {
		p.due = s.latest
	}
	s.latest = p.due
	s.queue = append(s.queue, p)
	s.size += p.size
	select {
	case s.added <- struct{}{}:
	default:
	}
	switch {
	case s.size <= maxShaped:
		return openRoom
	case s.room == nil:
		s.room = make(chan struct{})
	}
	return s.room
}

// take waits until the next parcel arrives. It fails when the connection ends.
func (s *shaper) take() (parcel, error) {
	for {
		s.mu.Lock()
		isEmpty := len(s.queue) == 0
		var due time.Time
		if !isEmpty {
			due = s.queue[0].due
		}
		s.mu.Unlock()
		if isEmpty {
			select {
			case <-s.added:
			case <-s.ctx.Done():
				return parcel{}, s.ctx.Err()
			}
			continue
		}
		if err := s.network.wait(s.ctx, time.Until(due)); err != nil {
			return parcel{}, err
		}
		return s.pop(), nil
	}
}

func (s *shaper) pop() parcel {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.queue[0]
	s.queue[0], s.queue = parcel{}, s.queue[1:]
	if s.size -= p.size; s.size <= maxShaped && s.room != nil {
		close(s.room)
		s.room = nil
	}
	return p
}

// onTheLine returns how many of the queued bytes the line has not accepted yet, and the total of
// queued bytes.
func (s *shaper) onTheLine() (waiting, queued int64) {
	current, _, _ := s.network.get()
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := time.Until(s.idle)
	if rest <= 0 {
		return 0, int64(s.size)
	}
	return min(int64(rest.Seconds()*float64(current.BytesPerSecond)), int64(s.size)), int64(s.size)
}

// shaping is a connection's part of a simulated network. Each direction is set with the first
// message that it affects.
type shaping struct {
	in, out *shaper // guarded by socket.mu; each is set by the goroutine that uses it
}

// openLink opens a link, subject to the simulated network.
func (c *connection) openLink(ctx context.Context, t target, config *Config) (link, error) {
	if network := &c.socket.simulated; network.isOn.Load() {
		if err := network.connecting(ctx, t, c.transport); err != nil {
			return nil, err
		}
	}
	return c.open(ctx, t, config)
}

// read reads the next frame, as link.read does.
func (c *connection) read(buffer []byte) (frame, error) {
	if c.shaping.in == nil {
		f, err := c.link.read(buffer)
		if err != nil || !c.socket.simulated.isOn.Load() {
			return f, err
		}
		f.data = bytes.Clone(f.data)
		c.shape(&c.shaping.in, parcel{frames: []frame{f}}, c.readAhead)
	}
	p, err := c.shaping.in.take()
	if err == nil {
		err = p.err
	}
	if err != nil {
		return frame{}, err
	}
	return p.frames[0], nil
}

// shape starts the shaping of a direction with a first parcel. run is the other end of the
// direction.
func (c *connection) shape(direction **shaper, first parcel, run func(*shaper)) {
	s := newShaper(c.ctx, &c.socket.simulated)
	s.put(first)
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	*direction = s
	c.socket.start(func() { run(s) })
}

// readAhead reads from the link and pauses while too much is in transit.
func (c *connection) readAhead(s *shaper) {
	for c.ctx.Err() == nil {
		f, err := c.link.read(nil)
		room := s.put(parcel{frames: []frame{f}, err: err})
		if err != nil {
			return
		}
		if room != openRoom {
			c.link.hold(c.ctx, room)
		}
	}
}

// hold waits until room is closed, without reading.
func (c *connection) hold(room <-chan struct{}) {
	if c.shaping.in == nil {
		c.link.hold(c.ctx, room)
		return
	}
	select { // readAhead holds the link
	case <-room:
	case <-c.ctx.Done():
	}
}

// write writes frames, as link.write does.
func (c *connection) write(frames []frame) error {
	if c.shaping.out == nil && !c.socket.simulated.isOn.Load() {
		return c.link.write(frames)
	}
	p := parcel{frames: make([]frame, len(frames))}
	for i, f := range frames {
		p.frames[i] = frame{bytes.Clone(f.data), f.binary} // the caller reuses the buffer
	}
	return c.post(p)
}

// close sends the close frame, after the messages that are still in transit.
func (c *connection) close(goodbye *closeError) error {
	if c.shaping.out == nil {
		return c.link.close(goodbye.code, goodbye.reason)
	}
	return c.post(parcel{goodbye: goodbye})
}

// post sends a parcel, and waits until there is room for another.
func (c *connection) post(p parcel) error {
	if c.shaping.out == nil {
		c.shape(&c.shaping.out, p, c.writeLate)
		return nil
	}
	select {
	case <-c.shaping.out.put(p):
		return nil
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
}

// writeLate writes the parcels that have crossed the simulated network.
func (c *connection) writeLate(s *shaper) {
	for {
		p, err := s.take()
		switch {
		case err != nil:
			return
		case p.goodbye != nil:
			err = c.link.close(p.goodbye.code, p.goodbye.reason)
		default:
			err = c.link.write(p.frames)
		}
		if err != nil {
			c.writeFailed(err)
			return
		}
	}
}

// progress returns the traffic that has crossed the network so far. socket.mu must be held.
func (c *connection) progress() progress {
	t := c.link.traffic()
	now := progress{in: t.in.Load(), out: t.out.Load(), messages: c.messages, inMessage: t.inMessage.Load()}
	if c.shaping.in != nil {
		waiting, _ := c.shaping.in.onTheLine()
		now.in -= waiting
		now.inMessage = now.inMessage || waiting > 0
	}
	if c.shaping.out != nil {
		waiting, queued := c.shaping.out.onTheLine()
		now.out += queued - waiting
	}
	return now
}
