package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"

	"github.com/godot-go/godot-go/pkg/ffi"
)

// measures are the functions behind Callables that return a number.
var measures struct {
	sync.Mutex
	last      C.uint64_t
	functions map[C.uint64_t]func() float64
}

// newMeasure makes a Callable that returns what f does.
func newMeasure(f func() float64) *Ref {
	measures.Lock()
	defer measures.Unlock()
	measures.last++
	if measures.functions == nil {
		measures.functions = make(map[C.uint64_t]func() float64)
	}
	measures.functions[measures.last] = f
	return &Ref{c: C.gd_measure_new(measures.last)}
}

//export phoenixEngineMeasured
func phoenixEngineMeasured(number C.uint64_t) C.double {
	defer guard("monitor")
	measures.Lock()
	f := measures.functions[number]
	measures.Unlock()
	if f == nil {
		return 0
	}
	return C.double(f())
}

//export phoenixEngineMeasureFreed
func phoenixEngineMeasureFreed(number C.uint64_t) {
	measures.Lock()
	defer measures.Unlock()
	delete(measures.functions, number)
}

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
	measure := newMeasure(f)
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
