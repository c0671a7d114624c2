package core

import (
	"slices"
	"sync"
	"sync/atomic"
)

// event is something the handlers will be told. Events are queued in the order in which they happen and delivered in that order,
// by one goroutine at a time.
type event interface {
	deliver()
	// size in bytes, as counted against Settings.MaxQueuedBytes.
	size() int
}

// eventOverhead is what a waiting event counts beside its payload.
const eventOverhead = 256

// notice is an event that has no data of its own.
type notice func()

func (n notice) deliver()  { n() }
func (n notice) size() int { return eventOverhead }

// gradual is what an event leaves to be done before the next one: bit by bit, so that it takes no dispatch too long.
type gradual interface {
	// advance does what can be done now, in as much room as there is, and tells how much it took, in events. With everything as its room it
	// waits for the rest.
	advance(room int) (used int, done bool)
}

// everything is room for all.
const everything = -1

// eventQueue holds the events that wait for delivery. Its lock is a leaf: the socket's lock may be held when it is taken.
type eventQueue struct {
	limit  int    // bytes
	manual bool   // delivered by Dispatch rather than by a goroutine
	onWork func() // told when the first event begins to wait; may be nil

	mu         sync.Mutex
	waiting    []event
	head       int // index of the first waiting event
	bytes      int
	room       chan struct{} // closed when a full queue has room again; nil when nobody waits
	delivering bool          // somebody takes events out
	unfinished []gradual     // what the latest event left
	count      atomic.Int64
	full       atomic.Bool // bytes reached the limit
	stopped    atomic.Bool // the dispatch under way ends after the current event
}

// push adds an event, and starts the goroutine that delivers, unless it runs or there is none.
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

// setLimit changes how many bytes may wait.
func (q *eventQueue) setLimit(bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limit = bytes
	q.weigh(0)
}

// weigh counts bytes that came or went, and lets those go on who wait for room, once half of the queue is empty. Under the lock.
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

// waitRoom gives nil when the queue has room for more, else a channel that is closed once it has.
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

// size is how many events wait, and their bytes.
func (q *eventQueue) size() (events, bytes int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) - q.head + len(q.unfinished), q.bytes
}

// proceed lets the event that is being delivered leave something to be done.
func (q *eventQueue) proceed(work gradual) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.unfinished = append(q.unfinished, work)
	q.count.Add(1)
}

// advance does what the latest event has left.
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
		step := min(room, 1) // so that StopDispatch ends it
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

// pop takes the first event out. The queue counts as full until it is half empty, so that reading does not stop and go with each
// message.
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

// drain delivers until nothing waits. It is the goroutine of a queue that is not manual, and lives only while events wait.
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

// dispatch delivers up to limit events, all that wait now when limit is not positive. What an event leaves counts as well. A call from
// inside of a handler, or while another goroutine dispatches, delivers nothing.
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
