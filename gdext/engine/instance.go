package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// objectID is the engine's id of an object, which it gives to no other. In C, ids
// and the numbers of Go functions (callable.go) are stored in pointers.
type objectID = C.uint64_t

var _ [unsafe.Sizeof(uintptr(0)) - 8]struct{}

type cInstance = C.gd_instance

// newCInstance makes the C side of an instance of no class, for tests.
func newCInstance(id objectID) *cInstance { return C.gd_instance_new(nil, id) }

func spareCInstance(c *cInstance) { C.gd_instance_spare(c) }

// An instance ties an engine object to the Go value behind it. C knows it by the
// object's id, so that no Go pointer lives in C. A freed C struct is used again
// but never given back to malloc: a goroutine may still hold one to wake it,
// which must stay harmless.
type instance struct {
	c     *C.gd_instance
	value any
}

// instances are all living ones. Threads of a game call methods, hence the lock.
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

// removeInstance removes the instance of a dying object, whose C struct is still
// its own, and returns the Go value, nil if there is none.
func removeInstance(c *C.gd_instance) any {
	instances.Lock()
	defer instances.Unlock()
	value := instances.byObject[c.object_id].value
	delete(instances.byObject, c.object_id)
	return value
}

// instanceOf returns the instance of an object, an empty one if there is none.
func instanceOf(id objectID) instance {
	instances.Lock()
	found := instances.byObject[id]
	instances.Unlock()
	return found
}
