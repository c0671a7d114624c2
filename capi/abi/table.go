package abi

import "sync"

// handles are all objects that the host has not freed.
var handles table

// table numbers objects in Go for the host. No number is used twice.
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

// remove frees a handle, and reports whether it was valid.
func (t *table) remove(handle int64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, valid := t.values[handle]
	delete(t.values, handle)
	return valid
}

// lookup returns the object of a handle.
func lookup[T any](handle int64) (T, error) {
	handles.mu.Lock()
	value, ok := handles.values[handle].(T)
	handles.mu.Unlock()
	if !ok {
		return value, wrong(ErrorHandle, "%d", handle)
	}
	return value, nil
}
