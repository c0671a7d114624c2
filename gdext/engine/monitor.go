package engine

// #include "engine.h"
import "C"

import (
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Monitor is a number in the debugger's Monitors tab.
type Monitor struct{ name string }

// NewMonitor shows f's result as "Category/Name". The engine calls f on the main thread. NewMonitor
// returns nil if the game already has a monitor of that name, which is left unchanged.
func NewMonitor(name string, f func() float64) *Monitor {
	performance := singleton("Performance")
	defer performance.Release()
	id := newText(name)
	defer id.Release()
	if performance.askWith("has_custom_monitor", id) {
		return nil
	}
	measure := newCallable(func(_, _ Variant) float64 { return f() }, false)
	defer measure.Release()
	performance.callWith("add_custom_monitor", id, measure)
	return &Monitor{name}
}

// Remove removes the monitor, unless the game has already done so. It does nothing on nil.
func (m *Monitor) Remove() {
	if m == nil {
		return
	}
	performance := singleton("Performance")
	defer performance.Release()
	id := newText(m.name)
	defer id.Release()
	if performance.askWith("has_custom_monitor", id) {
		performance.callWith("remove_custom_monitor", id)
	}
}

// singleton returns one of the engine's singletons.
func singleton(name string) *Ref {
	object := unsafe.Pointer(ffi.CallFunc_GDExtensionInterfaceGlobalGetSingleton(stringName(name).constName()))
	return Object{id: uint64(C.gd_object_id(object))}.Keep()
}
