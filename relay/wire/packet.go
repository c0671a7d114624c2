package wire

import "encoding/binary"

// Mode is how a packet is sent: the first two bits of an entry. The packet modes have the engine's
// numbers.
type Mode uint8

// The modes. Control is for entries that are not packets; it is reliable.
const (
	Unreliable Mode = iota
	UnreliableOrdered
	Reliable
	Control
)

// Section is the part of a frame that an entry is in.
type Section bool

// A frame's sections. The reliable one comes first.
const (
	ReliableSection   Section = true
	UnreliableSection Section = false
)

// Limits of the format.
const (
	MaxChannel = 65535
	MaxSeat    = 249
)

// The bits of an entry's first byte.
const (
	headMode     = 0b0000_0011
	headChannel  = 0b0000_0100
	headTargets  = 0b0000_1000 // several targets, as a bitset
	headPatched  = 0b0001_0000
	headDownBits = headMode | headChannel
	headUpBits   = headDownBits | headTargets | headPatched
)

// patchSize is the number of bytes that a patch replaces in a copy, and patchOffset their position.
const (
	patchSize   = 2
	patchOffset = 1
)

// readHead reads an entry's first byte and its channel, and checks that the entry is allowed in the
// section.
func readHead(data []byte, section Section, allowed byte) (head byte, channel uint16, rest []byte, err error) {
	head, rest, err = readByte(data, "head of an entry")
	if err != nil {
		return 0, 0, nil, err
	}
	mode := Mode(head & headMode)
	switch {
	case mode == Control && head != byte(Control), head&^allowed != 0:
		return 0, 0, nil, malformed("unknown bits in the head %#02x of an entry", head)
	case mode.section() != section:
		return 0, 0, nil, malformed("entry of mode %d in the wrong section", mode)
	case head&headChannel == 0:
		return head, 0, rest, nil
	}
	number, rest, err := readUvarint(rest, "channel")
	if err == nil && number > MaxChannel {
		err = malformed("channel %d is above %d", number, MaxChannel)
	}
	return head, uint16(number), rest, err
}

func (m Mode) section() Section { return Section(m >= Reliable) }

func appendHead(dst []byte, head byte, mode Mode, channel uint16) []byte {
	head |= byte(mode)
	if channel == 0 {
		return append(dst, head)
	}
	return binary.AppendUvarint(append(dst, head|headChannel), uint64(channel))
}
