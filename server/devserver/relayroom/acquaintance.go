package relayroom

import (
	"math/bits"

	"phoenixchannels/relay/wire"
)

// seatSet is a set of seats' numbers.
type seatSet [4]uint64

func (s *seatSet) add(number uint8) { s[number>>6] |= 1 << (number & 63) }

// take removes the lowest number and returns it.
func (s *seatSet) take() (number uint8, ok bool) {
	for i, word := range s {
		if word != 0 {
			s[i] = word & (word - 1)
			return uint8(i<<6 + bits.TrailingZeros64(word)), true
		}
	}
	return 0, false
}

// introduce introduces a seat and all peers that are to know it to each other, while neither of
// them is away.
func (r *Room) introduce(seat *Seat) {
	if seat.peer == nil {
		return
	}
	for _, other := range r.seats {
		if other != nil && other != seat && other.peer != nil && !seat.knows(other.number) && r.mayMeet(seat, other) {
			r.tellOf(seat, other)
			r.tellOf(other, seat)
		}
	}
}

func (r *Room) mayMeet(a, b *Seat) bool {
	return a == r.host || b == r.host || a.admitted && b.admitted
}

// tellOf reports a seat to another one.
func (r *Room) tellOf(seat, other *Seat) {
	r.tell(seat, wire.DownControl{Kind: wire.DownPeer, Seat: other.number, ID: other.id, Info: []byte(other.info)})
	if seat.told[other.number] = 1; r.reused[other.number] {
		seat.told[other.number] += seat.link.Newest()
	}
}

func (r *Room) tellAcquaintances(of *Seat, c wire.DownControl) {
	for _, seat := range r.seats {
		if seat != nil && seat != of && seat.knows(of.number) {
			r.tell(seat, c)
		}
	}
}

func (r *Room) tellAll(c wire.DownControl) {
	for _, seat := range r.seats {
		if seat != nil {
			r.tell(seat, c)
		}
	}
}

func (r *Room) tell(seat *Seat, c wire.DownControl) {
	r.entry = wire.AppendDownControl(r.entry[:0], c)
	r.reliable(seat, r.entry)
}
