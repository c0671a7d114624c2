package gdext

import (
	"errors"

	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// The channel's place in the tree determines its socket, and when it joins and closes
// automatically.

// errNoSocket is the error for a channel that is not a child of a socket.
var errNoSocket = errors.New("it has no socket: create channels with PhoenixSocket.channel(), or add the node as a child of a PhoenixSocket")

// findSocket returns the channel's socket: the one that created the node or that it was added to,
// or otherwise its nearest ancestor.
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

// findAbove looks for a socket among the node's ancestors and remembers it.
func (c *channel) findAbove() *socket {
	for parent := c.object.Parent(); !parent.IsNull(); parent = parent.Parent() {
		if s, ok := parent.Value().(*socket); ok {
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

// Notified handles the engine's notifications.
func (c *channel) Notified(notification engine.Notification) {
	switch notification {
	case engine.NotificationParented:
		c.updateSocket()
	case engine.NotificationEnterTree:
		c.departure.entered()
		c.updateSocket()
		if c.getAutoJoin() && !engine.InEditor() {
			c.joinSoon()
		}
	case engine.NotificationExitTree:
		if b := c.openBinding(); b != nil {
			b.socket.stopDelivery()
		}
		c.departure.exited(c.leaveTree)
	case engine.NotificationPredelete:
		c.departure.freed(c.leaveTree)
	}
}

// updateSocket looks for the socket above the node. If the channel has moved to another socket, it
// is closed.
func (c *channel) updateSocket() {
	s := c.findAbove()
	if s == nil {
		return
	}
	s.addChannel(c.object)
	if b := c.openBinding(); b != nil && b.socket != s {
		c.leaveTree()
	}
}

// leaveTree closes a channel whose node has left the tree.
func (c *channel) leaveTree() {
	if c.closeWith(func(p *presence) { p.allLeave() }) {
		c.emit(onChannelClose, signals.Dictionary("reason", reasonExitTree))
	}
}

// joinSoon joins after the scene's _ready functions have run, which is also when auto_connect
// connects.
func (c *channel) joinSoon() {
	deferTwice(func() {
		if !c.gone.Load() && c.object.IsInsideTree() && c.openBinding() == nil {
			c.join(defaultTimeout).Release() // nothing waits for the push
		}
	})
}

// closeWith closes the channel without waiting for the server, calls notifyPresence, and reports
// whether the channel was open.
func (c *channel) closeWith(notifyPresence func(*presence)) bool {
	b := c.closeNow()
	if b == nil {
		return false
	}
	if p := c.presenceIn(b); p != nil {
		notifyPresence(p)
	}
	return true
}

// closeNow closes the channel if it is open. The caller notifies the game, so events in core's
// queue are dropped.
func (c *channel) closeNow() *binding {
	b := c.markClosed()
	if b != nil {
		b.sayLast()
		b.core.Close()
		b.mute()
	}
	return b
}

// presenceIn returns the node's presence if it follows b's core channel, or nil.
func (c *channel) presenceIn(b *binding) *presence {
	if p, ok := c.getPresence().Value().(*presence); ok && p.followed() == b.core {
		return p
	}
	return nil
}

// Freed releases the node's references.
func (c *channel) Freed() {
	c.gone.Store(true)
	if b := c.closeNow(); b != nil {
		if p := c.presenceIn(b); p != nil {
			b.socket.post(func() { p.allLeave() }) // not here, while this node is being destroyed
		}
	}
	c.mu.Lock()
	s, params := c.socket, c.params
	c.params = nil
	c.mu.Unlock()
	if s != nil {
		s.removeChannel(c.object)
	}
	// Releasing a reference may free an object that calls this node.
	c.subscribers.clear()
	params.Release()
}

func releaseAll(list []*engine.Ref) {
	for _, ref := range list {
		ref.Release()
	}
}
