package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// making delays the end of the extension while goroutines build and destroy values. Goroutines call
// the engine only for this and for Wake; the engine's values do not belong to a thread.
var making struct {
	sync.RWMutex
	over bool
}

// unused holds values that are to be destroyed. Destroying a value on a processor other than the
// one that built it costs more than building it, so the main thread leaves larger amounts to a
// goroutine.
var unused unusedValues

type unusedValues struct {
	mu     sync.Mutex
	list   []*C.gd_variant
	memory int
	work   chan struct{} // closed when the goroutine that destroys them ends; nil if there is none
}

// unusedForGoroutine is the number of bytes from which starting a goroutine pays off.
const unusedForGoroutine = 16 << 10

func (u *unusedValues) add(c *C.gd_variant, memory int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list = append(u.list, c)
	u.memory += memory
	if u.memory >= unusedForGoroutine && u.work == nil {
		u.work = make(chan struct{})
		go u.destroy()
	}
}

// destroy is the goroutine's function. It ends when nothing is left.
func (u *unusedValues) destroy() {
	var list []*C.gd_variant
	for {
		u.mu.Lock()
		list, u.list, u.memory = u.list, list[:0], 0
		if len(list) == 0 {
			close(u.work)
			u.work = nil
			u.mu.Unlock()
			return
		}
		u.mu.Unlock()
		destroyValues(list)
	}
}

func destroyValues(list []*C.gd_variant) {
	making.RLock()
	defer making.RUnlock()
	freeValues(list)
}

// freeValues is destroyValues for callers that already hold making.
func freeValues(list []*C.gd_variant) {
	if len(list) > 0 && !making.over { // otherwise they went with the engine's memory
		C.gd_variants_free((**C.gd_variant)(unsafe.Pointer(unsafe.SliceData(list))), C.int64_t(len(list)))
	}
}

// unusedForMakers is the number of bytes from which the goroutine that builds message values helps
// with destroying them. These bytes are not counted anywhere else, so no other back-pressure slows
// the server down.
const unusedForMakers = 8 << 20

// HoldBack destroys released values if there are too many for one goroutine. It may take long and
// must not be called on the main thread.
func HoldBack() {
	making.RLock() // before any value is taken: FinishUnused waits for this
	defer making.RUnlock()
	unused.mu.Lock()
	var list []*C.gd_variant
	if unused.memory >= unusedForMakers {
		list, unused.list, unused.memory = unused.list, nil, 0
	}
	unused.mu.Unlock()
	freeValues(list)
}

// DestroyUnused destroys released values that are too few for a goroutine.
func DestroyUnused() {
	unused.mu.Lock()
	var list []*C.gd_variant
	if unused.work == nil {
		list, unused.list, unused.memory = unused.list, nil, 0
	}
	unused.mu.Unlock()
	destroyValues(list)
}

// FinishUnused destroys all released values and waits for those that goroutines are destroying. The
// game's objects among them must not outlive its scripts.
func FinishUnused() {
	unused.mu.Lock()
	list, work := unused.list, unused.work
	unused.list, unused.memory = nil, 0
	unused.mu.Unlock()
	destroyValues(list)
	if work != nil {
		<-work
	}
	making.Lock() // waits for HoldBack
	defer making.Unlock()
}

func endMaking() {
	FinishUnused()
	making.Lock()
	defer making.Unlock()
	making.over = true
}
