// Package wsframe is the server's half of RFC 6455 after the handshake, with the limits and close
// codes of the HTTP server under Phoenix (Bandit): a limit for a frame with its header, another for
// a message in fragments, and every message that has arrived handed over in one batch.
package wsframe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Opcode is the kind of a message or control frame.
type Opcode byte

// The opcodes of RFC 6455.
const (
	continuation Opcode = 0
	Text         Opcode = 1
	Binary       Opcode = 2
	Close        Opcode = 8
	Ping         Opcode = 9
	Pong         Opcode = 10
)

// Close codes that the server sends.
const (
	CloseNormal         = 1000
	CloseGoingAway      = 1001
	CloseProtocolError  = 1002
	CloseInvalidPayload = 1007
	CloseTooLarge       = 1009
	CloseInternalError  = 1011
	CloseServiceRestart = 1012
)

// Message is one whole message or control frame from the client.
type Message struct {
	Op   Opcode
	Data []byte
}

// ProtocolError says what the client did wrong and the code with which the server closes for it.
type ProtocolError struct {
	Code   int
	Reason string
}

func (e *ProtocolError) Error() string { return fmt.Sprintf("%s (close code %d)", e.Reason, e.Code) }

// ErrIdle is what ReadBatch returns when no byte came from the client for the idle timeout.
var ErrIdle = errors.New("no data from the client within the idle timeout")

// Limits bound what a client may send. A zero field means no limit.
type Limits struct {
	IdleTimeout     time.Duration // without any data from the client
	MaxFrameBytes   int           // of one frame, header included
	MaxMessageBytes int           // of the payloads of a fragmented message
}

// Conn is the server's end of one WebSocket connection. One goroutine may read and another write.
type Conn struct {
	nc      net.Conn
	limits  Limits
	br      *bufio.Reader
	bw      *bufio.Writer
	inflate *inflater // nil without permessage-deflate
	deflate *deflater
	gate    *Gate

	reading  sync.Mutex // held while ReadBatch runs
	mu       sync.Mutex // guards stopping and the read deadline
	stopping bool
	stopped  chan struct{} // closed with stopping

	fragments  []byte // of an unfinished message
	fragmentOp Opcode // its opcode, continuation when there is none
	compressed bool   // its first frame had RSV1
}

// NewConn takes over a hijacked connection. buffered holds what was already read from it;
// compression is nil when none was agreed on.
func NewConn(nc net.Conn, buffered io.Reader, limits Limits, compression *Deflate, gate *Gate) *Conn {
	c := &Conn{nc: nc, limits: limits, gate: gate, stopped: make(chan struct{})}
	source := io.MultiReader(buffered, idleReader{c})
	c.br = bufio.NewReaderSize(source, 64<<10)
	c.bw = bufio.NewWriterSize(nc, 64<<10)
	if compression != nil {
		c.inflate, c.deflate = newInflater(), newDeflater(compression.serverNoContext)
	}
	return c
}

// Abort ends the TCP connection at once, without a close frame. Any goroutine may call it.
func (c *Conn) Abort() {
	c.stopReading()
	_ = c.nc.Close() // whatever it says, the connection is gone
}

// stopReading makes ReadBatch return, now and from now on.
func (c *Conn) stopReading() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopping {
		c.stopping = true
		close(c.stopped)
		_ = c.nc.SetReadDeadline(time.Unix(1, 0)) // fails only when the connection is closed
	}
}

// awaitReader returns when ReadBatch has, which stopReading has seen to.
func (c *Conn) awaitReader() {
	c.reading.Lock()
	defer c.reading.Unlock()
}

// idleReader reads from the connection, each time with a fresh deadline, so that every byte from
// the client puts the idle timeout off.
type idleReader struct{ c *Conn }

func (r idleReader) Read(p []byte) (int, error) {
	r.c.gate.Wait(r.c.stopped)
	if err := r.c.startDeadline(); err != nil {
		return 0, err
	}
	n, err := r.c.nc.Read(p)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		err = ErrIdle
	}
	return n, err
}

func (c *Conn) startDeadline() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopping {
		return net.ErrClosed
	}
	if c.limits.IdleTimeout <= 0 {
		return nil
	}
	return c.nc.SetReadDeadline(time.Now().Add(c.limits.IdleTimeout))
}

// Gate can hold up many connections: a fault for tests, which looks to the client
// like a server that hangs. Its zero value is open.
type Gate struct {
	mu     sync.Mutex
	closed chan struct{} // nil while open
}

// Set closes (true) or opens the gate.
func (g *Gate) Set(closed bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case closed && g.closed == nil:
		g.closed = make(chan struct{})
	case !closed && g.closed != nil:
		close(g.closed)
		g.closed = nil
	}
}

// Wait returns when the gate is open, or when the connection stops.
func (g *Gate) Wait(stopped <-chan struct{}) {
	g.mu.Lock()
	closed := g.closed
	g.mu.Unlock()
	if closed != nil {
		select {
		case <-closed:
		case <-stopped:
		}
	}
}
