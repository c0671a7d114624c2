package devserver

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"

	"phoenixchannels/server/devserver/term"
	"phoenixchannels/server/devserver/wsframe"
)

// faults are what a test can make the server do wrong.
type faults struct {
	refuse atomic.Int32 // HTTP status for handshakes, 0 for none
	mute   atomic.Bool
	gate   wsframe.Gate
	freeze wsframe.Gate
}

func (f *faults) refusal() int { return int(f.refuse.Load()) }
func (f *faults) muted() bool  { return f.mute.Load() }

// RefuseHandshakes answers every new connection, of both transports, with this HTTP status;
// 0 accepts them again.
func (s *Server) RefuseHandshakes(status int) { s.faults.refuse.Store(int32(status)) }

// MuteHeartbeats stops (true) or resumes answering heartbeats, while all else goes on.
func (s *Server) MuteHeartbeats(mute bool) { s.faults.mute.Store(mute) }

// PauseReading stops (true) or resumes reading from all WebSocket connections, old and new. What is
// being read at that moment still arrives. The idle timeout does not run meanwhile.
func (s *Server) PauseReading(pause bool) { s.faults.gate.Set(pause) }

// Freeze stops (true) or resumes all activity on the server's connections, old and new, of both
// transports: they stay open and silent, and clients' data is queued. To clients it looks like a
// server whose process is suspended.
func (s *Server) Freeze(freeze bool) { s.faults.freeze.Set(freeze) }

// DropConnections ends the TCP connection of every WebSocket client, and the session of every long
// poll client, with nothing said: what a network failure looks like.
func (s *Server) DropConnections() {
	for _, session := range s.snapshot() {
		session.end()
	}
}

// CrashRelayRoom ends a room of relay:*, given by its topic, as if its process had died: its
// channels crash, and nobody is told more. It reports whether there was such a room.
func (s *Server) CrashRelayRoom(topic string) bool {
	key := term.MustString(topic)
	if !s.relays.crash(key) {
		return false
	}
	for _, c := range s.pubsub.subscribers(key) {
		c.next(func() exit { return crashed })
	}
	return true
}

// freezableListener accepts connections that [Server.Freeze] can stop.
type freezableListener struct {
	net.Listener
	gate *wsframe.Gate
}

// Accept implements net.Listener.
func (l freezableListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &freezableConn{Conn: conn, gate: l.gate, closed: make(chan struct{})}, nil
}

type freezableConn struct {
	net.Conn
	gate   *wsframe.Gate
	once   sync.Once
	closed chan struct{}
}

// Read returns received data once the server is not frozen, even if the read began before.
func (c *freezableConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.gate.Wait(c.closed)
	return n, err
}

func (c *freezableConn) Write(p []byte) (int, error) {
	c.gate.Wait(c.closed)
	return c.Conn.Write(p)
}

// CloseWrite is what wsframe wants of a connection, if it can.
func (c *freezableConn) CloseWrite() error {
	c.gate.Wait(c.closed)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

func (c *freezableConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
