package abi

import "sync"

// handles are all that the host has not freed.
var handles table

// table gives out numbers for what lives in Go. A number is never valid again once it was taken back, unless its place was used two
// billion times.
type table struct {
	mu    sync.Mutex
	slots []slot
	free  []int
}

type slot struct {
	generation int64
	value      any // nil: free
}

const (
	indexBits      = 32
	lastGeneration = 1<<31 - 1 // so that a handle is positive
)

func (t *table) add(value any) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.free) == 0 {
		t.free = append(t.free, len(t.slots))
		t.slots = append(t.slots, slot{})
	}
	last := len(t.free) - 1
	index := t.free[last]
	t.free = t.free[:last]
	s := &t.slots[index]
	s.generation = s.generation%lastGeneration + 1
	s.value = value
	return s.generation<<indexBits | int64(index)
}

// remove takes a handle back, and tells whether it was valid.
func (t *table) remove(handle int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.find(handle)
	if s == nil {
		return false
	}
	s.value = nil
	t.free = append(t.free, int(handle&(1<<indexBits-1)))
	return true
}

func (t *table) find(handle int64) *slot {
	index := handle & (1<<indexBits - 1)
	if handle <= 0 || index >= int64(len(t.slots)) {
		return nil
	}
	s := &t.slots[index]
	if s.value == nil || s.generation != handle>>indexBits {
		return nil
	}
	return s
}

// lookup gives what a handle stands for.
func lookup[T any](handle int64) (T, error) {
	handles.mu.Lock()
	defer handles.mu.Unlock()
	if s := handles.find(handle); s != nil {
		if value, ok := s.value.(T); ok {
			return value, nil
		}
	}
	var none T
	return none, wrong(ErrorHandle, "%d", handle)
}
