package engine

// #include "engine.h"
import "C"

import (
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// Monitor is a number under the debugger's monitors.
type Monitor struct{ name string }

// NewMonitor shows what f returns as "Category/Name". The engine asks for it on
// the main thread. Nil when the game has a monitor of that name, which stays.
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

// Remove ends the monitor, unless the game has done so. Of nil it does nothing.
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

// singleton is an object of the engine's that there is one of.
func singleton(name string) *Ref {
	object := unsafe.Pointer(ffi.CallFunc_GDExtensionInterfaceGlobalGetSingleton(stringName(name).constName()))
	return Object{id: uint64(C.gd_object_id(object))}.Keep()
}
