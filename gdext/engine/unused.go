package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// making holds off the end of the extension while goroutines make and destroy
// values. Of all that goroutines do, this and Wake are the only calls into the
// engine: its values belong to no thread.
var making struct {
	sync.RWMutex
	over bool
}

// unused are values that wait for their destruction. It costs more than making
// them, on another processor than that which made them, so the main thread
// leaves larger amounts to a goroutine.
var unused unusedValues

type unusedValues struct {
	mu     sync.Mutex
	list   []*C.gd_variant
	memory int
	work   chan struct{} // a goroutine destroys them until it is closed; nil: none does
}

// unusedForGoroutine is from how many bytes on a goroutine is worth its start.
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

// destroy is the goroutine: it ends when nothing is left.
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

// freeValues is destroyValues for who holds making.
func freeValues(list []*C.gd_variant) {
	if len(list) > 0 && !making.over { // else they went with the engine's memory
		C.gd_variants_free((**C.gd_variant)(unsafe.Pointer(unsafe.SliceData(list))), C.int64_t(len(list)))
	}
}

// unusedForMakers is from how many bytes on the goroutine gets help of the one that
// makes values of messages: what waits here is counted nowhere else, so nothing
// else holds the server back for it.
const unusedForMakers = 8 << 20

// HoldBack destroys what was released when that is too much for one goroutine. Not
// for the main thread, as this may take long.
func HoldBack() {
	making.RLock() // before it takes any: FinishUnused waits for them
	defer making.RUnlock()
	unused.mu.Lock()
	var list []*C.gd_variant
	if unused.memory >= unusedForMakers {
		list, unused.list, unused.memory = unused.list, nil, 0
	}
	unused.mu.Unlock()
	freeValues(list)
}

// DestroyUnused destroys what was released and is too little for a goroutine.
func DestroyUnused() {
	unused.mu.Lock()
	var list []*C.gd_variant
	if unused.work == nil {
		list, unused.list, unused.memory = unused.list, nil, 0
	}
	unused.mu.Unlock()
	destroyValues(list)
}

// FinishUnused destroys all that was released, and waits for what goroutines
// have begun with: the objects of the game in it must not outlive its scripts.
func FinishUnused() {
	unused.mu.Lock()
	list, work := unused.list, unused.work
	unused.list, unused.memory = nil, 0
	unused.mu.Unlock()
	destroyValues(list)
	if work != nil {
		<-work
	}
	making.Lock() // HoldBack has come to its end
	defer making.Unlock()
}

func endMaking() {
	FinishUnused()
	making.Lock()
	defer making.Unlock()
	making.over = true
}
