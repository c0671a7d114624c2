package relayroom

import (
	"errors"
	"time"

	"phoenixchannels/relay/wire"
)

// Receive handles a frame from the client in a seat, unless another one has the seat by now.
func (r *Room) Receive(seat *Seat, peer Peer, frame []byte, now time.Duration) {
	if seat.peer != peer || seat.ending {
		return
	}
	if !seat.limiter.bytes.take(len(frame), now) {
		r.end(seat, reasonTooManyBytes)
		return
	}
	received, err := seat.link.Receive(frame, now)
	r.touched.add(seat.number)
	if err == nil && len(received.Reliable)+len(received.Unreliable) == 0 && !seat.limiter.packets.take(1, now) {
		r.end(seat, reasonTooManyPackets)
		return
	}
	if err == nil {
		err = r.entries(seat, received.Reliable, wire.ReliableSection, now)
	}
	if err == nil {
		err = r.entries(seat, received.Unreliable, wire.UnreliableSection, now)
	}
	var violation *wire.Violation
	if errors.As(err, &violation) {
		r.end(seat, violation.Reason)
	}
}

// entries handles those of a section, until the seat has to end.
func (r *Room) entries(seat *Seat, data []byte, section wire.Section, now time.Duration) (err error) {
	var entry wire.Up
	for len(data) > 0 && !seat.ending {
		if data, err = wire.ReadUp(data, section, r.limits.MaxPacket, &entry); err != nil {
			return err
		}
		switch {
		case !seat.limiter.packets.take(1, now):
			r.end(seat, reasonTooManyPackets)
		case entry.Mode == wire.Control:
			r.control(seat, entry.Control)
		default:
			r.forward(seat, &entry, now)
		}
	}
	return nil
}

// forward hands a packet to its targets, except those that have just left or do not know the
// sender.
func (r *Room) forward(from *Seat, packet *wire.Up, now time.Duration) {
	r.entry = wire.AppendPacket(r.entry[:0], packet.Mode, packet.Channel, from.number, packet.Data)
	data := r.entry[len(r.entry)-len(packet.Data):]
	for number, patch := range packet.Targets() {
		if number > wire.MaxSeat || !from.means(number) {
			continue
		}
		if patch != nil {
			wire.Patch(data, patch)
		}
		switch to := r.seats[number]; {
		case packet.Mode == wire.Reliable:
			r.reliable(to, r.entry)
		case to.peer != nil:
			to.link.Unreliable(r.entry, now)
			r.touched.add(number)
		}
	}
}

// reliable queues a reliable entry for a seat.
func (r *Room) reliable(to *Seat, entry []byte) {
	to.link.Reliable(entry)
	r.touched.add(to.number)
	if to.link.Buffered() > r.limits.MaxBuffered {
		r.end(to, reasonTooFarBehind)
	}
}

// control does what a client asks for.
func (r *Room) control(seat *Seat, c wire.UpControl) {
	if c.Kind == wire.UpRoundTrip {
		r.tellAcquaintances(seat, wire.DownControl{Kind: wire.DownRoundTrip, Seat: seat.number, Milliseconds: c.Milliseconds})
		return
	}
	if seat != r.host {
		r.end(seat, reasonNotAllowed)
		return
	}
	if c.Kind == wire.UpLock {
		if r.locked != c.On {
			r.locked = c.On
			r.tellAll(wire.DownControl{Kind: wire.DownLocked, On: c.On})
		}
		return
	}
	if c.Seat > wire.MaxSeat || !seat.means(c.Seat) {
		return
	}
	switch other := r.seats[c.Seat]; c.Kind {
	case wire.UpAdmit:
		other.admitted = true
		r.introduce(other)
	case wire.UpKick:
		r.end(other, reasonKicked)
	}
}
