package engine

// #include "engine.h"
import "C"

import (
	"sync"
	"unsafe"
)

// goFunctions holds the Go functions behind Callables for as long as the engine references them.
var goFunctions struct {
	sync.Mutex
	last     C.uint64_t
	byNumber map[C.uint64_t]goFunction
}

// goFunction receives the first two arguments; missing ones are null.
type goFunction func(first, second Variant) float64

// NewCallable returns a Callable that calls f with its first argument, or null if there is none.
func NewCallable(f func(argument Variant)) *Ref {
	return newCallable(func(argument, _ Variant) float64 { f(argument); return 0 }, false)
}

// newCallable is NewCallable for a function that returns a number. If asks is set, the Callable
// returns a bool: whether the number is not 0.
func newCallable(f goFunction, asks bool) *Ref {
	goFunctions.Lock()
	defer goFunctions.Unlock()
	goFunctions.last++
	if goFunctions.byNumber == nil {
		goFunctions.byNumber = make(map[C.uint64_t]goFunction)
	}
	goFunctions.byNumber[goFunctions.last] = f
	return &Ref{c: C.gd_callable_variant(goFunctions.last, C.bool(asks))}
}

//export phoenixEngineCalled
func phoenixEngineCalled(number C.uint64_t, first, second unsafe.Pointer) C.double {
	defer guard("Callable")
	enter()
	goFunctions.Lock()
	f := goFunctions.byNumber[number]
	goFunctions.Unlock()
	if f == nil {
		return 0
	}
	return C.double(f(variantAt(first), variantAt(second)))
}

//export phoenixEngineCallableFreed
func phoenixEngineCallableFreed(number C.uint64_t) {
	goFunctions.Lock()
	defer goFunctions.Unlock()
	delete(goFunctions.byNumber, number)
}
