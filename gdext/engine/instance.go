package engine

/*
#include "engine.h"
#include <stdlib.h>
*/
import "C"

import "sync"

// objectID is the engine's id of an object.
type objectID = C.uint64_t

// An instance ties an engine object to the Go value behind it. C knows it by
// its handle, a number, so that no Go pointer lives in C.
type instance struct {
	c     *C.gd_instance
	value any
}

// instances are all living ones. Threads of a game call methods, hence the
// lock.
var instances struct {
	sync.RWMutex
	last     C.uint64_t
	byHandle map[C.uint64_t]*instance
	byObject map[objectID]*instance
	// Freed C structs, for use again. They are never given back to malloc: a
	// goroutine may still hold one to wake it, which must stay harmless.
	spare []*C.gd_instance
}

func newInstance(id objectID) *instance {
	t := &instances
	t.Lock()
	defer t.Unlock()
	in := new(instance)
	if n := len(t.spare); n > 0 {
		in.c, t.spare = t.spare[n-1], t.spare[:n-1]
	} else {
		in.c = (*C.gd_instance)(C.calloc(1, C.sizeof_gd_instance))
	}
	t.last++
	in.c.handle, in.c.object_id = t.last, id
	if t.byHandle == nil {
		t.byHandle = make(map[C.uint64_t]*instance)
		t.byObject = make(map[objectID]*instance)
	}
	t.byHandle[t.last] = in
	t.byObject[id] = in
	return in
}

func removeInstance(c *C.gd_instance) any {
	t := &instances
	t.Lock()
	defer t.Unlock()
	in := t.byHandle[c.handle]
	delete(t.byHandle, c.handle)
	delete(t.byObject, c.object_id)
	c.handle, c.object_id = 0, 0
	t.spare = append(t.spare, c)
	if in == nil {
		return nil
	}
	return in.value
}

// valueOf is the Go value of a handle, nil when there is none.
func valueOf(handle C.uint64_t) any {
	t := &instances
	t.RLock()
	defer t.RUnlock()
	if in := t.byHandle[handle]; in != nil {
		return in.value
	}
	return nil
}

func instanceOf(id uint64) *instance {
	t := &instances
	t.RLock()
	defer t.RUnlock()
	return t.byObject[objectID(id)]
}
