package relay

import (
	"encoding/binary"
	"math"
	"time"
)

// Statistics is what a client has done so far.
type Statistics struct {
	PacketsIn    int   // from other peers
	PacketsOut   int   // as the engine put them, one for each peer
	BytesIn      int64 // of those packets
	BytesOut     int64
	FramesIn     int
	FramesOut    int
	DroppedIn    int // packets of peers that the host's engine has not added, in ShapeHost
	DroppedOut   int // unreliable packets for a slow or lost link, and what is larger than the relay takes
	LinksLost    int
	LinksResumed int
	Buffered     int           // bytes of reliable packets that the relay has not acknowledged
	RoundTrip    time.Duration // to the relay, the latest
	IsSlow       bool          // unreliable packets wait or are dropped
}

// Statistics returns the numbers as they are now.
func (c *Client) Statistics() Statistics {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.counters
	now.DroppedIn = c.room.dropped
	now.DroppedOut += c.link.Dropped()
	now.Buffered = c.link.Buffered()
	now.RoundTrip = c.roundTrip.latest
	now.IsSlow = c.isLinked && c.link.Slow(c.now())
	return now
}

// ID returns the client's own id, 0 before the relay has given it one.
func (c *Client) ID() int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.ownID
}

// HostID returns the host's id, 0 while none is known.
func (c *Client) HostID() int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.hostID()
}

// Shape returns the room's shape, once there is a welcome.
func (c *Client) Shape() Shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.shape
}

// IsLocked reports whether nobody can join the room.
func (c *Client) IsLocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.isLocked
}

// Peers returns the other peers in the room. It may be ahead of the records that the game has looked at.
func (c *Client) Peers() []Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.peers()
}

// PeerInfo returns what is known of one of them.
func (c *Client) PeerInfo(id int32) (Peer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	seat, isKnown := c.room.ids[id]
	if !isKnown {
		return Peer{}, false
	}
	return c.room.peer(seat), true
}

func appendMilliseconds(dst []byte, d time.Duration) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(min(d.Round(time.Millisecond).Milliseconds(), math.MaxUint32)))
}

// appendConnected appends the first record.
func appendConnected(dst []byte, w *welcome, host int32) []byte {
	data := binary.LittleEndian.AppendUint32([]byte{byte(w.shape)}, uint32(host))
	data = binary.LittleEndian.AppendUint32(data, uint32(w.maxPacket))
	return appendEvent(dst, KindConnected, w.id, data...)
}
