package gdext

import (
	"sync/atomic"

	"phoenixchannels/gdext/engine"
)

// departure tracks a node's exit from the tree. A node that leaves the tree may only be moving, as
// in reparent(). It has left for good if it is freed or has not returned by the end of the frame.
// Until then its messages wait.
type departure struct {
	inTree  atomic.Bool
	pending atomic.Bool // the node is outside the tree, and the frame has not ended
	freeing atomic.Bool // the node is being freed
}

// entered ends the departure when the node enters the tree, and reports whether one was pending.
func (d *departure) entered() bool {
	d.inTree.Store(true)
	return d.cancel()
}

// exited begins a departure when the node leaves the tree. It calls left when the node has left for
// good: at once if the node is being freed, otherwise after the message queue has run twice,
// because a game may put the node back with call_deferred.
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

// freed makes the departure final when the node is freed. If the node is still in the tree, it
// leaves the tree first.
func (d *departure) freed(left func()) {
	d.freeing.Store(true)
	if d.cancel(); !d.inTree.Load() {
		left()
	}
}

// deferTwice calls f after the message queue has run twice, and so after anything that the game
// defers now.
func deferTwice(f func()) { engine.Defer(func() { engine.Defer(f) }) }

// cancel ends a pending departure, and reports whether there was one.
func (d *departure) cancel() bool {
	pending := d.pending.Swap(false)
	if pending {
		departing.Add(-1)
	}
	return pending
}

// departing counts the pending departures.
var departing atomic.Int32

// reasonExitTree is the reason in on_close for a node that left the tree.
const reasonExitTree = "exit tree"
