package core

import (
	"net"
	"sync"
	"time"
)

// gatheringConn is a network connection that can hold writes back, so that the frames of several messages go out at once: with one system
// call, and in as few packets as they fit in.
//
// The WebSocket above writes one thing at a time, and each with a deadline if it is a control frame. Those come from the reader at any
// moment, and go with what is held back: a message that goes on may not end in the short time that an answer to a ping has.
type gatheringConn struct {
	net.Conn

	mu       sync.Mutex
	holding  bool
	held     []byte
	deadline time.Time // of the writes that follow
}

// maxHeld is how much of the memory for held writes is kept.
const maxHeld = 16 << 10

// hold keeps all writes back, until letGo.
func (c *gatheringConn) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holding = true
}

// letGo makes the next write of a message take along what is held back.
func (c *gatheringConn) letGo() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holding = false
}

// flush writes what is held back, when no message will take it along.
func (c *gatheringConn) flush() {
	c.letGo()
	_, _ = c.write(nil)
}

func (c *gatheringConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if control := !c.deadline.IsZero(); c.holding || control && len(c.held) > 0 {
		c.held = append(c.held, p...)
		c.mu.Unlock()
		return len(p), nil
	}
	c.mu.Unlock()
	return c.write(p)
}

// write writes p after what is held back.
func (c *gatheringConn) write(p []byte) (int, error) {
	c.mu.Lock()
	held := c.held
	if len(held) == 0 {
		c.mu.Unlock()
		if len(p) == 0 {
			return 0, nil
		}
		return c.Conn.Write(p)
	}
	c.held = nil
	c.mu.Unlock()
	held = append(held, p...)
	if _, err := c.Conn.Write(held); err != nil {
		return 0, err
	}
	if cap(held) <= maxHeld {
		c.mu.Lock()
		if c.held == nil {
			c.held = held[:0]
		}
		c.mu.Unlock()
	}
	return len(p), nil
}

// SetWriteDeadline spares the system what it knows.
func (c *gatheringConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	known := c.deadline.Equal(t)
	c.deadline = t
	c.mu.Unlock()
	if known {
		return nil
	}
	return c.Conn.SetWriteDeadline(t)
}
