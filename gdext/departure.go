package gdext

import (
	"sync/atomic"

	"phoenixchannels/gdext/engine"
)

// A departure is a node's exit from the tree. A node that leaves the tree may only
// move, as in reparent(). So it has left when it is freed, or is not back before
// the frame ends. Until then its messages wait.
type departure struct {
	inTree  atomic.Bool
	pending atomic.Bool // the node is outside, and the frame has not ended
	freeing atomic.Bool // the node is being freed
}

// entered ends a departure when the node enters the tree, and reports whether
// there was one.
func (d *departure) entered() bool {
	d.inTree.Store(true)
	return d.cancel()
}

// exited begins a departure when the node leaves the tree. It calls left when the
// node has left for good: at once if it is being freed, else after the message
// queue has run twice, as a game may put the node back with call_deferred.
func (d *departure) exited(left func()) {
	d.inTree.Store(false)
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

// freed makes a departure final when the node is freed. A node in the tree still
// leaves it first.
func (d *departure) freed(left func()) {
	d.freeing.Store(true)
	if d.cancel(); !d.inTree.Load() {
		left()
	}
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
