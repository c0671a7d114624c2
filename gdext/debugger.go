package gdext

import (
	"slices"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/tap"
)

// This file connects the "Phoenix" tab of the editor's debugger to the game. Package tap collects
// and sends the data; this is its host.

// debuggerPrefix is the prefix of the editor debugger's messages that are meant for this extension.
const debuggerPrefix = "phoenix"

var debugger debugging

type debugging struct {
	connection *engine.Debugger // nil if no debugger is attached
	tap        *tap.Tap
	lines      lineBudget

	mu      sync.Mutex
	sockets []*socket // all existing sockets, in order of creation
	last    int32     // last number assigned to a socket
}

// attachDebugger starts collecting, in games to which an editor's debugger is attached.
func attachDebugger() {
	if engine.InEditor() || !engine.IsDebugBuild() {
		return
	}
	debugger.connection = engine.OpenDebugger(debuggerPrefix, func(message string, data []byte) bool { return debugger.tap.Handle(message, data) })
	if debugger.connection != nil {
		debugger.tap = tap.New(tap.Host{
			Platform: engine.Platform(), HasLines: debugger.connection.HasLines(),
			Send: debugger.connection.Send, State: debugger.state, Do: debugger.do, Watched: debugger.findPaths,
		})
	}
}

// detachDebugger stops collecting when the extension ends.
func detachDebugger() {
	if debugger.connection != nil {
		debugger.tap.Close()
		debugger.connection.Close()
	}
}

// watchedSocket is the debugger's record of a socket.
type watchedSocket struct {
	socket *socket
	number int32

	mu   sync.Mutex
	path string // of the node; "" outside the tree
}

// add registers a new socket. It returns nil if no debugger is attached.
func (d *debugging) add(s *socket) *watchedSocket {
	if d.tap == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last++
	d.sockets = append(d.sockets, s)
	return &watchedSocket{socket: s, number: d.last}
}

// remove unregisters a socket that is being freed.
func (d *debugging) remove(s *socket) {
	if s.watched == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sockets = slices.DeleteFunc(d.sockets, func(other *socket) bool { return other == s })
	d.tap.Forget(s.watched.number)
}

// all returns all existing sockets.
func (d *debugging) all() []*socket {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sockets)
}

// observer returns the function for core's Observer, or nil if no debugger is attached.
func (w *watchedSocket) observer() func(core.Observation) {
	if w == nil {
		return nil
	}
	return func(o core.Observation) { debugger.tap.Observe(w.number, o) }
}

// lastPath returns the node's path when it was last looked up.
func (w *watchedSocket) lastPath() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.path
}

// findPath looks up the node's path. It must run on the main thread, because the tree belongs to
// that thread.
func (w *watchedSocket) findPath() {
	if w == nil {
		return
	}
	path := w.socket.object.Path()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.path = path
}

// findPaths looks up the paths of all nodes, because a node may have been renamed. It may be called
// in the middle of a script.
func (d *debugging) findPaths() {
	engine.Defer(func() {
		for _, s := range d.all() {
			s.watched.findPath()
		}
	})
}

// lineBudget limits how often the engine is asked for the current script line, which costs 3 µs. A
// game that pushes more often gets the lines of some pushes only.
type lineBudget struct {
	mu    sync.Mutex
	until time.Time
	left  int
}

const (
	linesEach   = 100
	linesPeriod = 100 * time.Millisecond
)

// take reports whether one more line may be asked for.
func (b *lineBudget) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.After(b.until) {
		b.until, b.left = now.Add(linesPeriod), linesEach
	}
	b.left--
	return b.left >= 0
}

// line returns the script line of the current push, or "" if no debugger is attached or the engine
// does not know the line.
func (d *debugging) line() string {
	if d.connection == nil || !d.connection.HasLines() || !d.lines.take(time.Now()) {
		return ""
	}
	return d.connection.Line()
}
