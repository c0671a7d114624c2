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
	byNumber map[C.uint64_t]goFunction
}

// goFunction takes the first two arguments, null for those that are not given.
type goFunction func(first, second Variant) float64

// NewCallable makes a Callable that calls f with its first argument, null without one.
func NewCallable(f func(argument Variant)) *Ref {
	return newCallable(func(argument, _ Variant) float64 { f(argument); return 0 }, false)
}

// newCallable is NewCallable for a function that returns a number. With asks the Callable returns whether that is not 0.
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
