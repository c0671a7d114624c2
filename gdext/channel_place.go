package gdext

import (
	"errors"

	"phoenixchannels/gdext/engine"
)

// Where a channel is in the tree: which socket it belongs to, and when it joins
// and ends because of its place.

// errNoSocket is a channel that is not a child of a socket.
var errNoSocket = errors.New("it has no socket: make channels with PhoenixSocket.channel(), or add the node as a child of a PhoenixSocket")

// findSocket gives the socket: the one that made the node or that it was put
// under, or else one among the parents.
func (c *channel) findSocket() (*socket, error) {
	c.mu.Lock()
	known := c.socket
	c.mu.Unlock()
	if known != nil && !known.gone.Load() {
		return known, nil
	}
	if s := c.findAbove(); s != nil {
		return s, nil
	}
	return nil, errNoSocket
}

// findAbove looks for a socket among the parents and remembers it.
func (c *channel) findAbove() *socket {
	for at := c.object.Parent(); !at.IsNull(); at = at.Parent() {
		if s, ok := at.Value().(*socket); ok {
			c.mu.Lock()
			c.socket = s
			c.mu.Unlock()
			return s
		}
	}
	return nil
}

func (c *channel) belongsTo(s *socket) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.socket == s
}

// Notified takes the engine's notifications.
func (c *channel) Notified(what engine.Notification) {
	switch what {
	case engine.NotificationParented:
		c.findPlace()
	case engine.NotificationEnterTree:
		c.inTree.Store(true)
		c.departure.cancel()
		c.findPlace()
		if c.getAutoJoin() && !engine.InEditor() {
			c.joinSoon()
		}
	case engine.NotificationExitTree:
		c.inTree.Store(false)
		if b := c.opened(); b != nil {
			b.socket.stopDelivery()
		}
		c.departure.exited(c.end)
	case engine.NotificationPredelete:
		c.departure.freeing.Store(true)
		if c.departure.cancel(); !c.inTree.Load() { // else it ends when it leaves the tree
			c.end()
		}
	}
}

// findPlace looks where the node was put. Under another socket it begins anew.
func (c *channel) findPlace() {
	s := c.findAbove()
	if s == nil {
		return
	}
	s.adopt(c.object)
	if b := c.opened(); b != nil && b.socket != s {
		c.end()
	}
}

// end closes a channel that has left the tree.
func (c *channel) end() {
	if c.endNow(func(p *presence) { p.allLeave() }) {
		c.emit(onChannelClose, dictionary("reason", reasonExitTree))
	}
}

// joinSoon joins when the scene's _ready functions have run, as auto_connect
// connects then.
func (c *channel) joinSoon() {
	deferTwice(func() {
		if !c.gone.Load() && c.object.IsInsideTree() && c.opened() == nil {
			c.join(defaultTimeout).Release() // the push, nobody waits for it
		}
	})
}

// endNow ends the channel here, without waiting for the server, and reports
// whether there was one to end.
func (c *channel) endNow(tellPresence func(*presence)) bool {
	b := c.closeNow()
	if b == nil {
		return false
	}
	if p := c.presenceIn(b); p != nil {
		tellPresence(p)
	}
	return true
}

// closeNow closes an open channel. Its caller notifies the game, so events that
// core has queued are dropped.
func (c *channel) closeNow() *binding {
	b := c.shut()
	if b != nil {
		b.core.Close()
		b.mute()
	}
	return b
}

// presenceIn returns the node's presence if it follows this core channel, else nil.
func (c *channel) presenceIn(b *binding) *presence {
	if p, ok := c.getPresence().Value().(*presence); ok && p.followed() == b.core {
		return p
	}
	return nil
}

// Freed ends what the node still holds.
func (c *channel) Freed() {
	c.gone.Store(true)
	if b := c.closeNow(); b != nil {
		if p := c.presenceIn(b); p != nil {
			b.socket.post(func() { p.allLeave() }) // not here, where this node is half gone
		}
	}
	c.mu.Lock()
	of, callables, params := c.socket, c.callables, c.params
	c.callables, c.params = nil, nil
	c.mu.Unlock()
	if of != nil {
		of.drop(c.object)
	}
	// What is released may be the last to hold something that calls this node.
	for _, list := range callables {
		release(list)
	}
	params.Release()
}

func release(list []*engine.Ref) {
	for _, ref := range list {
		ref.Release()
	}
}
