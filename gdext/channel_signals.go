package gdext

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
)

// listen turns the core channel's events into signals.
func (c *channel) listen(b *binding) {
	b.core.OnMessage(func(m *core.Message) { c.received(b, m) })
	b.core.OnJoin(func(reply core.Reply) { c.joined(b, reply) })
	b.core.OnError(func(reason core.Payload) { c.failed(b, reason) })
	b.core.OnClose(func(reason core.Payload) { c.closed(b, reason) })
}

// received emits one message.
func (c *channel) received(b *binding, m *core.Message) {
	if b.stale.Load() > 0 || b.leaving.Load() || c.gone.Load() {
		return
	}
	event, status, isEmitted := signals.Event(m)
	if !isEmitted {
		return
	}
	payload, err := preparedContent(m.Prepared, m.Payload)
	if err != nil {
		c.emit(onChannelError, signals.Dictionary("message", signals.NoVariant("the payload", err), "event", event))
		return
	}
	buffer := borrowBuffer()
	defer buffer.giveBack()
	args := engine.Args{Bytes: variant.AppendString(buffer.bytes[:0], event), Count: 3}
	args = appendContent(args, payload)
	args.Bytes = variant.AppendString(args.Bytes, status)
	buffer.bytes = args.Bytes
	if c.object.Emit(onEvent, args) && m.Event != signals.EventReply {
		c.callSubscribers(event, payload)
	}
}

// callSubscribers calls the Callables that on() subscribed to the event.
func (c *channel) callSubscribers(event string, payload content) {
	c.subscribers.each(event, func(callable *engine.Ref) {
		if !invoke("PhoenixChannel.on", event, callable, payload) {
			c.subscribers.remove(event, callable.Same)
		}
	})
}

func (c *channel) joined(b *binding, reply core.Reply) {
	if b.stale.Load() > 0 {
		return
	}
	result, err := b.socket.responseTo(reply)
	if err != nil {
		c.emit(onChannelError, signals.Dictionary("message", signals.NoVariant("the join reply", err)))
	}
	c.emit(onJoinResult, reply.Status, result)
	if reply.Status == core.StatusTimeout && !b.socket.isWanted() {
		engine.Warning("PhoenixChannel.join", signals.JoinInVain(c.getTopic()))
	}
}

func (c *channel) failed(b *binding, reason core.Payload) {
	if b.stale.Load() > 0 {
		return
	}
	payload, err := signals.Incoming(reason)
	if err != nil {
		payload = signals.Dictionary("message", signals.NoVariant("the error", err))
	}
	c.emit(onChannelError, payload)
}

// closed handles core's OnClose.
func (c *channel) closed(b *binding, reason core.Payload) {
	b.leaving.Store(false)
	if b.stale.Load() > 0 {
		return
	}
	if c.binding() == b && b.core.State() == core.ChannelClosed { // else rejoined
		c.markClosed()
	}
	if p := c.presenceIn(b); p != nil {
		p.clear()
	}
	c.emit(onChannelClose, signals.CloseReason(reason))
}
