package engine

// #include "engine.h"
import "C"

import "unsafe"

// Made is a value that a goroutine has built for use on the engine's threads.
type Made struct {
	ref    *Ref
	memory int
}

// Make builds a value from its binary Variant form, on any goroutine. It returns nil once the
// extension has begun to shut down.
func Make(bytes []byte) *Made { return makeValue(bytes, false) }

// MakeReadOnly is Make for a value that is read-only, including everything in it.
func MakeReadOnly(bytes []byte) *Made { return makeValue(bytes, true) }

func makeValue(bytes []byte, readOnly bool) *Made {
	making.RLock()
	defer making.RUnlock()
	if making.over {
		return nil
	}
	var memory C.int64_t
	c := C.gd_variant_build((*C.uint8_t)(unsafe.SliceData(bytes)), C.int64_t(len(bytes)), C.bool(readOnly), &memory)
	if c == nil {
		panic("engine: malformed Variant bytes")
	}
	return &Made{ref: &Ref{c: c}, memory: int(memory)}
}

// Ref lends the value until Release; afterwards it returns nil.
func (m *Made) Ref() *Ref {
	if m.ref.c == nil {
		return nil
	}
	return m.ref
}

// Size returns the approximate size of the value in the engine's memory, in bytes.
func (m *Made) Size() int { return m.memory }

// Release releases the value. Releasing it twice does nothing.
func (m *Made) Release() {
	if m.ref.c != nil {
		unused.add(m.ref.c, m.memory)
		m.ref.c = nil
	}
}
