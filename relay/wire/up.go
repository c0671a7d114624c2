package wire

import (
	"encoding/binary"
	"iter"
	"math/bits"
)

// Up is an entry sent by a client. Its slices are parts of the frame.
type Up struct {
	Mode    Mode
	Channel uint16
	Data    []byte

	seat    uint8
	several bool
	bits    []byte // for several targets
	patched bool
	patches []byte

	Control UpControl // if Mode is Control
}

// UpControl is a client's request to the relay.
type UpControl struct {
	Kind         UpKind
	Seat         uint8  // for UpAdmit and UpKick
	On           bool   // for UpLock
	Milliseconds uint32 // for UpRoundTrip
}

// UpKind is the kind of an UpControl.
type UpKind uint8

// The kinds of UpControl.
const (
	UpAdmit UpKind = iota + 1
	UpKick
	UpLock
	UpRoundTrip
)

// ReadUp reads the entry at the beginning of data, which must not be empty, and returns the rest.
// It rejects packets larger than maxPacket. An error is a *Violation.
func ReadUp(data []byte, section Section, maxPacket int, entry *Up) (rest []byte, err error) {
	*entry = Up{}
	head, channel, rest, err := readHead(data, section, headUpBits)
	if err != nil {
		return nil, err
	}
	entry.Mode, entry.Channel = Mode(head&headMode), channel
	if entry.Mode == Control {
		return entry.Control.read(rest)
	}
	targets := 1
	if entry.several = head&headTargets != 0; entry.several {
		var size byte
		if size, rest, err = readByte(rest, "size of the targets"); err != nil {
			return nil, err
		}
		if entry.bits, rest, err = readBlock(rest, uint64(size), "list of targets"); err != nil {
			return nil, err
		}
		targets = countBits(entry.bits)
	} else if entry.seat, rest, err = readByte(rest, "target"); err != nil {
		return nil, err
	}
	if entry.Data, rest, err = readSized(rest, maxPacket, "packet"); err != nil {
		return nil, err
	}
	if entry.patched = head&headPatched != 0; entry.patched {
		if len(entry.Data) < patchOffset+patchSize {
			return nil, malformed("patched packet of %d bytes", len(entry.Data))
		}
		entry.patches, rest, err = readBlock(rest, uint64(targets*patchSize), "list of patches")
	}
	return rest, err
}

func countBits(set []byte) (n int) {
	for _, b := range set {
		n += bits.OnesCount8(b)
	}
	return n
}

// Targets yields the packet's target seats, in ascending order, each with the two bytes that Patch
// writes into its copy, or nil.
func (e *Up) Targets() iter.Seq2[uint8, []byte] {
	return func(yield func(uint8, []byte) bool) {
		if !e.several {
			yield(e.seat, e.patches)
			return
		}
		patches := e.patches
		for i, b := range e.bits[:min(len(e.bits), 32)] { // no higher seat exists
			for ; b != 0; b &= b - 1 {
				var patch []byte
				if e.patched {
					patch, patches = patches[:patchSize], patches[patchSize:]
				}
				if !yield(uint8(i*8+bits.TrailingZeros8(b)), patch) {
					return
				}
			}
		}
	}
}

// Patch writes a target's patch into data, a copy of the packet.
func Patch(data, patch []byte) { copy(data[patchOffset:], patch) }

func (c *UpControl) read(data []byte) (rest []byte, err error) {
	kind, rest, err := readByte(data, "kind of a control entry")
	if err != nil {
		return nil, err
	}
	switch c.Kind = UpKind(kind); c.Kind {
	case UpAdmit, UpKick:
		c.Seat, rest, err = readByte(rest, "seat")
	case UpLock:
		c.On, rest, err = readBool(rest, "lock")
	case UpRoundTrip:
		c.Milliseconds, rest, err = readUvarint(rest, "round trip")
	default:
		return nil, malformed("unknown kind %d of a control entry", kind)
	}
	return rest, err
}

// AppendPacket appends a packet: on the client for one seat, on the relay from one seat. Its data
// is at the end of the appended bytes.
func AppendPacket(dst []byte, mode Mode, channel uint16, seat uint8, data []byte) []byte {
	dst = append(appendHead(dst, 0, mode, channel), seat)
	return append(binary.AppendUvarint(dst, uint64(len(data))), data...)
}

// AppendPacketToMany appends a packet for the seats in a bitset, in which seat i is bit i&7 of byte
// i>>3. If patches is not empty, it has two bytes for each seat, in ascending order, and data has
// at least three bytes.
func AppendPacketToMany(dst []byte, mode Mode, channel uint16, seats, data, patches []byte) []byte {
	head := byte(headTargets)
	if len(patches) > 0 {
		head |= headPatched
	}
	dst = append(appendHead(dst, head, mode, channel), byte(len(seats)))
	dst = append(dst, seats...)
	dst = append(binary.AppendUvarint(dst, uint64(len(data))), data...)
	return append(dst, patches...)
}

// AppendUpControl appends a control entry.
func AppendUpControl(dst []byte, c UpControl) []byte {
	dst = append(dst, byte(Control), byte(c.Kind))
	switch c.Kind {
	case UpLock:
		return appendBool(dst, c.On)
	case UpRoundTrip:
		return binary.AppendUvarint(dst, uint64(c.Milliseconds))
	default:
		return append(dst, c.Seat)
	}
}
