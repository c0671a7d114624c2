package relay

import (
	"encoding/binary"
	"fmt"
	"math"

	"phoenixchannels/relay/wire"
)

const (
	hostID = 1 // of the host, in ShapeHost
	maxID  = math.MaxInt32
	// maxInfo is larger than the info that any relay accepts from a peer.
	maxInfo = 2 * MaxInfo
)

// room is what a client has to know about the other peers. Their info, their round trips and the
// lock are only passed on, as records.
type room struct {
	shape   Shape
	own     uint8 // the client's own seat
	ownID   int32
	host    uint8 // noSeat if there is none
	seats   [maxSeats]*member
	ids     map[int32]uint8
	known   seatSet
	dropped int // packets of peers that the host has not added
}

// member is another peer. In ShapeHost a client's engine learns of all peers but the host from the
// host's engine, which sets isAdded.
type member struct {
	id      int32
	isAdded bool
}

// isClient reports whether this peer is a client in ShapeHost: its engine knows only peer 1, which
// relays for it.
func (r *room) isClient() bool { return r.shape == ShapeHost && r.ownID != hostID }

// isHost reports whether this peer is the host.
func (r *room) isHost() bool { return r.host == r.own }

// hostID returns the host's id, 0 if it is not known.
func (r *room) hostID() int32 {
	switch {
	case r.host == noSeat:
		return 0
	case r.host == r.own:
		return r.ownID
	case r.seats[r.host] == nil:
		return 0
	}
	return r.seats[r.host].id
}

// targets adds the target seats of a packet from the engine and returns the packet. In ShapeHost a
// client's engine sends packets for other clients to peer 1, with a header that names the target;
// targets removes that header.
func (r *room) targets(seats *seatSet, target int32, data []byte) []byte {
	if r.isClient() && target == hostID && isRelayed(data) {
		target = int32(binary.LittleEndian.Uint32(data[2:]))
		data = data[relayHead:]
	}
	switch seat, isKnown := r.ids[max(target, -target)]; {
	case target > 0 && isKnown:
		seats.add(seat)
	case target <= 0:
		*seats = r.known
		if isKnown {
			seats.remove(seat)
		}
	}
	return data
}

// take handles an entry from the relay and appends its records. An error is a violation of the
// protocol.
func (r *room) take(records []byte, entry *wire.Down) ([]byte, error) {
	if entry.Mode == wire.Control {
		return r.control(records, &entry.Control)
	}
	return r.packet(records, entry), nil
}

// packet appends the record of a packet. It drops the packet if the sender is unknown or not yet
// added by the host, or if the host has left.
func (r *room) packet(records []byte, entry *wire.Down) []byte {
	if entry.Seat > wire.MaxSeat || r.seats[entry.Seat] == nil {
		r.dropped++
		return records
	}
	sender, data := r.seats[entry.Seat], entry.Data
	mode := uint8(entry.Mode)
	switch {
	case !r.isClient():
	case sender.id == hostID:
		r.added(data)
	case !sender.isAdded || r.host == noSeat || isSystem(data): // the engine does not check this; and without the host it knows nobody
		r.dropped++
		return records
	default:
		records = appendHead(records, hostID, KindPacket, mode, entry.Channel, relayHead+len(data))
		return append(appendRelayHead(records, sender.id), data...)
	}
	records = appendHead(records, sender.id, KindPacket, mode, entry.Channel, len(data))
	return append(records, data...)
}

// added handles what the host's engine reports about the other peers.
func (r *room) added(data []byte) {
	command, id, ok := readMembership(data)
	if !ok {
		return
	}
	if seat, isKnown := r.ids[id]; isKnown {
		r.seats[seat].isAdded = command == commandAddPeer
	}
}

func violation(format string, args ...any) error {
	return &wire.Violation{Reason: wire.ReasonMalformed, Detail: fmt.Sprintf(format, args...)}
}

func (r *room) control(records []byte, c *wire.DownControl) ([]byte, error) {
	if c.Kind == wire.DownLocked {
		return appendEvent(records, KindLocked, 0, flag(c.On)), nil
	}
	if c.Seat > wire.MaxSeat {
		return records, violation("seat %d is above %d", c.Seat, wire.MaxSeat)
	}
	switch c.Kind {
	case wire.DownPeer:
		return r.joined(records, c)
	case wire.DownHost:
		return r.hostChanged(records, c.Seat), nil
	}
	peer := r.seats[c.Seat]
	if peer == nil { // it has just left, or is not known yet
		return records, nil
	}
	switch c.Kind {
	case wire.DownGone:
		return r.left(records, c.Seat), nil
	case wire.DownAway:
		records = appendEvent(records, KindAway, peer.id)
	case wire.DownBack:
		records = appendEvent(records, KindBack, peer.id)
	case wire.DownRoundTrip:
		records = appendEvent(records, KindRoundTrip, peer.id, binary.LittleEndian.AppendUint32(nil, c.Milliseconds)...)
	}
	return records, nil
}

func (r *room) joined(records []byte, c *wire.DownControl) ([]byte, error) {
	id := int32(min(c.ID, maxID))
	_, isTaken := r.ids[id]
	switch {
	case c.Seat == r.own || r.seats[c.Seat] != nil:
		return records, violation("seat %d is taken already", c.Seat)
	case c.ID < hostID || c.ID > maxID || id == r.ownID || isTaken:
		return records, violation("id %d of seat %d is not possible", c.ID, c.Seat)
	case (id == hostID) != (r.shape == ShapeHost && c.Seat == r.host):
		return records, violation("id %d of seat %d in shape %v", c.ID, c.Seat, r.shape)
	case len(c.Info) > maxInfo:
		return records, violation("info of seat %d has %d bytes", c.Seat, len(c.Info))
	}
	if _, err := readObject(c.Info, nil); err != nil {
		return records, violation("info of seat %d: %v", c.Seat, err)
	}
	if r.ids == nil {
		r.ids = map[int32]uint8{}
	}
	r.seats[c.Seat] = &member{id: id}
	r.ids[id] = c.Seat
	r.known.add(c.Seat)
	records = appendHead(records, id, KindInfo, 0, 0, len(infoBefore)+len(c.Info)+len(infoAfter))
	records = append(append(append(records, infoBefore...), c.Info...), infoAfter...)
	if !r.isClient() || id == hostID {
		records = appendEvent(records, KindPeerConnected, id)
	}
	if c.Seat == r.host && r.shape == ShapeMesh { // after the engine knows the host, so that the game can send to it
		records = appendEvent(records, KindHostChanged, id)
	}
	return records, nil
}

const infoBefore, infoAfter = `{"info":`, `}`

func (r *room) left(records []byte, seat uint8) []byte {
	id := r.seats[seat].id
	r.seats[seat] = nil
	delete(r.ids, id)
	r.known.remove(seat)
	if seat == r.host {
		r.host = noSeat
	}
	if !r.isClient() || id == hostID {
		return appendEvent(records, KindPeerDisconnected, id)
	}
	return appendEvent(records, KindInfo, id)
}

// hostChanged sets a new host. If its id is not known yet, the record is appended once it is.
func (r *room) hostChanged(records []byte, seat uint8) []byte {
	if seat == r.host {
		return records
	}
	r.host = seat
	if id := r.hostID(); id != 0 {
		return appendEvent(records, KindHostChanged, id)
	}
	return records
}
