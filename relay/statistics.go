package relay

import "time"

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
