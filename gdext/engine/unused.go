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
	work   bool // a goroutine destroys them
}

// unusedForGoroutine is from how many bytes on a goroutine is worth its start.
const unusedForGoroutine = 16 << 10

func (u *unusedValues) add(c *C.gd_variant, memory int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.list = append(u.list, c)
	u.memory += memory
	if u.memory >= unusedForGoroutine && !u.work {
		u.work = true
		go u.destroy()
	}
}

// destroy is the goroutine: it ends when nothing is left.
func (u *unusedValues) destroy() {
	var list []*C.gd_variant
	for {
		u.mu.Lock()
		list, u.list, u.memory = u.list, list[:0], 0
		u.work = len(list) > 0
		u.mu.Unlock()
		if len(list) == 0 {
			return
		}
		destroyValues(list)
	}
}

func destroyValues(list []*C.gd_variant) {
	making.RLock()
	defer making.RUnlock()
	if len(list) > 0 && !making.over { // else they went with the engine's memory
		C.gd_variants_free((**C.gd_variant)(unsafe.Pointer(unsafe.SliceData(list))), C.int64_t(len(list)))
	}
}

// DestroyUnused destroys what was released and is too little for a goroutine.
func DestroyUnused() {
	unused.mu.Lock()
	var list []*C.gd_variant
	if !unused.work {
		list, unused.list, unused.memory = unused.list, nil, 0
	}
	unused.mu.Unlock()
	destroyValues(list)
}

func endMaking() {
	DestroyUnused()
	making.Lock()
	defer making.Unlock()
	making.over = true
}
