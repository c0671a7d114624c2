package wire

import "time"

// flight holds the counted frames that the other side has not acknowledged, oldest first.
type flight struct {
	frames     []inFlight
	first      int    // index of the first unacknowledged frame
	acked      uint32 // number of acknowledged frames
	unreliable int    // bytes of unreliable entries in frames
	least      time.Duration
	measured   bool // least is set
}

type inFlight struct {
	at         time.Duration
	seq        uint32 // of the frame's section, or 0
	unreliable int
}

func (f *flight) add(frame inFlight) {
	if f.first > len(f.frames)/2 {
		f.frames = dropFirst(f.frames, f.first)
		f.first = 0
	}
	f.frames = append(f.frames, frame)
	f.unreliable += frame.unreliable
}

// acknowledge removes the frames that the other side has received. It returns the number of the
// newest section in them, or 0.
func (f *flight) acknowledge(count, sent uint32, now time.Duration) (seq uint32, err error) {
	if count > sent {
		return 0, malformed("%d frames acknowledged of %d", count, sent)
	}
	for ; f.acked < count; f.acked++ {
		frame := f.frames[f.first]
		f.first++
		f.unreliable -= frame.unreliable
		seq = max(seq, frame.seq)
		if delay := now - frame.at; !f.measured || delay < f.least {
			f.least, f.measured = delay, true
		}
	}
	return seq, nil
}

func (f *flight) slow(now time.Duration) bool {
	if f.first == len(f.frames) {
		return false
	}
	usual := unknownDelay
	if f.measured {
		usual = f.least
	}
	return now-f.frames[f.first].at > usual+slowAfter || f.unreliable > maxUnreliables
}
