package wire

import "time"

// The timing and the limits of a link, as specified in server/README.md.
const (
	maxSection     = 64 << 10 // bytes of a reliable section; a single larger entry makes a larger section
	ackDelay       = 50 * time.Millisecond
	ackEvery       = 16        // counted frames
	ackBytes       = 256 << 10 // of counted frames
	unknownDelay   = 750 * time.Millisecond
	slowAfter      = 250 * time.Millisecond // above the lowest delay
	maxWaiting     = 100 * time.Millisecond // for an unreliable entry
	maxUnreliable  = 64 << 10               // queued bytes; a single larger entry may be queued alone
	maxUnreliables = 1 << 20                // bytes in unacknowledged frames; more make the link slow
)

// Link is one side's state of a stream of frames. It outlives connections: Lost ends one, and
// Resume begins the next. The caller passes the time, from any monotonic clock. A Link is not safe
// for concurrent use.
type Link struct {
	interval time.Duration
	up       bool
	out      sections
	loose    unreliable
	flight   flight

	sent   uint32        // number of counted frames in this join
	got    uint32        // number of the last reliable section from the other side
	heard  uint32        // number of the other side's counted frames in this join
	acked  uint32        // how many of these have been acknowledged
	owed   time.Duration // since when an acknowledgement has been due
	unsaid int           // bytes of the frames not acknowledged yet
	last   time.Duration // time of the last frame with entries
	paused bool          // last is set: the next frame must wait for the interval
}

// NewLink returns a link without a connection; call Resume to begin the first one. Frames with
// entries are made at most once per interval, except when reliable sections fill more than one
// frame.
func NewLink(interval time.Duration) *Link { return &Link{interval: interval} }

// Reliable adds an entry to the reliable sections. The link copies it.
func (l *Link) Reliable(entry []byte) { l.out.add(entry) }

// Unreliable adds an unreliable entry. The link copies it, or drops it while there is no
// connection.
func (l *Link) Unreliable(entry []byte, now time.Duration) {
	if l.up {
		l.loose.add(entry, now)
		if l.Slow(now) {
			l.loose.limit()
		}
	}
}

// Buffered returns how many bytes of reliable entries the other side has not acknowledged.
func (l *Link) Buffered() int { return l.out.bytes }

// Newest returns the number of the section with the newest reliable entry; Acknowledged returns
// that of the newest section that the other side has received.
func (l *Link) Newest() uint32       { return l.out.last }
func (l *Link) Acknowledged() uint32 { return l.out.released() }

// Hurry allows the next frame to be sent at once.
func (l *Link) Hurry() { l.paused = false }

// Got returns the number of the last reliable section received, which the next join reports.
func (l *Link) Got() uint32 { return l.got }

// Dropped returns how many unreliable entries were dropped because the link was slow or lost.
func (l *Link) Dropped() int { return l.loose.dropped }

// Lost ends the connection. Unreliable entries are dropped; reliable ones are kept for Resume.
func (l *Link) Lost() {
	l.up = false
	l.loose.dropAll()
	l.out.rewind()
	l.flight = flight{frames: l.flight.frames[:0]}
	l.sent, l.heard, l.acked, l.unsaid, l.paused = 0, 0, 0, 0, false
}

// Resume begins a connection to another side that has received the sections up to got. Later
// sections are sent again. An error is a *Violation.
func (l *Link) Resume(got uint32) error {
	if got < l.out.released() || got > l.out.sent {
		return &Violation{ReasonBadSequence, "sections that the other side claims to have do not fit"}
	}
	l.Lost()
	l.out.release(got)
	l.up = true
	return nil
}

// Slow reports whether the network, or the other side, does not keep up.
func (l *Link) Slow(now time.Duration) bool { return l.flight.slow(now) }

// Due returns the time at which Frame will have something to send, as far as is known now; a time
// in the past means at once. If ok is false, nothing is to be sent until the next call of Reliable,
// Unreliable or Receive.
func (l *Link) Due(now time.Duration) (at time.Duration, ok bool) {
	if !l.up {
		return 0, false
	}
	if l.heard != l.acked {
		at, ok = l.owed+ackDelay, true
		if l.heard-l.acked >= ackEvery || l.unsaid >= ackBytes {
			return now, true
		}
	}
	if l.out.unsent() == nil && (len(l.loose.entries()) == 0 || l.Slow(now)) {
		return at, ok
	}
	next := now
	if l.paused && !l.loose.full() {
		next = l.last + l.interval
	}
	if !ok || next < at {
		at, ok = next, true
	}
	return at, ok
}

// Frame appends the next frame to dst and reports whether there was one. Several sections may be
// pending, so call it until it returns false.
func (l *Link) Frame(dst []byte, now time.Duration) (frame []byte, ok bool) {
	if at, ok := l.Due(now); !ok || at > now {
		return dst, false
	}
	section := l.out.unsent()
	l.loose.forget(now - maxWaiting)
	var loose []byte
	if !l.Slow(now) {
		loose = l.loose.entries()
	}
	h := header{ack: l.heard}
	if section != nil {
		h.seq, h.reliable = section.seq, section.data
	}
	if section == nil && len(loose) == 0 && l.heard == l.acked {
		return dst, false // all queued entries were too old
	}
	l.acked, l.unsaid = l.heard, 0
	frame = append(appendHeader(dst, h), loose...)
	if section != nil || len(loose) > 0 {
		l.sent++
		l.flight.add(inFlight{at: now, seq: h.seq, unreliable: len(loose)})
		l.loose.sent(len(loose))
		if section != nil {
			l.out.advance()
		}
		l.last, l.paused = now, l.out.unsent() == nil
	}
	return frame, true
}

// Received holds the entries of a frame.
type Received struct {
	Reliable   []byte // entries of the ReliableSection
	Unreliable []byte // entries of the UnreliableSection
}

// Receive handles a frame of the other side and returns its entries undecoded. An error is a
// *Violation, after which the link must not be used.
func (l *Link) Receive(frame []byte, now time.Duration) (Received, error) {
	h, loose, err := readHeader(frame)
	if err != nil {
		return Received{}, err
	}
	if h.seq != 0 || len(loose) > 0 {
		if h.seq != 0 && h.seq != l.got+1 {
			return Received{}, &Violation{ReasonBadSequence, "section that is not the next one"}
		}
		if l.heard == l.acked {
			l.owed = now
		}
		l.heard++
		l.unsaid += len(frame)
		l.got += min(h.seq, 1)
	}
	seq, err := l.flight.acknowledge(h.ack, l.sent, now)
	if err != nil {
		return Received{}, err
	}
	l.out.release(max(seq, l.out.released()))
	return Received{h.reliable, loose}, nil
}
