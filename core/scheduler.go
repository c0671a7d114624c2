package core

import (
	"container/heap"
	"sync"
	"time"
)

const (
	// standstill is how late the first task must be to conclude that the process was suspended:
	// stopped, in a debugger, or without a processor.
	standstill = 500 * time.Millisecond
	// catchUp is the delay that follows: messages that arrived in the meantime are read before any
	// overdue task runs.
	catchUp = 200 * time.Millisecond
)

// scheduler runs the timed tasks of one socket with a single runtime timer, which is armed only
// while a task waits. A thousand pushes with a timeout cost a thousand heap entries, and an idle
// socket costs nothing. mu must be held for all methods, and is held while tasks run.
type scheduler struct {
	mu    *sync.Mutex
	guard func() // deferred around the tasks
	queue taskQueue
	order uint64 // of the latest set call, so that tasks due at the same moment run in the order they were set
	timer *time.Timer
	armed time.Time // when the timer will fire; zero when it is not armed

	catchingUp bool // the timer ends a catchUp delay
}

// task is a function to run later. Embed it in the struct that it belongs to; set and cancel it
// through the scheduler.
type task struct {
	run   func()
	due   time.Time
	order uint64
	index int // index in the queue plus one; 0 when not waiting
}

func (t *task) waiting() bool { return t.index != 0 }

// set schedules t to run after delay, replacing any earlier schedule.
func (s *scheduler) set(t *task, delay time.Duration) {
	s.order++
	t.due, t.order = time.Now().Add(delay), s.order
	if t.waiting() {
		heap.Fix(&s.queue, t.index-1)
	} else {
		heap.Push(&s.queue, t)
	}
	s.arm()
}

func (s *scheduler) cancel(t *task) {
	if t.waiting() {
		heap.Remove(&s.queue, t.index-1)
	}
}

// arm ensures that the timer fires no later than the first task is due. After a cancelled task the
// timer may fire once without a task to run; that is cheaper than resetting it at each reply.
func (s *scheduler) arm() {
	if len(s.queue) == 0 || s.catchingUp {
		return
	}
	due := s.queue[0].due
	if !s.armed.IsZero() && !s.armed.After(due) {
		return
	}
	s.armed = due
	if delay := time.Until(due); s.timer == nil {
		s.timer = time.AfterFunc(delay, s.fire)
	} else {
		s.timer.Reset(delay)
	}
}

// end drops all tasks and stops the timer, which would keep the socket in memory until it fires.
func (s *scheduler) end() {
	for len(s.queue) > 0 {
		heap.Remove(&s.queue, 0)
	}
	if s.timer != nil {
		s.timer.Stop()
	}
}

func (s *scheduler) fire() {
	defer s.guard()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	if late := len(s.queue) > 0 && now.Sub(s.queue[0].due) > standstill; late && !s.catchingUp {
		s.catchingUp, s.armed = true, now.Add(catchUp)
		s.timer.Reset(catchUp)
		return
	}
	s.catchingUp, s.armed = false, time.Time{}
	defer s.arm()
	for len(s.queue) > 0 && !s.queue[0].due.After(now) {
		t := s.queue[0]
		heap.Remove(&s.queue, 0)
		t.run()
	}
}

// taskQueue is a heap.Interface with the earliest task first.
type taskQueue []*task

func (q taskQueue) Len() int { return len(q) }

func (q taskQueue) Less(i, j int) bool {
	if q[i].due.Equal(q[j].due) {
		return q[i].order < q[j].order
	}
	return q[i].due.Before(q[j].due)
}

func (q taskQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i+1, j+1
}

func (q *taskQueue) Push(x any) {
	t := x.(*task)
	*q = append(*q, t)
	t.index = len(*q)
}

func (q *taskQueue) Pop() any {
	last := len(*q) - 1
	t := (*q)[last]
	(*q)[last] = nil
	*q = (*q)[:last]
	t.index = 0
	return t
}
