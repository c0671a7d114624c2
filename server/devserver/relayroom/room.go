// Package relayroom is the relay's logic: the seats of one room, who knows whom, the host and its
// successors, and what is forwarded to whom. It does no input or output and reads no clock;
// server/README.md describes what it does.
package relayroom

import (
	"errors"
	"time"

	"phoenixchannels/relay/wire"
)

// Reasons for which a join is refused.
var (
	ErrInvalid    = errors.New("invalid")
	ErrNoRoom     = errors.New("no room")
	ErrFull       = errors.New("room full")
	ErrLocked     = errors.New("room locked")
	ErrHostTaken  = errors.New("host taken")
	ErrWrongShape = errors.New("wrong shape")
	ErrSeatGone   = errors.New("seat gone")
)

// Reasons for which a peer's seat is ended, besides those of package wire.
const (
	reasonKicked         = "kicked"
	reasonTooManyPackets = "too many packets"
	reasonTooManyBytes   = "too many bytes"
	reasonTooFarBehind   = "too far behind"
	reasonNotAllowed     = "not allowed"
)

// Shape is who a room's peers depend on.
type Shape string

// The shapes.
const (
	ShapeHost Shape = "host" // the host has the id 1, and the room ends with it
	ShapeMesh Shape = "mesh" // another peer becomes host when the host leaves
)

// Role is what a peer wants to be.
type Role string

// The roles.
const (
	RoleAuto   Role = "auto" // host of a new room, else client
	RoleHost   Role = "host"
	RoleClient Role = "client"
)

// Request is a join.
type Request struct {
	Connection any // that the join arrived on; comparable, nil if there is none
	Token      string
	Resume     bool
	Got        uint32
	Role       Role
	Shape      Shape
	Info       string // JSON
	MaxPeers   int
	Listed     bool
	SeatTime   time.Duration
}

// Peer is how a room reaches the client in a seat. Its methods do not wait, and do not call the
// room.
type Peer interface {
	// Begin returns the beginning of a message, to which Send expects a frame to be appended.
	Begin() []byte
	Send(message []byte)
	// Backlog is how many bytes of messages have not been written to the network.
	Backlog() int
	// End closes the channel, after telling the client the reason, if there is one.
	End(reason string)
}

// Room is one room. It is not safe for concurrent use. Times are given by the caller, from any
// clock that only moves forward.
type Room struct {
	shape    Shape
	limits   Limits
	maxPeers int
	listed   bool
	seatTime time.Duration

	seats  [MaxPeers]*Seat
	reused [MaxPeers]bool // numbers that were given before
	host   *Seat
	count  int
	joins  uint64
	locked bool
	closed bool
	ids    ids

	entry   []byte    // that is being forwarded
	touched seatSet   // seats whose links may have something to send
	ending  []removal // seats to be removed after what is being done
}

// removal is a seat that has to be removed, and why.
type removal struct {
	seat   *Seat
	reason string
}

// Open makes a room whose host is the peer of a request, and which is told nothing before Attach.
func Open(request Request, peer Peer, limits Limits, now time.Duration) (*Room, *Seat) {
	r := &Room{
		shape: request.Shape, limits: limits, maxPeers: limits.MaxPeers, listed: request.Listed,
		seatTime: min(max(request.SeatTime, limits.MinSeatTime), limits.MaxSeatTime),
		ids:      newIDs(),
	}
	if request.MaxPeers > 0 {
		r.maxPeers = min(request.MaxPeers, limits.MaxPeers)
	}
	return r, r.sit(request, peer, now)
}

// Join finds or makes the seat for the peer of a request, which is told nothing before Attach.
// Another peer that has the seat loses it. The error is ErrNoRoom if the request ends the room.
func (r *Room) Join(request Request, peer Peer, now time.Duration) (*Seat, error) {
	for _, seat := range r.seats {
		if seat != nil && seat.token == request.Token {
			seat.connection = request.Connection
			return seat, r.takeOver(seat, peer, request.Got, now)
		}
	}
	r.vacate(request.Connection)
	switch {
	case r.closed:
		return nil, ErrNoRoom
	case request.Resume:
		return nil, ErrSeatGone
	case request.Role == RoleHost:
		return nil, ErrHostTaken
	case request.Shape != r.shape:
		return nil, ErrWrongShape
	case r.locked:
		return nil, ErrLocked
	case r.count >= r.maxPeers:
		return nil, ErrFull
	case request.Got != 0:
		return nil, ErrInvalid
	}
	return r.sit(request, peer, now), nil
}

// vacate removes the seat of a connection that now asks for another one: the client has left, and
// joined again before its leave was read.
func (r *Room) vacate(connection any) {
	for _, seat := range r.seats {
		if seat != nil && connection != nil && seat.connection == connection {
			r.remove(seat)
		}
	}
}

// takeOver prepares a seat for another peer, and ends the channel of the one that has it or was
// about to have it.
func (r *Room) takeOver(seat *Seat, peer Peer, got uint32, now time.Duration) error {
	for _, old := range []Peer{seat.peer, seat.next} {
		if old != nil {
			old.End("")
		}
	}
	r.Detach(seat, seat.peer, now)
	seat.next = nil
	if seat.link.Resume(got) != nil {
		return ErrInvalid
	}
	seat.next, seat.awayAt = peer, now
	r.touched.add(seat.number)
	return nil
}

// sit gives a peer the lowest free seat.
func (r *Room) sit(request Request, peer Peer, now time.Duration) *Seat {
	number := 0
	for r.seats[number] != nil {
		number++
	}
	r.joins++
	seat := newSeat(uint8(number), r.joins, request, now)
	seat.next = peer
	if r.host == nil {
		r.host, seat.admitted = seat, true
	}
	if seat.id = hostID; seat != r.host || r.shape != ShapeHost {
		seat.id = r.ids.next()
	}
	r.seats[number] = seat
	r.touched.add(seat.number)
	r.count++
	return seat
}

// Attach connects a peer to the seat that Open or Join has returned, and returns what it is to be
// told first, or false if it has lost the seat since.
func (r *Room) Attach(seat *Seat, peer Peer, now time.Duration) (Welcome, bool) {
	if r.seats[seat.number] != seat || seat.ending || seat.next != peer {
		return Welcome{}, false
	}
	resumed := seat.welcomed
	seat.peer, seat.next, seat.welcomed = peer, nil, true
	seat.limiter.start(&r.limits, now)
	if resumed {
		r.tellAcquaintances(seat, wire.DownControl{Kind: wire.DownBack, Seat: seat.number})
	}
	r.introduce(seat)
	r.touched.add(seat.number)
	return r.welcome(seat, resumed), true
}

// Detach is the loss of the connection of a peer, unless another one has its seat by now.
func (r *Room) Detach(seat *Seat, peer Peer, now time.Duration) {
	if seat.peer == nil || seat.peer != peer {
		return
	}
	seat.peer = nil
	seat.awayAt = now
	seat.link.Lost()
	r.touched.add(seat.number)
	r.tellAcquaintances(seat, wire.DownControl{Kind: wire.DownAway, Seat: seat.number})
}

// Leave gives the seat of a peer back, unless another one has it by now.
func (r *Room) Leave(seat *Seat, peer Peer) {
	if seat.peer == peer {
		r.remove(seat)
	}
}

// remove takes a seat out of the room, and may end the room.
func (r *Room) remove(seat *Seat) {
	if r.seats[seat.number] != seat {
		return
	}
	r.seats[seat.number] = nil
	r.reused[seat.number] = true
	r.count--
	seat.peer = nil
	gone := wire.DownControl{Kind: wire.DownGone, Seat: seat.number}
	switch {
	case r.count == 0:
		r.closed = true
	case seat != r.host:
		r.tellAcquaintances(seat, gone)
	case r.shape == ShapeHost:
		r.tellAll(gone)
		r.closed = true
	default:
		r.tellAcquaintances(seat, gone)
		r.host = r.successor()
		r.host.admitted = true
		r.tellAll(wire.DownControl{Kind: wire.DownHost, Seat: r.host.number})
		r.introduce(r.host)
	}
	for _, other := range r.seats {
		if other != nil {
			other.told[seat.number] = 0
		}
	}
}

// successor returns the next host: of the peers that are admitted, or else of all, the one that is
// there and came first, or else came first.
func (r *Room) successor() (next *Seat) {
	for _, seat := range r.seats {
		if seat != nil && (next == nil || seat.isBetterHost(next)) {
			next = seat
		}
	}
	return next
}

// end lets a seat go after what is being done.
func (r *Room) end(seat *Seat, reason string) {
	if !seat.ending {
		seat.ending = true
		r.ending = append(r.ending, removal{seat, reason})
	}
}

// endAll lets the seats go that have to. It may take several rounds: what one is told may be too
// much for another.
func (r *Room) endAll() {
	for len(r.ending) > 0 {
		next := r.ending[0]
		r.ending = r.ending[1:]
		if next.seat.peer != nil {
			next.seat.peer.End(next.reason)
		}
		r.remove(next.seat)
	}
	r.ending = nil
}

// Closed reports whether the room is over. Nothing can be done with it then.
func (r *Room) Closed() bool { return r.closed }

// Limits returns what the room allows.
func (r *Room) Limits() Limits { return r.limits }
