package wire

import "time"

// unreliable holds the unreliable entries for the next frame, in the order in which they were
// added.
type unreliable struct {
	data    []byte // begins with dropped entries
	start   int
	marks   []mark
	dropped int
}

// mark is an entry's end and the time when it was added.
type mark struct {
	at  time.Duration
	end int
}

func (u *unreliable) add(entry []byte, now time.Duration) {
	u.data = append(u.data, entry...)
	u.marks = append(u.marks, mark{now, len(u.data)})
}

func (u *unreliable) entries() []byte { return u.data[u.start:] }

// full reports whether the queued entries should be sent now.
func (u *unreliable) full() bool { return len(u.data)-u.start >= maxUnreliable }

// sent removes all entries, if a frame contained any.
func (u *unreliable) sent(bytes int) {
	if bytes > 0 {
		u.removeAll()
	}
}

func (u *unreliable) removeAll() {
	u.marks, u.data, u.start = u.marks[:0], u.data[:0], 0
	if cap(u.data) > 4*maxUnreliable {
		u.data = nil // a large burst must not keep its memory forever
	}
}

func (u *unreliable) dropAll() {
	u.dropped += len(u.marks)
	u.removeAll()
}

// forget drops the entries added before a time.
func (u *unreliable) forget(before time.Duration) {
	n := 0
	for n < len(u.marks) && u.marks[n].at < before {
		n++
	}
	u.drop(n)
}

// limit drops the oldest entries beyond maxUnreliable, but never the newest entry.
func (u *unreliable) limit() {
	n := 0
	for n < len(u.marks)-1 && len(u.data)-u.startOf(n) > maxUnreliable {
		n++
	}
	u.drop(n)
}

func (u *unreliable) startOf(i int) int {
	if i == 0 {
		return u.start
	}
	return u.marks[i-1].end
}

// drop removes the first n entries. The memory before the remaining ones is reused once it is as
// large as the queue's limit.
func (u *unreliable) drop(n int) {
	if n == 0 {
		return
	}
	u.dropped += n
	u.start = u.marks[n-1].end
	u.marks = dropFirst(u.marks, n)
	if u.start >= maxUnreliable || len(u.marks) == 0 {
		for i := range u.marks {
			u.marks[i].end -= u.start
		}
		u.data = dropFirst(u.data, u.start)
		u.start = 0
	}
}
