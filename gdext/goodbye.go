package gdext

import (
	"slices"
	"sync"
	"time"

	"phoenixchannels/core"
)

// goodbyeLimit is how long the end of the game waits for closed sockets to send
// what was pushed last, and to say goodbye, so that the server does not take
// the player for one who lost the connection.
const goodbyeLimit = 250 * time.Millisecond

// goodbyes are the closed sockets that may still have something to send.
var goodbyes farewell

type farewell struct {
	mu      sync.Mutex
	sockets []*core.Socket
}

// add takes a closed socket.
func (f *farewell) add(closed *core.Socket) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sockets = append(slices.DeleteFunc(f.sockets, hasEnded), closed)
}

func hasEnded(s *core.Socket) bool {
	select {
	case <-s.Ended():
		return true
	default:
		return false
	}
}

// wait waits for all of them, but not longer than limit.
func (f *farewell) wait(limit time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	timeout := time.After(limit)
	for _, s := range f.sockets {
		select {
		case <-s.Ended():
		case <-timeout:
			return
		}
	}
	f.sockets = nil
}
