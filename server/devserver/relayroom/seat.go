package relayroom

import (
	"time"

	"phoenixchannels/relay/wire"
)

// coalescing is the time that entries for one peer are collected.
const coalescing = 15 * time.Millisecond

// Seat is a peer's place in a room, which it keeps for a while without a connection.
type Seat struct {
	number     uint8
	joined     uint64 // counts the room's joins
	id         uint32
	token      string
	connection any // of the latest join
	info       string
	admitted   bool // by the host
	ending     bool

	peer     Peer // nil while away
	next     Peer // that has joined, and is not attached yet
	awayAt   time.Duration
	welcomed bool // at least once
	link     *wire.Link
	limiter  limiter

	// told records, for each number, whether this seat knows the peer there: 0 if not, otherwise 1
	// more than the reliable section that introduced it, or 1 if the peer is the first with that
	// number.
	told [MaxPeers]uint32
}

func newSeat(number uint8, joined uint64, request Request, now time.Duration) *Seat {
	seat := &Seat{
		number: number, joined: joined, token: request.Token, connection: request.Connection, info: request.Info, awayAt: now,
		link: wire.NewLink(coalescing),
	}
	_ = seat.link.Resume(0) // a new link has nothing that does not fit
	return seat
}

func (s *Seat) isBetterHost(other *Seat) bool {
	switch {
	case s.admitted != other.admitted:
		return s.admitted
	case (s.peer == nil) != (other.peer == nil):
		return s.peer != nil
	}
	return s.joined < other.joined
}

// knows reports whether the seat was told of the one with a number.
func (s *Seat) knows(number uint8) bool { return s.told[number] != 0 }

// means reports whether the seat's client, when it names a number, means the peer that has it now,
// and not one that has left.
func (s *Seat) means(number uint8) bool {
	told := s.told[number]
	return told != 0 && told-1 <= s.link.Acknowledged()
}
