package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// objectID is the engine's id of an object.
type objectID = C.uint64_t

// An instance ties an engine object to the Go value behind it. C knows it by
// its handle, a number, so that no Go pointer lives in C.
type instance struct {
	c     *C.gd_instance
	value any
}

// instances are all living ones. Threads of a game call methods, hence the
// lock. A freed C struct is used again but never given back to malloc: a
// goroutine may still hold one to wake it, which must stay harmless.
var instances instanceTable

type instanceTable struct {
	sync.RWMutex
	places   []place
	free     []uint32 // indexes of places
	byObject map[objectID]*instance
}

func (t *instanceTable) placeOf(handle C.uint64_t) *place {
	if index := handle & (handleUse - 1); index < C.uint64_t(len(t.places)) && t.places[index].handle == handle && t.places[index].in != nil {
		return &t.places[index]
	}
	return nil
}

// A place holds the instance of a handle, which has the place's index and how
// often it was used, so that none comes again.
type place struct {
	handle C.uint64_t
	in     *instance
}

const handleUse = 1 << 32

// Handles cross as pointers in callable.c.
var _ [unsafe.Sizeof(uintptr(0)) - 8]struct{}

type cInstance = C.gd_instance

// newCInstance makes the C side of an instance of no class, for tests.
func newCInstance(id objectID) *cInstance { return C.gd_instance_new(nil, id) }

func spareCInstance(c *cInstance) { C.gd_instance_spare(c) }

func (s *place) next(index uint32) C.uint64_t {
	return s.handle&^(handleUse-1) + handleUse | C.uint64_t(index)
}

// addInstance makes the Go side of an instance. Only one that is listed is found
// by its object.
func addInstance(c *C.gd_instance, value any, listed bool) *instance {
	t := &instances
	t.Lock()
	defer t.Unlock()
	in := &instance{c: c, value: value}
	if len(t.free) == 0 {
		t.free = append(t.free, uint32(len(t.places)))
		t.places = append(t.places, place{})
	}
	index := t.free[len(t.free)-1]
	t.free = t.free[:len(t.free)-1]
	s := &t.places[index]
	s.handle, s.in = s.next(index), in
	c.handle = s.handle
	if listed {
		if t.byObject == nil {
			t.byObject = make(map[objectID]*instance)
		}
		t.byObject[c.object_id] = in
	}
	return in
}

// removeInstance takes an instance out, and gives its Go value if there is one.
// Its C struct is still the dying object's.
func removeInstance(c *C.gd_instance) any {
	t := &instances
	t.Lock()
	defer t.Unlock()
	s := t.placeOf(c.handle)
	if s == nil {
		return nil
	}
	value := s.in.value
	s.in = nil
	t.free = append(t.free, uint32(c.handle&(handleUse-1)))
	delete(t.byObject, c.object_id)
	return value
}

// valueOf is the Go value of a handle, nil when there is none.
func valueOf(handle C.uint64_t) any {
	t := &instances
	t.RLock()
	defer t.RUnlock()
	if s := t.placeOf(handle); s != nil {
		return s.in.value
	}
	return nil
}

func instanceOf(id uint64) *instance {
	t := &instances
	t.RLock()
	defer t.RUnlock()
	return t.byObject[objectID(id)]
}
