package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// goFunctions are the Go functions behind Callables, while the engine has those.
var goFunctions struct {
	sync.Mutex
	last     C.uint64_t
	byNumber map[C.uint64_t]func(Variant) float64
}

// NewCallable makes a Callable that calls f with its first argument, null without one.
func NewCallable(f func(argument Variant)) *Ref {
	return newCallable(func(argument Variant) float64 { f(argument); return 0 })
}

// newCallable is NewCallable for a function that returns a number.
func newCallable(f func(argument Variant) float64) *Ref {
	goFunctions.Lock()
	defer goFunctions.Unlock()
	goFunctions.last++
	if goFunctions.byNumber == nil {
		goFunctions.byNumber = make(map[C.uint64_t]func(Variant) float64)
	}
	goFunctions.byNumber[goFunctions.last] = f
	return &Ref{c: C.gd_callable_variant(goFunctions.last)}
}

//export phoenixEngineCalled
func phoenixEngineCalled(number C.uint64_t, argument unsafe.Pointer) C.double {
	defer guard("Callable")
	goFunctions.Lock()
	f := goFunctions.byNumber[number]
	goFunctions.Unlock()
	if f == nil {
		return 0
	}
	return C.double(f(variantAt(argument)))
}

//export phoenixEngineCallableFreed
func phoenixEngineCallableFreed(number C.uint64_t) {
	goFunctions.Lock()
	defer goFunctions.Unlock()
	delete(goFunctions.byNumber, number)
}
