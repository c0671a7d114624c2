// Package gdext is the binding: Phoenix's socket, channel, push and presence as
// classes that a Godot game sees, over package core.
//
// Each class has a file that describes it as data (its table of methods,
// properties, signals) and holds its methods: socket.go, channel.go, push.go,
// presence.go. Beside them: settings.go (the socket's properties), socket_life.go
// (what happens each frame), payload.go (JSON to Variants and back),
// mistakes.go (what a game is told when a call is wrong).
//
// Threads: core's handlers run on the main thread, from the engine's message
// queue, after the nodes of the frame; only [core.Config.Prepare], the
// logger and the debugger's tap (debugger.go) run on goroutines. Of those only the tap
// calls the engine: EngineDebugger.send_message, which has a lock. Methods may be
// called from a game's threads.
package gdext
