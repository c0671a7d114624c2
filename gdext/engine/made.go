package engine

// #include "engine.h"
import "C"

import "unsafe"

// Made is a value that a goroutine has made, for the engine's threads to use.
type Made struct {
	ref    *Ref
	memory int
}

// Make makes a value of its binary Variant form, on any goroutine. It is nil
// when the extension is at its end.
func Make(bytes []byte) *Made { return makeValue(bytes, false) }

// MakeReadOnly is Make for a value that cannot be changed, and nothing in it.
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

// Ref lends the value until Release; nil afterwards.
func (m *Made) Ref() *Ref {
	if m.ref.c == nil {
		return nil
	}
	return m.ref
}

// Size of the value in the engine's memory, about, in bytes.
func (m *Made) Size() int { return m.memory }

// Release gives the value up. Releasing twice does nothing.
func (m *Made) Release() {
	if m.ref.c != nil {
		unused.add(m.ref.c, m.memory)
		m.ref.c = nil
	}
}
