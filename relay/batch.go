package relay

import (
	"bytes"
	"slices"

	"phoenixchannels/relay/wire"
)

// batch collects the packets of one burst. For a packet to several peers the engine sends one copy
// per peer, with the same bytes, except that copies of a synchronizer's state differ in a two-byte
// counter. A batch combines such copies into one entry.
type batch struct {
	entries []batchEntry
	last    [2][maxSeats]int32 // for each section and seat, the number of entries up to its latest one
	data    []byte             // the packets' bytes
	scratch []byte
}

// batchEntry is a packet for one or more seats.
type batchEntry struct {
	mode     wire.Mode
	channel  uint16
	targets  seatSet
	from, to int // data, in batch.data
	patches  []seatPatch
}

// seatPatch is the counter in one seat's copy of a packet.
type seatPatch struct {
	seat    uint8
	counter [counterSize]byte
}

const (
	// counterAt is the offset of a synchronizer's counter and counterSize its size: the bytes that
	// a patch replaces.
	counterAt   = 1
	counterSize = 2
	counterEnd  = counterAt + counterSize
	// lookBack is the number of entries compared with a new packet. A game sends the same few
	// packets to each peer in turn.
	lookBack = 64
)

// add adds a copy of a packet. If an earlier entry has the same bytes, and its section has no later
// entry for the targets, add only adds the targets to it.
func (b *batch) add(mode wire.Mode, channel uint16, targets *seatSet, data []byte) {
	last := &b.last[0]
	if mode == wire.Reliable {
		last = &b.last[1]
	}
	n := b.merge(mode, channel, targets, data, last)
	if n == 0 {
		n = b.append(mode, channel, targets, data)
	}
	for seat := range targets.all {
		last[seat] = n
	}
}

// append adds an entry and returns the new number of entries.
func (b *batch) append(mode wire.Mode, channel uint16, targets *seatSet, data []byte) int32 {
	n := len(b.entries)
	b.entries = slices.Grow(b.entries, 1)[:n+1]
	from := len(b.data)
	b.data = append(b.data, data...)
	e := &b.entries[n]
	*e = batchEntry{mode: mode, channel: channel, targets: *targets, from: from, to: len(b.data), patches: e.patches[:0]}
	return int32(n + 1)
}

// merge adds the targets to an earlier entry and returns the number of entries up to that one, or 0
// if none is suitable.
func (b *batch) merge(mode wire.Mode, channel uint16, targets *seatSet, data []byte, last *[maxSeats]int32) int32 {
	first := max(0, len(b.entries)-lookBack)
	for seat := range targets.all {
		first = max(first, int(last[seat]))
	}
	for i := len(b.entries) - 1; i >= first; i-- {
		if e := &b.entries[i]; e.mode == mode && e.channel == channel && b.join(e, targets, data) {
			e.targets.addAll(targets)
			return int32(i + 1)
		}
	}
	return 0
}

// join makes a packet a copy of an entry if the two differ only in the counter.
func (b *batch) join(e *batchEntry, targets *seatSet, data []byte) bool {
	kept := b.data[e.from:e.to]
	isSame := bytes.Equal(kept, data)
	if !isSame && !differInCounter(kept, data) {
		return false
	}
	if !isSame && len(e.patches) == 0 {
		e.patch(&e.targets, kept)
	}
	if len(e.patches) > 0 {
		e.patch(targets, data)
	}
	return true
}

// differInCounter reports whether two packets have the same bytes except for the counter.
func differInCounter(a, b []byte) bool {
	return len(a) == len(b) && len(a) >= counterEnd && a[0] == b[0] && bytes.Equal(a[counterEnd:], b[counterEnd:])
}

// patch records the counter of these seats' copies.
func (e *batchEntry) patch(targets *seatSet, data []byte) {
	for seat := range targets.all {
		e.patches = append(e.patches, seatPatch{seat, [counterSize]byte(data[counterAt:counterEnd])})
	}
}

// each removes all entries and yields them one by one. An entry's bytes are valid only during its
// call of yield.
func (b *batch) each(yield func(mode wire.Mode, entry []byte) bool) {
	defer b.reset()
	for i := range b.entries {
		e := &b.entries[i]
		b.scratch = b.appendEntry(b.scratch[:0], e)
		if !yield(e.mode, b.scratch) {
			return
		}
	}
}

// keptData is how much of a batch's memory is kept for the next batch.
const keptData = 256 << 10

func (b *batch) reset() {
	b.entries, b.data, b.last = b.entries[:0], b.data[:0], [2][maxSeats]int32{}
	if cap(b.data)+cap(b.scratch) > keptData {
		b.entries, b.data, b.scratch = nil, nil, nil
	}
}

func (b *batch) appendEntry(dst []byte, e *batchEntry) []byte {
	data := b.data[e.from:e.to]
	if seat, ok := e.targets.single(); ok {
		return wire.AppendPacket(dst, e.mode, e.channel, seat, data)
	}
	slices.SortFunc(e.patches, func(a, b seatPatch) int { return int(a.seat) - int(b.seat) })
	var patches [maxSeats * counterSize]byte
	for i, p := range e.patches {
		copy(patches[i*counterSize:], p.counter[:])
	}
	var set [maxSeats/8 + 1]byte
	return wire.AppendPacketToMany(dst, e.mode, e.channel, e.targets.appendBits(set[:0]), data, patches[:len(e.patches)*counterSize])
}
