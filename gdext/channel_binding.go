package gdext

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// binding connects a node to its core channel. Joining with another topic or on another socket
// creates a new binding.
type binding struct {
	core    *core.Channel
	socket  *socket
	leaving atomic.Bool  // leave() was called, and the close has not been delivered yet
	stale   atomic.Int32 // > 0 while core delivers events older than a close the game knows of
	params  atomic.Value // the join params (joinParams) that the relay client asks for

	relay atomic.Pointer[peer] // the peer whose relay client has taken over the channel, or nil
}

func (c *channel) binding() *binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bound
}

// openBinding returns the channel's binding if the channel is open, or nil.
func (c *channel) openBinding() *binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opening == nil {
		return nil
	}
	return c.bound
}

// bind returns the binding to join, and whether this begins a join. A joined or joining channel
// keeps its binding.
func (c *channel) bind() (b *binding, begins bool, err error) {
	switch c.state() {
	case core.ChannelErrored, core.ChannelJoined, core.ChannelJoining:
		return c.binding(), false, nil
	}
	s, err := c.findSocket()
	if err != nil {
		return nil, false, err
	}
	params := c.shareParams()
	defer params.Release()
	given, err := paramsFor(s, params, c.shareParams)
	if err != nil {
		return nil, false, err
	}
	b, err = c.bindTo(s, given)
	return b, true, err
}

// bindTo returns the node's binding on the given socket, with new params. It creates a binding if
// the topic or the socket has changed.
func (c *channel) bindTo(s *socket, params any) (*binding, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	topic := c.getTopic()
	if b := c.binding(); b != nil && b.core.Socket() == client && b.core.Topic() == topic {
		b.leaving.Store(b.core.State() == core.ChannelLeaving)
		b.relay.Store(nil)
		return b, b.core.SetParams(params)
	}
	made, err := client.Channel(topic, params)
	if err != nil {
		return nil, err
	}
	b := &binding{core: made, socket: s}
	c.listen(b)
	c.mu.Lock()
	c.bound = b
	presenceObject := c.presence
	c.mu.Unlock()
	if p, ok := presenceObject.Value().(*presence); ok {
		p.follow(made)
	}
	return b, nil
}

// markOpen marks the channel as open. The push's hooks run at each rejoin until the channel closes.
func (c *channel) markOpen(p *push) {
	p.lasting = true
	c.mu.Lock()
	former := c.opening
	c.opening = p
	c.mu.Unlock()
	former.finish()
}

// markClosed marks the channel as closed. It returns the binding, or nil if the channel was not
// open.
func (c *channel) markClosed() *binding {
	c.mu.Lock()
	b, opening := c.bound, c.opening
	c.opening = nil
	c.mu.Unlock()
	if opening == nil {
		return nil
	}
	opening.finish()
	return b
}

func (b *binding) push(event string, payload engine.Encoded, timeout time.Duration) (*core.Push, error) {
	data, err := outgoingLater(payload)
	if err != nil {
		return nil, err
	}
	return b.core.PushFrom(debugger.line(), event, data, timeout)
}

// mute drops the channel's events that are already in core's queue.
func (b *binding) mute() {
	b.stale.Add(1)
	b.socket.post(func() { b.stale.Add(-1) })
}

// joinParams holds join params in a form that core accepts: JSON, or a function that asks the game.
type joinParams struct{ given any }

// setParams sets the params of the next join or rejoin.
func (b *binding) setParams(params any) error {
	if b.relay.Load() != nil {
		b.params.Store(joinParams{params})
		return nil
	}
	return b.core.SetParams(params)
}

// bindRelay returns the binding for p's relay client to join. From then on that client builds the
// join params.
func (c *channel) bindRelay(p *peer) (*binding, error) {
	c.departure.cancel() // the channel stays, as in join()
	b, begins, err := c.bind()
	if err == nil && !begins {
		err = errJoined
	}
	if err != nil {
		return nil, err
	}
	params := c.shareParams()
	defer params.Release()
	given, err := paramsFor(b.socket, params, c.shareParams)
	if err == nil {
		err = checkRelayParams(params)
	}
	if err != nil {
		return nil, err
	}
	b.params.Store(joinParams{given})
	b.relay.Store(p)
	return b, nil
}

// sayLast sends the packets that the engine has put into a multiplayer peer, before the channel is
// left.
func (b *binding) sayLast() {
	if p := b.relay.Load(); p != nil {
		p.flush()
	}
}

// checkRelayParams rejects a key that the relay client adds itself. The client checks the params
// that a function returns.
func checkRelayParams(params *engine.Ref) error {
	if params.Type() != engine.TypeDictionary {
		return nil
	}
	return engine.DictionaryRef{Ref: params}.Each(func(key, _ engine.Variant) error {
		if key.Text() == "peer" {
			return fmt.Errorf("%w: params have the key \"peer\", which the relay reserves; rename it", core.ErrInvalidConfig)
		}
		return nil
	})
}

// askParams returns the join params, to which the relay client adds its own.
func (b *binding) askParams(ctx context.Context) (any, error) {
	given := b.params.Load().(joinParams).given
	if ask, isFunction := given.(func(context.Context) (any, error)); isFunction {
		return ask(ctx)
	}
	return given, nil
}

// joinedBy marks the channel as open after a relay client has begun to join it.
func (c *channel) joinedBy(b *binding) {
	started, err := b.core.Join()
	track(b.socket, "PhoenixMultiplayerPeer.create", signals.About("the channel", c.getTopic()), started, err, c.markOpen).Release()
}
