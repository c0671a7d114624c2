package abi

import (
	"encoding/json/jsontext"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"phoenixchannels/core"
)

type channel struct {
	handle int64
	socket *socket
	core   *core.Channel
	freed  atomic.Bool

	mu   sync.Mutex
	join int64 // the number with which the join's results are reported; 0 before the first join
}

// NewChannel creates a channel without joining it. Empty params mean {}.
func NewChannel(socketHandle int64, topic, paramsJSON string, flags uint32) (int64, error) {
	s, err := lookup[*socket](socketHandle)
	if err != nil {
		return 0, err
	}
	if flags&^WithPresence != 0 {
		return 0, wrong(ErrorArgument, "flags %#x: the only flag is PHX_WITH_PRESENCE", flags)
	}
	made, err := s.core.Channel(topic, jsonOr(paramsJSON))
	if err != nil {
		return 0, err
	}
	c := &channel{socket: s, core: made}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.freed {
		return 0, wrong(ErrorHandle, "%d", socketHandle)
	}
	c.handle = handles.add(c)
	s.channels[c.handle] = c
	c.listen(flags)
	return c.handle, nil
}

// jsonOr returns JSON text for core, which checks it. An empty text means {}.
func jsonOr(text string) any {
	if text == "" {
		return nil
	}
	return jsontext.Value(text)
}

// Join joins a channel.
func Join(handle int64, timeout time.Duration) (int64, error) {
	c, err := lookupFor(handle, timeout)
	if err != nil {
		return 0, err
	}
	c.mu.Lock() // until the number is set: the result may be polled before we return, and another thread may join too
	if c.join != 0 {
		c.mu.Unlock()
		return 0, ErrorJoinedTwice
	}
	push, err := c.core.JoinTimeout(timeout)
	if err != nil {
		c.mu.Unlock()
		return 0, err
	}
	id := pushes.Add(1)
	c.join = id
	c.mu.Unlock()
	push.OnComplete(func(r core.Reply) {
		if r.Status == core.StatusClosed { // not reported to OnJoin
			c.joined(r)
		}
	})
	return id, nil
}

// Leave leaves a channel.
func Leave(handle int64, timeout time.Duration) (int64, error) {
	c, err := lookupFor(handle, timeout)
	if err != nil {
		return 0, err
	}
	push, err := c.core.LeaveTimeout(timeout)
	if err != nil {
		return 0, err
	}
	return c.reportCompletion(push), nil
}

// Push sends an event with a JSON payload. An empty payload means {}.
func Push(handle int64, event, payloadJSON string, timeout time.Duration) (int64, error) {
	return push(handle, event, jsonOr(payloadJSON), timeout)
}

// PushBinary sends an event with a copy of the bytes.
func PushBinary(handle int64, event string, payload []byte, timeout time.Duration) (int64, error) {
	return push(handle, event, append([]byte{}, payload...), timeout)
}

func push(handle int64, event string, payload any, timeout time.Duration) (int64, error) {
	c, err := lookupFor(handle, timeout)
	if err != nil {
		return 0, err
	}
	made, err := c.core.PushTimeout(event, payload, timeout)
	if err != nil {
		return 0, err
	}
	return c.reportCompletion(made), nil
}

// lookupFor is lookup for a call with a timeout.
func lookupFor(handle int64, timeout time.Duration) (*channel, error) {
	if timeout < 0 {
		return nil, wrong(ErrorArgument, "the timeout is negative; 0 is the socket's")
	}
	return lookup[*channel](handle)
}

// reportCompletion queues an event once the push completes. It returns the push's number for the
// host.
func (c *channel) reportCompletion(p *core.Push) int64 {
	id := pushes.Add(1)
	p.OnComplete(func(r core.Reply) {
		e := c.event(EventReply, r.Response)
		e.header.Push, e.event, e.status = id, p.Event(), r.Status
		c.socket.queue(e)
	})
	return id
}

// ChannelState returns the state of a channel.
func ChannelState(handle int64) (int64, error) {
	c, err := lookup[*channel](handle)
	if err != nil {
		return 0, err
	}
	return int64(c.core.State()), nil
}

// FreeChannel leaves the channel and frees its handle. No further events are reported.
func FreeChannel(handle int64) error {
	c, err := lookup[*channel](handle)
	if err != nil {
		return err
	}
	if !handles.remove(handle) {
		return wrong(ErrorHandle, "%d", handle) // freed by another thread in the meantime
	}
	c.freed.Store(true)
	c.socket.mu.Lock()
	delete(c.socket.channels, handle)
	c.socket.mu.Unlock()
	c.core.Close()
	return nil
}

// listen converts the core channel's events to events for the host.
func (c *channel) listen(flags uint32) {
	c.core.OnMessage(func(m *core.Message) {
		if strings.HasPrefix(m.Event, core.ReservedEvents) {
			return // the protocol's own messages are reported as other events
		}
		e := c.event(EventMessage, m.Payload)
		e.event = m.Event
		c.socket.queue(e)
	})
	c.core.OnJoin(c.joined)
	c.core.OnError(func(reason core.Payload) { c.socket.queue(c.event(EventChannelError, reason)) })
	c.core.OnClose(func(reason core.Payload) { c.socket.queue(c.event(EventChannelClose, reason)) })
	if flags&WithPresence != 0 {
		presence := core.NewPresence(c.core, core.PresenceEvents{})
		presence.OnChange(func(_, _ []core.PresenceChange) {
			c.socket.queue(c.event(EventPresence, core.JSONPayload(presence.JSON())))
		})
	}
}

// joined queues the result of the join or of a rejoin.
func (c *channel) joined(r core.Reply) {
	e := c.event(EventJoin, r.Response)
	c.mu.Lock()
	e.header.Push = c.join
	c.mu.Unlock()
	e.event, e.status = "phx_join", r.Status
	c.socket.queue(e)
}

func (c *channel) event(kind int32, payload core.Payload) *event {
	e := &event{header: EventHeader{Kind: kind, Channel: c.handle}, owner: c, topic: c.core.Topic()}
	e.setPayload(payload)
	return e
}
