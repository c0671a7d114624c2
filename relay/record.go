package relay

import "encoding/binary"

// Kind is what a record is about.
type Kind uint8

// The kinds of records. Mode and channel are 0 for all but packets.
const (
	KindPacket           Kind = iota // data: the packet
	KindConnected                    // peer: the client's own id; data: shape uint8, id of the host int32 (0: not known yet), largest packet uint32
	KindPeerConnected                // peer joined
	KindPeerDisconnected             // peer left
	KindHostChanged                  // peer is the host
	KindLost                         // the link is lost; the seat is kept
	KindResumed                      // data: milliseconds without a link, uint32
	KindEnded                        // the last record; data: why, as text; none after an ordinary end
	KindInfo                         // data: {"info":…}, what peer's join said, before peer is connected; none: peer is gone from the list
	KindRoundTrip                    // data: milliseconds to peer's relay, uint32
	KindAway                         // peer has lost its link
	KindBack                         // peer has its link again
	KindLocked                       // data: 1 if the room is locked, else 0, uint8
)

// The kinds with which calls other than Send wait among the packets.
const (
	kindAdmit Kind = 0xf0 + iota
	kindKick
	kindLock
)

const headSize = 12

// appendHead appends the head of a record with size bytes of data.
func appendHead(dst []byte, peer int32, kind Kind, mode uint8, channel uint16, size int) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(peer))
	dst = append(dst, byte(kind), mode)
	dst = binary.LittleEndian.AppendUint16(dst, channel)
	return binary.LittleEndian.AppendUint32(dst, uint32(size))
}

// appendEvent appends a record that is not a packet.
func appendEvent(dst []byte, kind Kind, peer int32, data ...byte) []byte {
	return append(appendHead(dst, peer, kind, 0, 0, len(data)), data...)
}

// Record is one packed record, or packet, taken apart.
type Record struct {
	Peer    int32
	Kind    Kind
	Mode    uint8
	Channel uint16
	Data    []byte // a part of what it was read from
}

// ReadRecord reads the record at the beginning of packed and returns the rest. It reports false if packed does not begin with a whole one.
func ReadRecord(packed []byte) (r Record, rest []byte, ok bool) {
	if len(packed) < headSize {
		return Record{}, nil, false
	}
	size := uint64(binary.LittleEndian.Uint32(packed[8:]))
	if size > uint64(len(packed)-headSize) {
		return Record{}, nil, false
	}
	end := headSize + int(size)
	return Record{
		Peer: int32(binary.LittleEndian.Uint32(packed)), Kind: Kind(packed[4]), Mode: packed[5],
		Channel: binary.LittleEndian.Uint16(packed[6:]), Data: packed[headSize:end:end],
	}, packed[end:], true
}

// AppendRecord appends a record as [ReadRecord] reads it.
func AppendRecord(dst []byte, r Record) []byte {
	return append(appendHead(dst, r.Peer, r.Kind, r.Mode, r.Channel, len(r.Data)), r.Data...)
}

// AppendPacket appends a packet for [Client.Send].
func AppendPacket(dst []byte, target int32, mode uint8, channel uint16, data []byte) []byte {
	return append(appendHead(dst, target, KindPacket, mode, channel, len(data)), data...)
}
