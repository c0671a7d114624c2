package core

import (
	"slices"
	"sync"
	"sync/atomic"
)

// event is something to report to the handlers. Events are queued and delivered in the order in
// which they happen, by one goroutine at a time.
type event interface {
	deliver()
	// size returns the bytes that count against Settings.MaxQueuedBytes.
	size() int
}

// eventOverhead is the number of bytes that a queued event counts in addition to its payload.
const eventOverhead = 256

// notice is an event without data of its own.
type notice func()

func (n notice) deliver()  { n() }
func (n notice) size() int { return eventOverhead }

// gradual is work that an event leaves to be done before the next event. It is done bit by bit, so
// that no dispatch takes too long.
type gradual interface {
	// advance does as much of the work as can be done now and fits into room. It returns how much
	// it did, measured in events. If room is everything, it waits for the rest of the work.
	advance(room int) (used int, done bool)
}

// everything means unlimited room.
const everything = -1

// eventQueue holds the events waiting for delivery. Its lock is a leaf: the socket's lock may be
// held when it is acquired.
type eventQueue struct {
	limit  int    // bytes
	manual bool   // delivered by Dispatch rather than by a goroutine
	onWork func() // called when an event is queued while no other is waiting; may be nil

	mu         sync.Mutex
	waiting    []event
	head       int // index of the first waiting event
	bytes      int
	room       chan struct{} // closed when a full queue has room again; nil if nobody waits
	delivering bool          // a goroutine is taking events out
	unfinished []gradual     // left by the latest event
	count      atomic.Int64
	full       atomic.Bool // bytes reached the limit
	stopped    atomic.Bool // the current dispatch ends after the current event
}

// push adds an event. Unless the queue is manual, it starts the delivering goroutine if that is not
// running.
func (q *eventQueue) push(e event) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, e)
	q.weigh(e.size())
	if q.count.Add(1) == 1 && q.onWork != nil {
		q.onWork()
	}
	if !q.manual && !q.delivering {
		q.delivering = true
		go q.drain()
	}
}

// setLimit changes how many bytes may be queued.
func (q *eventQueue) setLimit(bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limit = bytes
	q.weigh(0)
}

// weigh adds bytes (negative for a removed event) to the queue's size. Once half of the queue is
// empty, it resumes the goroutines waiting for room. q.mu must be held.
func (q *eventQueue) weigh(bytes int) {
	q.bytes += bytes
	if full := q.bytes >= q.limit; full != q.full.Load() {
		q.full.Store(full)
	}
	if q.room != nil && q.bytes <= q.limit/2 {
		close(q.room)
		q.room = nil
	}
}

// waitRoom returns nil if the queue has room for more, otherwise a channel that is closed once it
// has.
func (q *eventQueue) waitRoom() <-chan struct{} {
	if !q.full.Load() {
		return nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.bytes < q.limit {
		return nil
	}
	if q.room == nil {
		q.room = make(chan struct{})
	}
	return q.room
}

// size returns the number of waiting events, and their bytes.
func (q *eventQueue) size() (events, bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) - q.head + len(q.unfinished), q.bytes
}

// proceed lets the event that is being delivered leave work to be done.
func (q *eventQueue) proceed(work gradual) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.unfinished = append(q.unfinished, work)
	q.count.Add(1)
}

// advance does the work that the latest event has left.
func (q *eventQueue) advance(room int) (used int, done bool) {
	for {
		q.mu.Lock()
		if len(q.unfinished) == 0 {
			q.mu.Unlock()
			return used, true
		}
		next := q.unfinished[0]
		q.mu.Unlock()
		if room != everything && used >= room {
			return used, false
		}
		step := min(room, 1) // one at a time, so that StopDispatch can end it
		more, over := next.advance(step)
		used += more
		switch {
		case over:
		case more == 0, room == everything, q.stopped.Load():
			return used, false
		default:
			continue
		}
		q.mu.Lock()
		q.unfinished = slices.Delete(q.unfinished, 0, 1)
		q.count.Add(-1)
		q.mu.Unlock()
	}
}

// pop removes the first event. The queue counts as full until it is half empty, so that reading
// does not pause and resume with each message.
func (q *eventQueue) pop() (event, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.waiting) {
		q.delivering = false
		return nil, false
	}
	e := q.waiting[q.head]
	q.waiting[q.head] = nil
	q.head++
	switch {
	case q.head == len(q.waiting):
		q.waiting, q.head = q.waiting[:0], 0
	case q.head > 1024 && q.head > len(q.waiting)/2:
		remaining := copy(q.waiting, q.waiting[q.head:])
		clear(q.waiting[remaining:])
		q.waiting, q.head = q.waiting[:remaining], 0
	}
	q.weigh(-e.size())
	q.count.Add(-1)
	return e, true
}

// drain delivers events until none are waiting. It is the goroutine of a queue that is not manual,
// and exists only while events are waiting.
func (q *eventQueue) drain() {
	for {
		e, ok := q.pop()
		if !ok {
			return
		}
		e.deliver()
		q.advance(everything)
	}
}

// dispatch delivers up to limit events, or all that are waiting now if limit is not positive. Work
// left by an event counts as well. A call from within a handler, or while another goroutine
// dispatches, delivers nothing.
func (q *eventQueue) dispatch(limit int) (delivered int) {
	if q.count.Load() == 0 {
		return 0
	}
	q.mu.Lock()
	if q.delivering || !q.manual {
		q.mu.Unlock()
		return 0
	}
	q.delivering = true
	q.stopped.Store(false)
	room, waiting := limit, len(q.waiting)-q.head
	if limit <= 0 {
		room = everything
	}
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		q.delivering = false
		q.mu.Unlock()
	}()
	for {
		used, done := q.advance(room)
		delivered += used
		if room != everything {
			room = max(room-used, 0)
		}
		if !done || room == 0 || waiting == 0 || q.stopped.Load() {
			return delivered
		}
		e, ok := q.pop()
		if !ok {
			return delivered
		}
		e.deliver()
		delivered++
		waiting--
		if room != everything {
			room--
		}
	}
}
