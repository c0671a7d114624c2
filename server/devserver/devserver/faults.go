package devserver

import (
	"sync/atomic"

	"phoenixchannels/server/devserver/wsframe"
)

// faults are what a test can make the server do wrong.
type faults struct {
	refuse atomic.Int32 // HTTP status for handshakes, 0 for none
	mute   atomic.Bool
	gate   wsframe.Gate
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

// DropConnections ends the TCP connection of every WebSocket client, and the session of every long
// poll client, with nothing said: what a network failure looks like.
func (s *Server) DropConnections() {
	for _, session := range s.snapshot() {
		session.end()
	}
}
