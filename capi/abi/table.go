package abi

import "sync"

// handles holds all objects that the host has not freed.
var handles table

// table assigns numbers to Go objects for the host. Numbers are never reused.
type table struct {
	mu     sync.Mutex
	last   int64
	values map[int64]any
}

func (t *table) add(value any) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.values == nil {
		t.values = make(map[int64]any)
	}
	t.last++
	t.values[t.last] = value
	return t.last
}

// remove frees a handle and reports whether it was valid.
func (t *table) remove(handle int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, valid := t.values[handle]
	delete(t.values, handle)
	return valid
}

// lookup returns the object with a handle.
func lookup[T any](handle int64) (T, error) {
	handles.mu.Lock()
	value, ok := handles.values[handle].(T)
	handles.mu.Unlock()
	if !ok {
		return value, wrong(ErrorHandle, "%d", handle)
	}
	return value, nil
}
