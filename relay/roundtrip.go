package relay

import (
	"time"

	"phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// roundTrip measures the round-trip time to the relay while there are other peers, and reports it
// to them.
type roundTrip struct {
	client     *Client
	timer      *time.Timer
	latest     time.Duration
	reported   time.Duration
	isReported bool // to all peers
}

const (
	firstPing    = time.Second // after the start of a link, once the queued packets have been sent
	pingInterval = 5 * time.Second
	// A round-trip time is reported again if it has changed by at least both of these.
	minChange      = 5 * time.Millisecond
	minChangeShare = 10
)

func (r *roundTrip) init(c *Client) {
	r.client = c
	r.timer = newTimer(r.ping)
}

// start starts measuring on a new link. The client's lock must be held, as for stop.
func (r *roundTrip) start() { r.timer.Reset(firstPing) }

func (r *roundTrip) stop() { r.timer.Stop() }

// ping takes one measurement.
func (r *roundTrip) ping() {
	c := r.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isLinked || c.isClosing {
		return
	}
	r.timer.Reset(pingInterval)
	if c.room.known.isEmpty() {
		return
	}
	push, err := c.channel.Socket().Ping()
	if err != nil {
		return // the connection has just ended
	}
	push.Receive(core.StatusOK, func(core.Reply) { r.measured(push.RoundTrip()) })
}

// measured handles a measured round-trip time.
func (r *roundTrip) measured(took time.Duration) {
	c := r.client
	c.mu.Lock()
	defer c.mu.Unlock()
	r.latest = took
	change := max(took-r.reported, r.reported-took)
	isSimilar := change < minChange || change*minChangeShare < r.reported
	if !c.isLinked || c.isClosing || r.isReported && isSimilar {
		return
	}
	r.reported, r.isReported = took, true
	c.link.Reliable(wire.AppendUpControl(nil, wire.UpControl{Kind: wire.UpRoundTrip, Milliseconds: uint32(took.Round(time.Millisecond).Milliseconds())}))
	c.schedule()
}
