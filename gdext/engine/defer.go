package engine

// #include "engine.h"
import "C"

import "sync"

// deferred are the functions that wait for the message queue.
var deferred struct {
	sync.Mutex
	functions []func()
}

// Defer calls f by way of the engine's message queue, where no node is being
// freed or moved: soon, in this frame. At the end of the game, when the queue is
// no more, f is called before the extension goes. Safe from any thread of the
// game.
func Defer(f func()) {
	deferred.Lock()
	deferred.functions = append(deferred.functions, f)
	first := len(deferred.functions) == 1
	deferred.Unlock()
	if first {
		C.gd_defer(0)
	}
}

func runDeferred() {
	deferred.Lock()
	functions := deferred.functions
	deferred.functions = nil
	deferred.Unlock()
	for _, f := range functions {
		runGuarded(f)
	}
}

func runGuarded(f func()) {
	defer guard("deferred call")
	f()
}
