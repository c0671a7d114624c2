package gdext

import (
	"context"
	"fmt"
	"sync/atomic"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

// A binding is a node's core channel. Joining with another topic, or on another socket, makes a new one.
type binding struct {
	core    *core.Channel
	socket  *socket
	leaving atomic.Bool  // leave() was called, and the close has not been delivered yet
	stale   atomic.Int32 // not 0: the events that core still delivers are older than a close that the game knows of
	params  atomic.Value // what the client of relay asks for: joinParams

	relay atomic.Pointer[peer] // whose client has taken over the channel; nil: none
}

func (c *channel) binding() *binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bound
}

// openBinding returns the binding of an open channel, else nil.
func (c *channel) openBinding() *binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opening == nil {
		return nil
	}
	return c.bound
}

// bind returns the core channel to join, and whether that begins a join: a channel that is joined or joining has one.
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

// bindTo returns the node's core channel on a socket, with new params. It makes one if the topic or the socket has changed.
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

// markClosed marks the channel as closed. It returns the binding, nil if the channel was not open.
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

// mute drops the channel's events that core has queued.
func (b *binding) mute() {
	b.stale.Add(1)
	b.socket.post(func() { b.stale.Add(-1) })
}

// joinParams are what core takes for the params of a join: JSON, or a function that asks the game.
type joinParams struct{ given any }

// setParams sets the params of the next join or rejoin.
func (b *binding) setParams(params any) error {
	if b.relay.Load() != nil {
		b.params.Store(joinParams{params})
		return nil
	}
	return b.core.SetParams(params)
}

// bindRelay returns the core channel for the client of a peer to join, which makes the params of that.
func (c *channel) bindRelay(p *peer) (*binding, error) {
	c.departure.cancel() // it stays, as for join()
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

// sayLast sends what the engine has put into a multiplayer peer before the channel is left.
func (b *binding) sayLast() {
	if p := b.relay.Load(); p != nil {
		p.flush()
	}
}

// checkRelayParams refuses a key that a relay's client adds itself. What a function returns is checked by the client.
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

// askParams returns the params of a join, for a relay's client to add its own.
func (b *binding) askParams(ctx context.Context) (any, error) {
	given := b.params.Load().(joinParams).given
	if ask, isFunction := given.(func(context.Context) (any, error)); isFunction {
		return ask(ctx)
	}
	return given, nil
}

// joinedBy marks a channel as open that a relay's client has begun to join.
func (c *channel) joinedBy(b *binding) {
	started, err := b.core.Join()
	track(b.socket, "PhoenixMultiplayerPeer.create", signals.About("the channel", c.getTopic()), started, err, c.markOpen).Release()
}
