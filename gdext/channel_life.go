package gdext

import (
	"bytes"
	"errors"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/variant"
)

// errNoSocket is a channel that is not a child of a socket.
var errNoSocket = errors.New("it has no socket: make channels with PhoenixSocket.channel(), or add the node as a child of a PhoenixSocket")

// A life of a channel node is the time from a join until the channel is left
// or closed, with the channel of core that it has for that time.
type life struct {
	core *core.Channel
	join atomic.Pointer[push]
	over atomic.Bool // what still comes is not for the game
}

// current is the life of a channel that is not over.
func (c *channel) current() *life {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.life
}

// open gives the life to join: a new one when there is none, or when the one
// there is is ending.
func (c *channel) open() (*life, error) {
	if l := c.current(); l != nil {
		switch l.core.State() {
		case core.ChannelClosed, core.ChannelLeaving:
		default:
			return l, nil // core will say that it is joined
		}
	}
	return c.begin()
}

func (c *channel) begin() (*life, error) {
	s, err := c.findSocket()
	if err != nil {
		return nil, err
	}
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	params, err := c.joinParams()
	if err != nil {
		return nil, err
	}
	of, err := client.Channel(c.getTopic(), params)
	if err != nil {
		return nil, err
	}
	l := &life{core: of}
	of.OnMessage(func(m *core.Message) { c.received(l, m) })
	of.OnJoin(func(reply core.Reply) { c.joined(l, reply) })
	of.OnError(func(reason core.Payload) { c.failed(l, reason) })
	of.OnClose(func(reason core.Payload) { c.closed(l, reason) })
	c.mu.Lock()
	c.life = l
	presenceObject := c.presence
	c.mu.Unlock()
	if p, ok := presenceObject.Value().(*presence); ok {
		p.follow(of)
	}
	return l, nil
}

// findSocket looks for the socket among the parents. A channel that was moved
// away from them keeps the one it had.
func (c *channel) findSocket() (*socket, error) {
	for at := c.object.Parent(); !at.IsNull(); at = at.Parent() {
		if s, ok := at.Value().(*socket); ok {
			c.mu.Lock()
			c.socket = s
			c.mu.Unlock()
			return s, nil
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.socket != nil && !c.socket.gone.Load() {
		return c.socket, nil
	}
	return nil, errNoSocket
}

func (c *channel) belongsTo(s *socket) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.socket == s
}

// received tells the game of a message: a reply under the name of the push's
// event, all else under its own. It runs once for each message.
func (c *channel) received(l *life, m *core.Message) {
	if l.over.Load() || c.gone.Load() {
		return
	}
	event, status := m.Event, core.StatusOK
	switch event {
	case eventReply:
		if m.Push == nil || m.Push.Event() == eventJoin || m.Push.Event() == eventLeave {
			return
		}
		event, status = m.Push.Event(), m.Status
	case eventClose, eventError:
		return
	}
	payload, err := prepared(m.Prepared, m.Payload)
	if err != nil {
		c.emit(onChannelError, dictionary("message", "the payload cannot be a Variant: "+plain(err), "event", event))
		return
	}
	buffer := borrowBuffer()
	defer buffer.giveBack()
	args := variant.AppendString(buffer.bytes[:0], event)
	args = append(args, payload...)
	args = variant.AppendString(args, status)
	buffer.bytes = args
	if c.object.Emit(onEvent, args, 3) && m.Event != eventReply {
		c.call(event, payload)
	}
}

// call calls what on subscribed to the event.
func (c *channel) call(event string, payload encoded) {
	c.mu.Lock()
	callables := make([]*engine.Ref, len(c.callables[event]))
	for i, callable := range c.callables[event] {
		callables[i] = callable.Clone()
	}
	c.mu.Unlock()
	for _, callable := range callables {
		if !invoke("PhoenixChannel.on", callable, payload) {
			c.drop(event, callable.Same)
		}
		callable.Release()
	}
}

func (c *channel) joined(l *life, reply core.Reply) {
	if l.over.Load() {
		return
	}
	result, err := prepared(reply.Prepared, reply.Response)
	if err != nil {
		c.emit(onChannelError, dictionary("message", "the join reply cannot be a Variant: "+plain(err)))
	}
	c.emit(onJoinResult, reply.Status, result)
}

func (c *channel) failed(l *life, reason core.Payload) {
	if l.over.Load() {
		return
	}
	payload, err := incoming(reason)
	if err != nil {
		payload = dictionary("message", "the error cannot be a Variant: "+plain(err))
	}
	c.emit(onChannelError, payload)
}

// closed ends a life that core says is over.
func (c *channel) closed(l *life, reason core.Payload) {
	if l.over.Load() {
		return
	}
	c.forget(l)
	c.emit(onChannelClose, closeReason(reason))
}

// closeReason is always a Dictionary: {reason = "leave"} after leave(),
// "unexpected_close" when the server closed the channel and gave no reason.
func closeReason(reason core.Payload) encoded {
	text := bytes.TrimSpace(reason.JSON())
	switch {
	case len(text) > 0 && text[0] == '"':
		var word string
		if reason.Decode(&word) == nil {
			return dictionary("reason", word)
		}
	case len(text) > 2 && text[0] == '{':
		if payload, err := incoming(reason); err == nil {
			return payload
		}
	}
	return dictionary("reason", "unexpected_close")
}

// forget ends a life: the node can be joined anew.
func (c *channel) forget(l *life) {
	l.over.Store(true)
	c.mu.Lock()
	current := c.life == l
	if current {
		c.life = nil
	}
	presenceObject := c.presence
	c.mu.Unlock()
	if join := l.join.Load(); join != nil {
		join.finish()
	}
	if p, ok := presenceObject.Value().(*presence); ok && current {
		p.clear()
	}
}

// end leaves the channel and tells the game so at once.
func (c *channel) end(reason encoded) {
	if l := c.current(); l != nil {
		c.forget(l)
		_, _ = l.core.Leave() // fails only when the socket is gone
	}
	c.emit(onChannelClose, reason)
}

// Notified takes the engine's notifications.
func (c *channel) Notified(what engine.Notification) {
	switch what {
	case engine.NotificationParented, engine.NotificationEnterTree:
		if s, err := c.findSocket(); err == nil {
			s.adopt(c.object)
		}
	case engine.NotificationExitTree:
		c.end(dictionary("message", messageExitTree))
	}
}

// Freed ends what the node still holds.
func (c *channel) Freed() {
	c.gone.Store(true)
	if l := c.current(); l != nil {
		c.forget(l)
		_, _ = l.core.Leave()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, callables := range c.callables {
		for _, callable := range callables {
			callable.Release()
		}
	}
	c.callables = nil
	c.params.Release()
}
