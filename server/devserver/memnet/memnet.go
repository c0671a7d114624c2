// Package memnet is a network in memory: connections that behave as TCP does, with buffers,
// deadlines and half-close, and that testing/synctest can wait for. A test runs a server on it with
// its Serve method, inside a bubble where time costs nothing:
//
//	listener := memnet.Listen()
//	err := server.Serve(listener)
//	conn, err := listener.Dial()
package memnet

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// bufferBytes is how much a connection holds in one direction until a write waits.
const bufferBytes = 256 << 10

// ErrRefused is what Dial returns when nothing listens.
var ErrRefused = errors.New("connection refused")

// Listener accepts the connections that Dial makes.
type Listener struct {
	arrivals chan net.Conn
	done     chan struct{}
	once     sync.Once
}

// Listen opens a listener.
func Listen() *Listener {
	return &Listener{arrivals: make(chan net.Conn), done: make(chan struct{})}
}

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.arrivals:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr implements net.Listener.
func (l *Listener) Addr() net.Addr { return addr{} }

// Dial connects to the listener.
func (l *Listener) Dial() (*Conn, error) {
	up, down := newStream(), newStream()
	client, server := &Conn{in: down, out: up}, &Conn{in: up, out: down}
	select {
	case l.arrivals <- server:
		return client, nil
	case <-l.done:
		return nil, ErrRefused
	}
}

type addr struct{}

func (addr) Network() string { return "memory" }
func (addr) String() string  { return "memory:0" }

// Conn is one end of a connection.
type Conn struct{ in, out *stream }

// Read implements net.Conn.
func (c *Conn) Read(p []byte) (int, error) { return c.in.read(p) }

// Write implements net.Conn.
func (c *Conn) Write(p []byte) (int, error) { return c.out.write(p) }

// CloseWrite signals the end of the data to the peer.
func (c *Conn) CloseWrite() error {
	c.out.finish()
	return nil
}

// Close ends both directions. What was written before still arrives.
func (c *Conn) Close() error {
	c.out.finish()
	c.in.abandon()
	return nil
}

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return addr{} }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return addr{} }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.in.reading.set(c.in, t) }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.out.writing.set(c.out, t) }

// stream is one direction of a connection.
type stream struct {
	mu       sync.Mutex
	changed  *sync.Cond
	buffer   []byte
	finished bool // the writer has ended
	gone     bool // the reader has ended
	reading  deadline
	writing  deadline
}

func newStream() *stream {
	s := &stream{}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.gone:
			return 0, net.ErrClosed
		case s.reading.passed():
			return 0, os.ErrDeadlineExceeded
		case len(s.buffer) > 0:
			n := copy(p, s.buffer)
			s.buffer = s.buffer[n:]
			s.changed.Broadcast()
			return n, nil
		case s.finished:
			return 0, io.EOF
		}
		s.changed.Wait()
	}
}

func (s *stream) write(p []byte) (written int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.finished:
			return written, net.ErrClosed
		case s.gone:
			return written, errors.New("connection reset by peer")
		case s.writing.passed():
			return written, os.ErrDeadlineExceeded
		case len(p) == 0:
			return written, nil
		}
		if room := bufferBytes - len(s.buffer); room > 0 {
			n := min(room, len(p))
			s.buffer = append(s.buffer, p[:n]...)
			p, written = p[n:], written+n
			s.changed.Broadcast()
			continue
		}
		s.changed.Wait()
	}
}

func (s *stream) finish() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finished = true
	s.changed.Broadcast()
}

func (s *stream) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone = true
	s.changed.Broadcast()
}

// deadline of reading or writing; the stream's lock guards it.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (d *deadline) set(s *stream, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
	}
	d.at = at
	if !at.IsZero() {
		d.timer = time.AfterFunc(time.Until(at), func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.changed.Broadcast()
		})
	}
	s.changed.Broadcast()
	return nil
}

var _ net.Conn = (*Conn)(nil)
