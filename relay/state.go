package relay

import (
	"encoding/binary"
	"math"
	"time"
)

// Statistics are a client's counters.
type Statistics struct {
	PacketsIn    int   // from other peers
	PacketsOut   int   // as put by the engine, one for each peer
	BytesIn      int64 // of those packets
	BytesOut     int64
	FramesIn     int
	FramesOut    int
	DroppedIn    int // packets of peers that the host's engine has not added, in ShapeHost
	DroppedOut   int // unreliable packets on a slow or lost link, and packets larger than the relay accepts
	LinksLost    int
	LinksResumed int
	Buffered     int           // bytes of reliable packets not acknowledged by the relay
	RoundTrip    time.Duration // to the relay, latest measurement
	IsSlow       bool          // unreliable packets are delayed or dropped
}

// Statistics returns the current counters.
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

// ID returns the client's own id, 0 until the relay has assigned one.
func (c *Client) ID() int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.ownID
}

// HostID returns the host's id, 0 while it is not known.
func (c *Client) HostID() int32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.hostID()
}

// Shape returns the room's shape. It is known after the first welcome.
func (c *Client) Shape() Shape {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.shape
}

// IsLocked reports whether the room is locked against joins.
func (c *Client) IsLocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.isLocked
}

// Peers returns the other peers in the room. It may be ahead of the records that the game has
// processed.
func (c *Client) Peers() []Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.room.peers()
}

// PeerInfo returns the information about one peer.
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

// appendConnected appends the first record, KindConnected.
func appendConnected(dst []byte, w *welcome, host int32) []byte {
	data := binary.LittleEndian.AppendUint32([]byte{byte(w.shape)}, uint32(host))
	data = binary.LittleEndian.AppendUint32(data, uint32(w.maxPacket))
	return appendEvent(dst, KindConnected, w.id, data...)
}
