package relayroom

import "time"

// Never is later than all times.
const Never = time.Duration(1<<63 - 1)

// Flush ends the seats that have to end, and sends what is due on the links that have changed since
// the last call. It is called after every other call, and returns when Tick is to be called, which
// may be earlier than what earlier calls returned.
func (r *Room) Flush(now time.Duration) (next time.Duration) {
	next = Never
	for {
		r.endAll()
		number, ok := r.touched.take()
		if !ok {
			break
		}
		if seat := r.seats[number]; seat != nil {
			next = min(next, r.send(seat, now))
		}
	}
	if r.closed {
		r.close(now)
		return Never
	}
	return next
}

// Tick does what is due, and returns when it is to be called next.
func (r *Room) Tick(now time.Duration) (next time.Duration) {
	next = Never
	for _, seat := range r.seats {
		switch {
		case seat == nil:
		case seat.peer != nil:
			next = min(next, r.send(seat, now))
		case now >= seat.awayAt+r.seatTime:
			r.remove(seat)
		default:
			next = min(next, seat.awayAt+r.seatTime)
		}
	}
	return min(next, r.Flush(now))
}

// send sends what is due to a seat, and returns when there will be more, or when the seat is to be
// given up.
func (r *Room) send(seat *Seat, now time.Duration) (next time.Duration) {
	if seat.peer == nil {
		return seat.awayAt + r.seatTime
	}
	for {
		at, ok := seat.link.Due(now)
		if !ok {
			return Never
		}
		if at > now {
			return at
		}
		message, ok := seat.link.Frame(seat.peer.Begin(), now)
		if !ok {
			continue // all that waited was too old
		}
		seat.peer.Send(message)
		if seat.peer.Backlog() > r.limits.MaxBuffered {
			r.end(seat, reasonTooFarBehind)
			return Never
		}
	}
}

// close notifies the remaining seats that the room has ended.
func (r *Room) close(now time.Duration) {
	for i, seat := range r.seats {
		if seat == nil {
			continue
		}
		r.seats[i] = nil
		if seat.peer != nil {
			seat.link.Hurry()
			r.send(seat, now)
			seat.peer.End("")
		}
	}
	r.ending = nil
}
