package core

import (
	"encoding/json/jsontext"
	"fmt"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// ChannelState is the state of a channel.
type ChannelState int

// The states of a channel.
const (
	ChannelClosed  ChannelState = iota // not joined yet, or ended
	ChannelErrored                     // the join failed, the channel crashed or the connection was lost: it rejoins automatically
	ChannelJoined
	ChannelJoining
	ChannelLeaving
)

func (s ChannelState) String() string {
	return [...]string{"closed", "errored", "joined", "joining", "leaving"}[s]
}

// Channel is one topic of a socket. Create it with [Socket.Channel], then join it. From then on it
// stays joined: after a lost connection, a crash on the server or a failed join it rejoins, until
// it is left or the server closes it. Then it can be joined again.
type Channel struct {
	socket *Socket
	topic  string

	// Guarded by socket.mu.
	state      ChannelState
	isJoined   atomic.Bool // the same, for CanPushLater
	params     params
	timeout    time.Duration // for joins; 0 means the socket's
	join       *Push
	again      []*Push     // from further Join calls, waiting for the next outcome
	answer     Reply       // the server's reply to the latest join, if it was "ok"
	leave      *Push       // nil if not left since the latest Join
	leaves     uint        // number of leaves so far
	joinRef    string      // ref of the latest join
	joinedOn   *connection // connection of the latest join; nil until there is one
	sentJoin   string      // ref of the latest sent join
	joined     time.Time   // when the latest join succeeded
	rejoin     task
	retry      backoff
	hurry      time.Duration // see SetHurry
	hurryUntil time.Time
	buffer     []*outgoing // pushes waiting for the join
	pending    int         // number of pushes waiting for a reply
	joins      int         // number of successful joins

	intercept func(*Message) bool // nil if there is none
	bindings  map[string]handlers[func(*Message)]
	onMessage handlers[func(*Message)]
	onJoin    handlers[func(Reply)]
	onError   handlers[func(Payload)]
	onState   handlers[func(ChannelState)]
	onClose   handlers[func(Payload)]
}

var (
	reasonLeave  = JSONPayload(jsontext.Value(`"leave"`))
	reasonClosed = transportReason("socket_closed")
)

// Channel creates a channel for topic, without joining it. params are passed to the server's
// join/3. They are a value that marshals to a JSON object, or a func(context.Context) (any, error)
// that returns one for each join and rejoin. The function runs on a goroutine of its own, within
// the join's timeout. If it returns an error, the join fails and is retried.
func (s *Socket) Channel(topic string, params any) (*Channel, error) {
	if topic == "" || topic == topicPhoenix {
		return nil, fmt.Errorf("%w %q: use a topic of your server, like \"room:lobby\"", ErrInvalidTopic, topic)
	}
	if err := checkText(topic, ErrInvalidTopic); err != nil {
		return nil, err
	}
	given, err := newParams(params)
	if err != nil {
		return nil, err
	}
	c := &Channel{socket: s, topic: topic, params: given, bindings: map[string]handlers[func(*Message)]{}}
	c.rejoin.run = func() {
		if s.state == SocketOpen {
			c.startJoin()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closedForGood {
		return nil, ErrSocketClosed
	}
	s.add(c)
	return c, nil
}

// add adds a channel to the socket's channels. s.mu must be held.
func (s *Socket) add(c *Channel) {
	c.retry = backoff{steps: s.config.RejoinAfter, jitter: s.config.Jitter}
	s.channels = append(s.channels, c)
	s.topics[c.topic] = append(s.topics[c.topic], c)
}

func checkText(text string, kind error) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%w: %q is not UTF-8", kind, text)
	}
	return nil
}

// Topic returns the channel's topic.
func (c *Channel) Topic() string { return c.topic }

// Socket returns the socket that the channel belongs to.
func (c *Channel) Socket() *Socket { return c.socket }

// State returns the channel's state.
func (c *Channel) State() ChannelState {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	return c.state
}

// JoinRef returns the ref of the latest join. It is different for each join, and empty before the
// first join and after the latest one has timed out.
func (c *Channel) JoinRef() string {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	return c.joinRef
}

// SetParams replaces the params for the next join or rejoin.
func (c *Channel) SetParams(params any) error {
	given, err := newParams(params)
	if err != nil {
		return err
	}
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	c.params = given
	return nil
}

// ChannelStatistics counts a channel's joins since it was created, and its waiting pushes.
type ChannelStatistics struct {
	Joins          int // successful joins, including rejoins
	BufferedPushes int // pushes waiting for the join
	PendingPushes  int // pushes waiting for a reply
}

// Statistics returns the channel's current statistics.
func (c *Channel) Statistics() ChannelStatistics {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	return ChannelStatistics{Joins: c.joins, BufferedPushes: len(c.buffer), PendingPushes: c.pending}
}

// CanPush reports whether a push would be sent now instead of being buffered.
func (c *Channel) CanPush() bool {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	return c.canPush()
}

// receiver returns the channel, with its current join, as the receiver of a message.
func (c *Channel) receiver() receiver {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	return receiver{c, c.joinRef, c.leaves}
}

// isLeftSince reports whether the channel has been left since its number of leaves was leaves.
func (c *Channel) isLeftSince(leaves uint) bool {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	return c.leaves > leaves
}

func (c *Channel) canPush() bool { return c.socket.state == SocketOpen && c.state == ChannelJoined }

// On calls fn for each message with this event. Handlers are called in order of subscription.
// Replies have the event "phx_reply".
func (c *Channel) On(event string, fn func(*Message)) Subscription {
	c.socket.mu.Lock()
	defer c.socket.mu.Unlock()
	bound := c.bindings[event]
	added := bound.add(fn)
	c.bindings[event] = bound
	return Subscription{func() {
		c.socket.mu.Lock()
		defer c.socket.mu.Unlock()
		bound := c.bindings[event]
		if bound.remove(added); len(bound) > 0 {
			c.bindings[event] = bound
		} else {
			delete(c.bindings, event)
		}
	}}
}

// OnMessage calls fn for every message of the channel, including replies and the protocol's own
// messages, before the handlers set with On.
func (c *Channel) OnMessage(fn func(*Message)) Subscription {
	return subscribe(&c.socket.mu, &c.onMessage, fn)
}

// OnJoin calls fn with each outcome of the join and the rejoins: "ok", "error" or "timeout".
func (c *Channel) OnJoin(fn func(Reply)) Subscription { return subscribe(&c.socket.mu, &c.onJoin, fn) }

// OnError calls fn when the channel stops being joined without having been left. Either it crashed
// (reason is the server's payload) or the connection was lost ({"source":"transport","reason":…}).
// The channel rejoins automatically.
func (c *Channel) OnError(fn func(reason Payload)) Subscription {
	return subscribe(&c.socket.mu, &c.onError, fn)
}

// OnState calls fn after each change of state.
func (c *Channel) OnState(fn func(ChannelState)) Subscription {
	return subscribe(&c.socket.mu, &c.onState, fn)
}

// OnClose calls fn once per join, when the channel ends: it was left ("leave"), closed by the
// server (reason is the server's payload), or closed with its socket.
func (c *Channel) OnClose(fn func(reason Payload)) Subscription {
	return subscribe(&c.socket.mu, &c.onClose, fn)
}

// Push sends an event with a payload: nil for {}, a [Payload], a [jsontext.Value], []byte for a
// binary frame, or anything that marshals to JSON. The bytes of a Payload, a jsontext.Value and a
// []byte are not copied: do not change them afterwards. While the channel is not joined, the push
// waits for the join. Its timeout starts now, and again when the push is sent.
func (c *Channel) Push(event string, payload any) (*Push, error) {
	return c.PushTimeout(event, payload, 0)
}

// PushTimeout is Push with a timeout of its own; 0 means the socket's.
func (c *Channel) PushTimeout(event string, payload any, timeout time.Duration) (*Push, error) {
	data, err := newPayload(payload)
	if err != nil {
		return nil, err
	}
	return c.PushFrom("", event, data, timeout)
}

// PushFrom is PushTimeout with the name of the place in the program that pushes, for
// [Config.Observer]. The payload must not nest deeper than 512 levels, which PushFrom does not
// check.
func (c *Channel) PushFrom(origin, event string, data Payload, timeout time.Duration) (*Push, error) {
	if err := checkEvent(event); err != nil {
		return nil, err
	}
	s := c.socket
	if err := s.checkBinary(&Message{Topic: c.topic, Event: event, Payload: data}); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closedForGood:
		return nil, ErrSocketClosed
	case c.join == nil:
		return nil, fmt.Errorf("%w (event %q, topic %q)", ErrNotJoined, event, c.topic)
	case c.state == ChannelClosed || c.state == ChannelLeaving:
		return nil, fmt.Errorf("%w (event %q, topic %q)", ErrChannelClosed, event, c.topic)
	}
	p := newPush(s, c, pushMessage, event, data, timeout)
	p.out.origin = origin
	if err := s.admit(&p.out); err != nil {
		return nil, fmt.Errorf("%w (event %q, topic %q)", err, event, c.topic)
	}
	if c.canPush() {
		c.send(p)
	} else {
		s.timers.set(&p.timer, p.timeout)
		c.buffer = append(c.buffer, &p.out)
	}
	return p, nil
}

func checkEvent(event string) error {
	switch {
	case event == "":
		return fmt.Errorf("%w: it is empty", ErrInvalidEvent)
	case strings.HasPrefix(event, ReservedEvents):
		return fmt.Errorf("%w %q: the protocol reserves it; use Join or Leave", ErrInvalidEvent, event)
	}
	return checkText(event, ErrInvalidEvent)
}

// send sends a push of this channel under its current join. s.mu must be held.
func (c *Channel) send(p *Push) {
	p.out.msg.JoinRef = c.joinRef
	c.socket.sendPush(p)
}

// become changes the state, also for CanPushLater. s.mu must be held.
func (c *Channel) become(state ChannelState) {
	c.state = state
	c.isJoined.Store(state == ChannelJoined)
}

// setState changes the state and queues calls of the OnState handlers. s.mu must be held.
func (c *Channel) setState(state ChannelState) {
	if c.state == state {
		return
	}
	c.become(state)
	if len(c.onState) > 0 {
		notify(c.socket, &c.onState, func(fn func(ChannelState)) { fn(state) })
	}
}
