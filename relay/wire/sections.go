package wire

// sections holds one side's reliable entries that the other side has not acknowledged, oldest
// first.
type sections struct {
	queue []section
	next  int    // index of the first one not yet sent over this connection
	last  uint32 // number of the newest section
	sent  uint32 // number of the newest one ever sent
	bytes int
}

type section struct {
	seq  uint32
	data []byte
}

// add adds an entry to the newest section or, if that has been sent or is full, to a new one.
func (s *sections) add(entry []byte) {
	s.bytes += len(entry)
	if n := len(s.queue); n > 0 && s.last > s.sent && len(s.queue[n-1].data)+len(entry) <= maxSection {
		newest := &s.queue[n-1]
		newest.data = append(newest.data, entry...)
		return
	}
	s.last++
	s.queue = append(s.queue, section{s.last, append([]byte(nil), entry...)})
}

// unsent returns the next section to be sent over this connection, or nil.
func (s *sections) unsent() *section {
	if s.next == len(s.queue) {
		return nil
	}
	return &s.queue[s.next]
}

// advance records that the next section is being sent.
func (s *sections) advance() {
	s.sent = max(s.sent, s.queue[s.next].seq)
	s.next++
}

// rewind marks all sections to be sent again.
func (s *sections) rewind() { s.next = 0 }

// released returns the number of the newest section that the other side has acknowledged.
func (s *sections) released() uint32 { return s.last - uint32(len(s.queue)) }

// release removes the sections up to a number.
func (s *sections) release(upTo uint32) {
	n := int(upTo - s.released())
	for _, old := range s.queue[:n] {
		s.bytes -= len(old.data)
	}
	s.next = max(s.next-n, 0)
	s.queue = dropFirst(s.queue, n)
}

// dropFirst removes the first n elements of a queue and keeps its memory.
func dropFirst[T any](queue []T, n int) []T {
	left := copy(queue, queue[n:])
	clear(queue[left:])
	return queue[:left]
}
