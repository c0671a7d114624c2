package wire

import "encoding/binary"

// Down is an entry sent by the relay. Its slices are parts of the frame.
type Down struct {
	Mode    Mode
	Channel uint16
	Seat    uint8 // the sender's; for a Control entry see Control
	Data    []byte

	Control DownControl // if Mode is Control
}

// DownControl is the relay's information about a peer or the room.
type DownControl struct {
	Kind         DownKind
	Seat         uint8  // for all but DownLocked
	ID           uint32 // for DownPeer
	Info         []byte // for DownPeer: JSON
	On           bool   // for DownLocked
	Milliseconds uint32 // for DownRoundTrip
}

// DownKind is the kind of a DownControl.
type DownKind uint8

// The kinds of DownControl.
const (
	DownPeer DownKind = iota + 1
	DownGone
	DownHost
	DownAway
	DownBack
	DownRoundTrip
	DownLocked
)

// ReadDown reads the entry at the beginning of data, which must not be empty, and returns the rest.
// It rejects packets and infos larger than maxPacket. An error is a *Violation.
func ReadDown(data []byte, section Section, maxPacket int, entry *Down) (rest []byte, err error) {
	*entry = Down{}
	head, channel, rest, err := readHead(data, section, headDownBits)
	if err != nil {
		return nil, err
	}
	entry.Mode, entry.Channel = Mode(head&headMode), channel
	if entry.Mode == Control {
		return entry.Control.read(rest, maxPacket)
	}
	if entry.Seat, rest, err = readByte(rest, "sender"); err != nil {
		return nil, err
	}
	entry.Data, rest, err = readSized(rest, maxPacket, "packet")
	return rest, err
}

func (c *DownControl) read(data []byte, maxInfo int) (rest []byte, err error) {
	kind, rest, err := readByte(data, "kind of a control entry")
	if err != nil {
		return nil, err
	}
	c.Kind = DownKind(kind)
	switch c.Kind {
	case DownLocked:
		c.On, rest, err = readBool(rest, "lock")
		return rest, err
	case DownPeer, DownGone, DownHost, DownAway, DownBack, DownRoundTrip:
	default:
		return nil, malformed("unknown kind %d of a control entry", kind)
	}
	if c.Seat, rest, err = readByte(rest, "seat"); err != nil {
		return nil, err
	}
	switch c.Kind {
	case DownRoundTrip:
		c.Milliseconds, rest, err = readUvarint(rest, "round trip")
	case DownPeer:
		const idSize = 4
		var id []byte
		if id, rest, err = readBlock(rest, idSize, "id"); err != nil {
			return nil, err
		}
		c.ID = binary.LittleEndian.Uint32(id)
		c.Info, rest, err = readSized(rest, maxInfo, "info")
	}
	return rest, err
}

// AppendDownControl appends a control entry.
func AppendDownControl(dst []byte, c DownControl) []byte {
	dst = append(dst, byte(Control), byte(c.Kind))
	if c.Kind == DownLocked {
		return appendBool(dst, c.On)
	}
	dst = append(dst, c.Seat)
	switch c.Kind {
	case DownRoundTrip:
		return binary.AppendUvarint(dst, uint64(c.Milliseconds))
	case DownPeer:
		dst = binary.LittleEndian.AppendUint32(dst, c.ID)
		return append(binary.AppendUvarint(dst, uint64(len(c.Info))), c.Info...)
	}
	return dst
}
