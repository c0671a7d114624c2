package relay

import (
	"encoding/binary"
	"math"
	"time"
)

// Kind is the kind of a record.
type Kind uint8

// The kinds of records. Mode and channel are 0 except for packets.
const (
	KindPacket           Kind = iota // data: the packet
	KindConnected                    // data: shape uint8, host's id int32 (0: not known yet), largest packet uint32; peer: the client's own id
	KindPeerConnected                // peer joined
	KindPeerDisconnected             // peer left
	KindHostChanged                  // peer is the host
	KindLost                         // the link is lost; the seat is kept
	KindResumed                      // data: milliseconds without a link, uint32
	KindEnded                        // the last record; data: the reason as text, empty after an ordinary end
	KindInfo                         // data: {"info":…} from peer's join, sent before peer is connected; empty: peer has left the list
	KindRoundTrip                    // data: milliseconds from peer to its relay and back, uint32
	KindAway                         // peer has lost its link
	KindBack                         // peer has its link again
	KindLocked                       // data: 1 if the room is locked, else 0, uint8
)

// The kinds under which calls other than Send are queued among the packets.
const (
	kindAdmit Kind = 0xf0 + iota
	kindKick
	kindLock
)

const headSize = 12

// appendHead appends the header of a record with size bytes of data.
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

func appendMilliseconds(dst []byte, d time.Duration) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(min(d.Round(time.Millisecond).Milliseconds(), math.MaxUint32)))
}

// appendConnected appends the first record, KindConnected.
func appendConnected(dst []byte, w *welcome, host int32) []byte {
	data := binary.LittleEndian.AppendUint32([]byte{byte(w.shape)}, uint32(host))
	data = binary.LittleEndian.AppendUint32(data, uint32(w.maxPacket))
	return appendEvent(dst, KindConnected, w.id, data...)
}

// flag returns the data of a record about the room's lock.
func flag(on bool) byte {
	if on {
		return 1
	}
	return 0
}

// Record is one decoded record or packet.
type Record struct {
	Peer    int32
	Kind    Kind
	Mode    uint8
	Channel uint16
	Data    []byte // a slice of the input
}

// ReadRecord reads the record at the beginning of packed and returns the rest. ok is false if
// packed does not begin with a complete record.
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

// AppendRecord appends a record, or a packet for [Client.Send], in the form that [ReadRecord]
// reads.
func AppendRecord(dst []byte, r Record) []byte {
	return append(appendHead(dst, r.Peer, r.Kind, r.Mode, r.Channel, len(r.Data)), r.Data...)
}
