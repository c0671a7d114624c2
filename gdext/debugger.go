package gdext

import (
	"slices"
	"sync"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/tap"
	"phoenixchannels/gdext/variant"
)

// The tab "Phoenix" in the editor's debugger: package tap collects and sends, this is its host.

// debuggerPrefix is what the messages of the editor's debugger begin with that are for this extension.
const debuggerPrefix = "phoenix"

var debugger debugging

type debugging struct {
	connection *engine.Debugger // nil: no debugger is attached
	tap        *tap.Tap
	lines      lineBudget

	mu      sync.Mutex
	sockets []*socket // all that live, in the order in which they were made
	last    int32     // number given to a socket
}

// attachDebugger begins to collect, in games that an editor's debugger looks into.
func attachDebugger() {
	if engine.InEditor() || !engine.IsDebugBuild() {
		return
	}
	debugger.connection = engine.OpenDebugger(debuggerPrefix, func(message string, data []byte) bool { return debugger.tap.Handle(message, data) })
	if debugger.connection != nil {
		debugger.tap = tap.New(tap.Host{
			Send: debugger.connection.Send, Hello: debugger.hello, State: debugger.state, Do: debugger.do, Watched: debugger.findPaths,
		})
	}
}

// detachDebugger ends it with the extension.
func detachDebugger() {
	if debugger.connection != nil {
		debugger.tap.Close()
		debugger.connection.Close()
	}
}

// hello is what the tab should know of the game.
func (d *debugging) hello(dst []byte) []byte {
	return append(dst, signals.Dictionary("protocol", tap.Protocol, "version", core.Version, "platform", engine.Platform(),
		"has_lines", d.connection.HasLines(), "presets", signals.Encoded(variant.AppendStrings(nil, core.PresetNames())))...)
}

// watchedSocket is what the debugger keeps of a socket.
type watchedSocket struct {
	socket *socket
	number int32

	mu   sync.Mutex
	path string // of the node; "" outside of the tree
}

// add takes a new socket; nil if no debugger is attached.
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

// remove forgets a socket that is being freed.
func (d *debugging) remove(s *socket) {
	if s.watched == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sockets = slices.DeleteFunc(d.sockets, func(other *socket) bool { return other == s })
	d.tap.Forget(s.watched.number)
}

// all returns the sockets that live.
func (d *debugging) all() []*socket {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sockets)
}

// observer is core's Observer; nil if no debugger is attached.
func (w *watchedSocket) observer() func(core.Observation) {
	if w == nil {
		return nil
	}
	return func(o core.Observation) { debugger.tap.Observe(w.number, o) }
}

// lastPath is the node's path, as far as that is known.
func (w *watchedSocket) lastPath() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.path
}

// findPath asks the engine where the node is. Only on the main thread, as the tree belongs to that.
func (w *watchedSocket) findPath() {
	if w == nil {
		return
	}
	path := w.socket.object.Path()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.path = path
}

// findPaths is findPath for all: a node may have been renamed. It may be called in the middle of a script.
func (d *debugging) findPaths() {
	engine.Defer(func() {
		for _, s := range d.all() {
			s.watched.findPath()
		}
	})
}

// A lineBudget limits how often the engine is asked for the script's line, which costs 3 µs: a game that pushes more often gets the lines of
// some pushes.
type lineBudget struct {
	mu    sync.Mutex
	until time.Time
	left  int
}

const (
	linesEach   = 100
	linesPeriod = 100 * time.Millisecond
)

// take reports whether there is one more line to ask for.
func (b *lineBudget) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.After(b.until) {
		b.until, b.left = now.Add(linesPeriod), linesEach
	}
	b.left--
	return b.left >= 0
}

// line returns the script line that pushes; "" when no debugger is attached, or the engine does not know.
func (d *debugging) line() string {
	if d.connection == nil || !d.connection.HasLines() || !d.lines.take(time.Now()) {
		return ""
	}
	return d.connection.Line()
}
