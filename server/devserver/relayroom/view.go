package relayroom

// Welcome is what a peer is told first.
type Welcome struct {
	Seat, Host uint8
	ID         uint32
	Got        uint32
	Resumed    bool
	Locked     bool
	Shape      Shape
	SeatTimeMS int64
}

func (r *Room) welcome(seat *Seat, resumed bool) Welcome {
	return Welcome{
		Seat: seat.number, Host: r.host.number, ID: seat.id, Got: seat.link.Got(), Resumed: resumed, Locked: r.locked,
		Shape: r.shape, SeatTimeMS: r.seatTime.Milliseconds(),
	}
}

// Entry is what the list of rooms shows of a room.
type Entry struct {
	Shape    Shape
	Peers    int
	MaxPeers int
	Locked   bool
	Host     string // the host's info, as JSON
}

// Entry returns the room's place in the list of rooms, if it is to be listed now.
func (r *Room) Entry() (entry Entry, isListed bool) {
	if !r.listed || r.closed {
		return Entry{}, false
	}
	return Entry{r.shape, r.count, r.maxPeers, r.locked, r.host.info}, true
}
