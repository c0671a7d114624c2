package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// objectID is the engine's id of an object; ids are never reused. C stores ids and the numbers of
// Go functions (callable.go) in pointers.
type objectID = C.uint64_t

var _ [unsafe.Sizeof(uintptr(0)) - 8]struct{}

type cInstance = C.gd_instance

// newCInstance returns the C side of an instance without a class, for tests.
func newCInstance(id objectID) *cInstance { return C.gd_instance_new(nil, id) }

func spareCInstance(c *cInstance) { C.gd_instance_spare(c) }

// An instance links an engine object to its Go value. C refers to it by the object's id, so no Go
// pointer is stored in C. The C struct of a freed object is reused but never returned to malloc: a
// goroutine may still hold it in order to wake the object, which must remain harmless.
type instance struct {
	c     *C.gd_instance
	value any
}

// instances holds all live instances. The lock is needed because several of a game's threads may
// call methods.
var instances struct {
	sync.Mutex
	byObject map[objectID]instance
}

func addInstance(c *C.gd_instance, value any) {
	instances.Lock()
	defer instances.Unlock()
	if instances.byObject == nil {
		instances.byObject = make(map[objectID]instance)
	}
	instances.byObject[c.object_id] = instance{c: c, value: value}
}

// removeInstance removes the instance of an object that is being freed and returns its Go value, or
// nil if there is none. The C struct must not have been reused yet.
func removeInstance(c *C.gd_instance) any {
	instances.Lock()
	defer instances.Unlock()
	value := instances.byObject[c.object_id].value
	delete(instances.byObject, c.object_id)
	return value
}

// instanceOf returns the instance of an object, or an empty one if there is none.
func instanceOf(id objectID) instance {
	instances.Lock()
	found := instances.byObject[id]
	instances.Unlock()
	return found
}
