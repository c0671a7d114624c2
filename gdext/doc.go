// Package gdext is the Godot binding: it exposes core's socket, channel, push and presence to games
// as Godot classes.
//
// Each class has a file that declares it as data (its tables of methods, properties and signals)
// and implements its methods: socket.go, channel.go, push.go, presence.go. Other files are
// settings.go (the socket's properties), socket_life.go (the work of each frame), payload.go
// (conversion between JSON and Variants) and mistakes.go (errors for incorrect calls).
//
// Threads: core's handlers run on the main thread, from the engine's message queue, after the
// frame's nodes. Only [core.Config.Prepare], the logger and the debugger's tap (debugger.go) run on
// goroutines. Of those, only the tap calls the engine: EngineDebugger.send_message, which has a
// lock. A game may call methods from any of its threads.
package gdext
