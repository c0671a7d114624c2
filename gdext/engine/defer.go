package engine

// #include "engine.h"
import "C"

import "sync"

// deferred holds the functions queued for the engine's message queue.
var deferred struct {
	sync.Mutex
	functions []func()
}

// Defer calls f from the engine's message queue, later in this frame, when no node is being freed
// or moved. When the game ends and the queue no longer exists, f is called before the extension is
// unloaded. Defer is safe from any thread of the game.
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
