package gdext

import (
	"sync/atomic"
	"time"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
)

// A binding is the channel of core that a node has. It gets another one when it is joined with another topic or on another socket.
type binding struct {
	core    *core.Channel
	socket  *socket
	leaving atomic.Bool  // leave was called, and the close was not delivered yet
	stale   atomic.Int32 // not 0: what core delivers is from before the node's end, of which the game was told
}

func (c *channel) binding() *binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bound
}

// opened is the binding of a channel that is open, else nil.
func (c *channel) opened() *binding {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opening == nil {
		return nil
	}
	return c.bound
}

// bind returns what to join, and whether that begins: not on a channel that is joined, or joins by itself.
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

// bindTo returns the channel of core on a socket, with these params. It makes one unless the node has it.
func (c *channel) bindTo(s *socket, params any) (*binding, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	topic := c.getTopic()
	if b := c.binding(); b != nil && b.core.Socket() == client && b.core.Topic() == topic {
		b.leaving.Store(b.core.State() == core.ChannelLeaving)
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

// openedBy opens the channel. The hooks of the push run at each rejoin until it is shut.
func (c *channel) openedBy(p *push) {
	p.lasting = true
	c.mu.Lock()
	former := c.opening
	c.opening = p
	c.mu.Unlock()
	former.finish()
}

// shut ends that, and returns what was bound, nil if the channel was not open.
func (c *channel) shut() *binding {
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
	data, err := outgoing(payload)
	if err != nil {
		return nil, err
	}
	return b.core.PushTimeout(event, data, timeout)
}

// mute keeps from the game what core has queued of the channel.
func (b *binding) mute() {
	b.stale.Add(1)
	b.socket.post(func() { b.stale.Add(-1) })
}
