package multiplayer_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cable is a TCP connection's way to a server, which can be pulled: its connections end, and new
// ones are refused until it is back.
type cable struct {
	listener net.Listener
	target   string

	mu        sync.Mutex
	isPulled  bool
	connected map[net.Conn]struct{}
}

func newCable(target string) (*cable, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cable{listener: listener, target: target, connected: map[net.Conn]struct{}{}}
	go c.accept()
	return c, nil
}

func (c *cable) address() string { return c.listener.Addr().String() }

func (c *cable) accept() {
	for {
		near, err := c.listener.Accept()
		if err != nil {
			return
		}
		go c.carry(near)
	}
}

func (c *cable) carry(near net.Conn) {
	defer near.Close()
	far, err := net.Dial("tcp", c.target)
	if err != nil {
		return
	}
	defer far.Close()
	if !c.connect(near, far) {
		return
	}
	go func() {
		_, _ = io.Copy(far, near)
		_ = far.Close()
		_ = near.Close()
	}()
	_, _ = io.Copy(near, far)
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.connected, near)
	delete(c.connected, far)
}

func (c *cable) connect(ends ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, end := range ends {
		if !c.isPulled {
			c.connected[end] = struct{}{}
		}
	}
	return !c.isPulled
}

func (c *cable) pull() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isPulled = true
	for end := range c.connected {
		_ = end.Close()
	}
}

func (c *cable) plugIn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isPulled = false
}

func (c *cable) close() {
	c.pull()
	_ = c.listener.Close()
}

func TestCable(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer server.Close()
	go func() {
		for {
			connection, err := server.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				_, _ = io.Copy(connection, connection)
			}()
		}
	}()
	c, err := newCable(server.Addr().String())
	require.NoError(t, err)
	defer c.close()

	dial := func() net.Conn {
		connection, err := net.Dial("tcp", c.address())
		require.NoError(t, err)
		t.Cleanup(func() { _ = connection.Close() })
		return connection
	}
	echoes := func(connection net.Conn) bool {
		_, _ = connection.Write([]byte("a"))
		_, err := io.ReadFull(connection, make([]byte, 1))
		return err == nil
	}
	before := dial()
	assert.True(t, echoes(before))
	c.pull()
	assert.False(t, echoes(before), "of before")
	assert.False(t, echoes(dial()), "while it is pulled")
	c.plugIn()
	assert.True(t, echoes(dial()), "plugged in again")
	assert.False(t, echoes(before), "it does not come back")
}
