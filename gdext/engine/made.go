package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// making holds off the end of the extension while other threads than the
// engine's own make and drop values.
var making struct {
	sync.RWMutex
	over bool
}

// Made is a value that a goroutine has made, for the engine's threads to use.
// Of all that goroutines do, this and Wake are the only calls into the engine: its
// values belong to no thread.
type Made struct {
	ref    *Ref
	memory int
}

// Make makes a value of its binary Variant form, on any goroutine. It is nil
// when the extension is at its end.
func Make(bytes []byte) *Made {
	making.RLock()
	defer making.RUnlock()
	if making.over {
		return nil
	}
	var memory C.int64_t
	c := C.gd_variant_build((*C.uint8_t)(unsafe.SliceData(bytes)), C.int64_t(len(bytes)), &memory)
	if c == nil {
		panic("engine: malformed Variant bytes")
	}
	return &Made{ref: &Ref{c: c}, memory: int(memory)}
}

// Ref lends the value until Release; nil afterwards.
func (m *Made) Ref() *Ref {
	if m.ref.c == nil {
		return nil
	}
	return m.ref
}

// Size of the value in the engine's memory, about, in bytes.
func (m *Made) Size() int { return m.memory }

// Release gives the value up, on any goroutine. Releasing twice does nothing.
func (m *Made) Release() {
	making.RLock()
	defer making.RUnlock()
	if making.over { // with the engine's memory
		m.ref.c = nil
	}
	m.ref.Release()
}

func endMaking() {
	making.Lock()
	defer making.Unlock()
	making.over = true
}
