package gdext

import (
	"sync/atomic"

	"phoenixchannels/gdext/engine"
)

// A departure is a node's exit from the tree. A node that leaves the tree may only
// move, as in reparent(). So it has left when it is freed, or is not back before
// the frame ends. Until then its messages wait.
type departure struct {
	pending atomic.Bool // the node is outside, and the frame has not ended
	freeing atomic.Bool // the node is being freed
}

// begin begins a departure when the node leaves the tree. It calls left when the
// node has left for good: at once if it is being freed, else after the message
// queue has run twice, as a game may put the node back with call_deferred.
func (d *departure) begin(left func()) {
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
	pending := d.pending.Swap(false)
	if pending {
		departing.Add(-1)
	}
	return pending
}

// departing counts the departures that are pending.
var departing atomic.Int32

// reasonExitTree is the reason in on_close when a node left the tree.
const reasonExitTree = "exit tree"
