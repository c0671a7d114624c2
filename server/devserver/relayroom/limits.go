package relayroom

import (
	"time"

	"phoenixchannels/relay/wire"
)

// MaxPeers is how many seats a room can have.
const MaxPeers = wire.MaxSeat + 1

// Limits are what a relay allows.
type Limits struct {
	MaxPeers         int // in a room, at most the constant
	MaxPacket        int // bytes
	PacketsPerSecond int // from one peer
	BytesPerSecond   int // from one peer
	MaxBuffered      int // bytes that wait for one peer
	MinSeatTime      time.Duration
	MaxSeatTime      time.Duration
}

// burst is how long a peer may send several times as much as the limits allow, after a pause.
const burst = 4 * time.Second

// limiter holds a peer to its limits.
type limiter struct{ packets, bytes bucket }

func (l *limiter) start(limits *Limits, now time.Duration) {
	l.packets.start(limits.PacketsPerSecond, now)
	l.bytes.start(limits.BytesPerSecond, now)
}

// bucket is full with what may be sent in a burst.
type bucket struct {
	perSecond float64
	level     float64
	at        time.Duration // when level was so
}

// start fills a new bucket. One that was used before goes on: to connect again does not help.
func (b *bucket) start(perSecond int, now time.Duration) {
	if b.perSecond == 0 {
		*b = bucket{float64(perSecond), float64(perSecond) * burst.Seconds(), now}
	}
}

// take takes n out, or reports that there is not enough.
func (b *bucket) take(n int, now time.Duration) bool {
	b.level = min(b.level+(now-b.at).Seconds()*b.perSecond, b.perSecond*burst.Seconds())
	b.at = now
	b.level -= float64(n)
	return b.level >= 0
}
