package relay

import (
	"math/bits"

	"phoenixchannels/relay/wire"
)

const maxSeats = wire.MaxSeat + 1

// seatSet is a set of seats.
type seatSet [(maxSeats + 63) / 64]uint64

func (s *seatSet) add(seat uint8)    { s[seat/64] |= 1 << (seat % 64) }
func (s *seatSet) remove(seat uint8) { s[seat/64] &^= 1 << (seat % 64) }
func (s *seatSet) isEmpty() bool     { return *s == seatSet{} }

func (s *seatSet) addAll(other *seatSet) {
	for i, word := range other {
		s[i] |= word
	}
}

// all yields the seats in ascending order.
func (s *seatSet) all(yield func(uint8) bool) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !yield(uint8(i*64 + bits.TrailingZeros64(word))) {
				return
			}
		}
	}
}

// single returns the seat in a set of exactly one.
func (s *seatSet) single() (seat uint8, ok bool) {
	n := 0
	for i, word := range s {
		if word != 0 {
			n += bits.OnesCount64(word)
			seat = uint8(i*64 + bits.TrailingZeros64(word))
		}
	}
	return seat, n == 1
}

// appendBits appends the set in the frames' form: seat i is bit i&7 of byte i>>3, without trailing
// zero bytes.
func (s *seatSet) appendBits(dst []byte) []byte {
	end := len(dst)
	for _, word := range s {
		for range 8 {
			if dst = append(dst, byte(word)); byte(word) != 0 {
				end = len(dst)
			}
			word >>= 8
		}
	}
	return dst[:end]
}
