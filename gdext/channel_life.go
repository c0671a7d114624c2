package gdext

import (
	"bytes"
	"encoding/json/jsontext"
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
	core   *core.Channel
	socket *socket
	over   atomic.Bool // what still comes is not for the game
	left   atomic.Bool // nor are events, after leave

	// Guarded by channel.mu.
	join   *push       // of the first call of join
	again  []*push     // of further calls, which wait for the next outcome
	joined *core.Reply // the latest outcome that was told, if it was "ok"
	tried  bool        // an outcome was told
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
			l.core.Close() // so that its end is told before the new beginning
		default:
			return l, nil // core will say that it is joined
		}
	}
	s, err := c.findSocket()
	if err != nil {
		return nil, err
	}
	params := c.shareParams()
	defer params.Release()
	given, err := paramsFor(s, params, c.shareParams)
	if err != nil {
		return nil, err
	}
	return c.begin(s, given)
}

func (c *channel) begin(s *socket, params any) (*life, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	of, err := client.Channel(c.getTopic(), params)
	if err != nil {
		return nil, err
	}
	l := &life{core: of, socket: s}
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

// received tells the game of a message: a reply under the name of the push's
// event, all else under its own. It runs once for each message.
func (c *channel) received(l *life, m *core.Message) {
	if l.over.Load() || l.left.Load() || c.gone.Load() {
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
	args := engine.Args{Bytes: variant.AppendString(buffer.bytes[:0], event), Count: 3}
	args = appendContent(args, payload)
	args.Bytes = variant.AppendString(args.Bytes, status)
	buffer.bytes = args.Bytes
	if c.object.Emit(onEvent, args) && m.Event != eventReply {
		c.call(event, payload)
	}
}

// call calls what on subscribed to the event.
func (c *channel) call(event string, payload content) {
	c.mu.Lock()
	callables := make([]*engine.Ref, len(c.callables[event]))
	for i, callable := range c.callables[event] {
		callables[i] = callable.Clone() // the callee may end the subscription
	}
	c.mu.Unlock()
	for _, callable := range callables {
		if !invoke("PhoenixChannel.on", callable, payload) {
			c.drop(event, callable.Same)
		}
	}
	release(callables)
}

func (c *channel) joined(l *life, reply core.Reply) {
	if l.over.Load() {
		return
	}
	c.answerJoins(l, reply)
	result, err := l.socket.responseTo(reply)
	if err != nil {
		c.emit(onChannelError, dictionary("message", "the join reply cannot be a Variant: "+plain(err)))
	}
	c.emit(onJoinResult, reply.Status, result)
	if reply.Status == core.StatusTimeout && !l.socket.isWanted() {
		engine.Warning("PhoenixChannel.join", "PhoenixChannel.join(): "+about("the channel", c.getTopic())+" has waited in vain for its socket, which does not connect: call connect_socket().")
	}
}

// answerJoins tells an outcome to the pushes of join.
func (c *channel) answerJoins(l *life, reply core.Reply) {
	c.mu.Lock()
	join, rejoined := l.join, l.tried
	l.tried, l.joined = true, nil
	if reply.Status == core.StatusOK {
		l.joined = &reply
	}
	c.mu.Unlock()
	if join != nil && rejoined { // the first outcome it has from core
		join.rejoined(reply)
	}
	c.answerAgain(l, reply)
}

// joinAgain makes the push of a join on a channel that is joined, or joins by
// itself: it completes with the next outcome, or the one that is there.
func (c *channel) joinAgain(l *life) (*engine.Ref, error) {
	p, result, err := newPush(l.socket, eventJoin)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	l.again = append(l.again, p)
	told := l.joined
	c.mu.Unlock()
	switch {
	case l.over.Load():
		l.socket.post(func() { c.answerAgain(l, core.Reply{Status: core.StatusClosed}) })
	case told != nil && l.core.State() == core.ChannelJoined:
		l.socket.post(func() { c.answerAgain(l, *told) })
	}
	return result, nil
}

// answerAgain completes the pushes of further joins.
func (c *channel) answerAgain(l *life, reply core.Reply) {
	c.mu.Lock()
	again := l.again
	l.again = nil
	c.mu.Unlock()
	for _, p := range again {
		p.complete(reply)
	}
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
		word, _ := jsontext.AppendUnquote(nil, text) // the error is of invalid UTF-8, which it replaces
		return dictionary("reason", string(word))
	case len(text) > 2 && text[0] == '{':
		if payload, err := incoming(reason); err == nil {
			return payload
		}
	}
	return dictionary("reason", "unexpected_close")
}

// forget ends a life: the node can be joined anew, and nobody is present.
func (c *channel) forget(l *life) {
	if p := c.endLife(l); p != nil {
		p.clear()
	}
}

// endLife ends a life but for its presence, which it gives if there is one that
// has not gone over to another channel.
func (c *channel) endLife(l *life) *presence {
	l.over.Store(true)
	c.mu.Lock()
	current := c.life == l
	if current {
		c.life = nil
	}
	presenceObject, join := c.presence, l.join
	c.mu.Unlock()
	if join != nil {
		join.finish()
	}
	l.socket.post(func() { c.answerAgain(l, core.Reply{Status: core.StatusClosed}) })
	if p, ok := presenceObject.Value().(*presence); ok && current && p.followed() == l.core {
		return p
	}
	return nil
}

// endNow ends the channel here, without waiting for the server, and tells
// whether there was one to end.
func (c *channel) endNow(tellPresence func(*presence)) bool {
	l := c.current()
	if l == nil {
		return false
	}
	if p := c.endLife(l); p != nil {
		tellPresence(p)
	}
	l.core.Close()
	return true
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
		if l := c.current(); l != nil {
			l.socket.stopDelivery()
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
	if l := c.current(); l != nil && l.socket != s {
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
		if !c.gone.Load() && c.object.IsInsideTree() && c.current() == nil {
			c.join(defaultTimeout).Release() // the push, nobody waits for it
		}
	})
}

// Freed ends what the node still holds.
func (c *channel) Freed() {
	c.gone.Store(true)
	if l := c.current(); l != nil {
		if p := c.endLife(l); p != nil {
			l.socket.post(func() { p.allLeave() }) // not here, where this node is half gone
		}
		l.core.Close()
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
