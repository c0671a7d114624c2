package gdext

import (
	"sync/atomic"

	"phoenixchannels/gdext/engine"
)

// The names of the classes.
const (
	classSocket   = "PhoenixSocket"
	classChannel  = "PhoenixChannel"
	classPush     = "PhoenixPush"
	classPresence = "PhoenixPresence"
)

// A node is what the classes have in common: their engine object, which may be
// gone while Go still works for it.
type node struct {
	object engine.Object
	gone   atomic.Bool
}

// ended says that the game is over: what still completes is not told, as there
// are no scripts any more.
var ended atomic.Bool

// A departure is a node's way out of the tree. A node that leaves it may be on
// the way to another place, as in reparent(), so it has left only if it is not
// back before the frame ends, or is freed. Until then its messages wait.
type departure struct {
	pending atomic.Bool // the node is outside, and the frame has not ended
	freeing atomic.Bool // the node is being freed
}

// exited is called when the node leaves the tree. It calls left when the node has
// left for good: at once if it is being freed, else after the message queue has
// run twice, as a game may put the node back with call_deferred.
func (d *departure) exited(left func()) {
	if d.freeing.Load() {
		left()
		return
	}
	if !d.pending.Swap(true) {
		departing.Add(1)
	}
	deferTwice(func() {
		if !ended.Load() && d.cancel() {
			left()
		}
	})
}

// deferTwice calls f when the message queue has run twice: after what a game's functions of this moment defer.
func deferTwice(f func()) { engine.Defer(func() { engine.Defer(f) }) }

// cancel ends a departure that is pending, and reports whether there was one.
func (d *departure) cancel() bool {
	was := d.pending.Swap(false)
	if was {
		departing.Add(-1)
	}
	return was
}

// departing counts the departures that are pending.
var departing atomic.Int32

// emit emits a signal, unless the object is gone.
func (n *node) emit(signal *engine.Signal, values ...any) {
	if !n.gone.Load() && !ended.Load() {
		n.object.Emit(signal, arguments(values...))
	}
}

// The results of methods that give an Error, numbered as the engine's.
const (
	errOK               int64 = 0
	errFailed           int64 = 1
	errUnavailable      int64 = 2
	errUnconfigured     int64 = 3
	errOutOfMemory      int64 = 6
	errConnectionError  int64 = 29
	errInvalidParameter int64 = 31

	enumError = "Error"
)

// codeNormal is the close code of a connection that is no longer needed.
const codeNormal = 1000

// defaultTimeout as an argument of a method means the socket's.
const defaultTimeout int64 = -1

// topicPhoenix is the protocol's own topic.
const topicPhoenix = "phoenix"

// The protocol's own events.
const (
	eventJoin          = "phx_join"
	eventLeave         = "phx_leave"
	eventReply         = "phx_reply"
	eventClose         = "phx_close"
	eventError         = "phx_error"
	eventPresenceState = "presence_state"
	eventPresenceDiff  = "presence_diff"
)

// reasonExitTree is the reason in on_close when a node left the tree.
const reasonExitTree = "exit tree"
