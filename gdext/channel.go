package gdext

import (
	"fmt"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/engine"
	"phoenixchannels/gdext/signals"
)

var (
	onEvent = engine.NewSignal("on_event", engine.P("event").Of(engine.TypeString),
		engine.P("payload").Of(engine.TypeNil), engine.P("status").Of(engine.TypeString))
	onJoinResult = engine.NewSignal("on_join_result", engine.P("status").Of(engine.TypeString),
		engine.P("result").Of(engine.TypeNil))
	onChannelError = engine.NewSignal("on_error", engine.P("error").Of(engine.TypeNil))
	onChannelClose = engine.NewSignal("on_close", engine.P("params").Of(engine.TypeDictionary))
)

var channelClass = &engine.Class{
	Name:   classChannel,
	Parent: "Node",
	New: func(o engine.Object) any {
		return &channel{instance: instance{object: o}, params: engine.NewDictionary().Ref}
	},
	Virtuals: engine.ConfigurationWarnings,
	Notifications: []engine.Notification{engine.NotificationParented, engine.NotificationEnterTree, engine.NotificationExitTree,
		engine.NotificationPredelete},
	Signals: []*engine.Signal{onEvent, onJoinResult, onChannelError, onChannelClose},
	Enums:   []engine.Enum{{Name: "ChannelStates", Constants: []string{"CLOSED", "ERRORED", "JOINED", "JOINING", "LEAVING"}}},
	Properties: []engine.Property{
		engine.Prop("topic", (*channel).getTopic, (*channel).setTopic).Placeholder("room:lobby"),
		engine.ReadWrite("params", (*channel).getParams, (*channel).setParams).Edited(engine.TypeDictionary),
		engine.ReadWrite("presence", (*channel).getPresence, (*channel).setPresence).Node(classPresence),
		engine.Prop("auto_join", (*channel).getAutoJoin, (*channel).setAutoJoin),
		engine.Computed("state", func(c *channel) int64 { return int64(c.state()) }).
			Enum("Closed,Errored,Joined,Joining,Leaving", "PhoenixChannel.ChannelStates"),
	},
	Methods: []engine.Method{
		engine.Func1("join", (*channel).join, engine.P("timeout").Default(intDefault(defaultTimeout))).Class(classPush),
		engine.Func1("leave", (*channel).leave, engine.P("timeout").Default(intDefault(defaultTimeout))).Class(classPush),
		engine.Make3("push", classPush, (*channel).push, engine.P("event"), engine.P("payload").Default(signals.EmptyDictionary),
			engine.P("timeout").Default(intDefault(defaultTimeout))).Aside(),
		engine.Func2("on", (*channel).on, engine.P("event"), engine.P("callable")),
		engine.Func2("off", (*channel).off, engine.P("event"), engine.P("callable").Default(signals.Null)),
		engine.Func2("close", (*channel).close, engine.P("params").Default(signals.EmptyDictionary),
			engine.P("should_rejoin").Default(boolDefault(false))),
		engine.Func1("can_push", (*channel).canPush, engine.P("event").Default(stringDefault(""))).Const(),
		engine.Func0("is_closed", func(c *channel) bool { return c.state() == core.ChannelClosed }).Const(),
		engine.Func0("is_errored", func(c *channel) bool { return c.state() == core.ChannelErrored }).Const(),
		engine.Func0("is_joined", func(c *channel) bool { return c.state() == core.ChannelJoined }).Const(),
		engine.Func0("is_joining", func(c *channel) bool { return c.state() == core.ChannelJoining }).Const(),
		engine.Func0("is_leaving", func(c *channel) bool { return c.state() == core.ChannelLeaving }).Const(),
	},
}

// topicPhoenix is the topic that the protocol reserves for itself.
const topicPhoenix = "phoenix"

// channel is the Go side of a PhoenixChannel node.
type channel struct {
	instance
	departure departure

	subscribers subscribers

	mu       sync.Mutex
	socket   *socket // nil until known; the socket that created the node, or an ancestor node
	topic    string
	params   *engine.Ref // a Dictionary, or a Callable that returns one
	presence engine.Object
	autoJoin bool
	bound    *binding // nil before the first join
	opening  *push    // push of the opening join; nil before, and once the game knows of a close
}

func (c *channel) state() core.ChannelState {
	if b := c.binding(); b != nil {
		return b.core.State()
	}
	return core.ChannelClosed
}

func (c *channel) getTopic() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.topic
}

func (c *channel) setTopic(topic string) {
	if c.state() != core.ChannelClosed {
		engine.Error("PhoenixChannel.set_topic", "PhoenixChannel.set_topic(): "+signals.About("the channel", c.getTopic())+" is joined; call leave() and wait until it is closed before changing its topic.")
		return
	}
	c.mu.Lock()
	c.topic = topic
	c.mu.Unlock()
	c.object.UpdateWarnings()
}

// ConfigurationWarnings returns the warnings that the editor shows beside the node.
func (c *channel) ConfigurationWarnings() []string {
	var warnings []string
	switch topic := c.getTopic(); topic {
	case "":
		warnings = append(warnings, "The topic is empty: set it to one of your server's, such as \"room:lobby\".")
	case topicPhoenix:
		warnings = append(warnings, "The protocol reserves the topic \"phoenix\": set it to one of your server's, such as \"room:lobby\".")
	}
	if _, err := c.findSocket(); err != nil {
		warnings = append(warnings, "The channel has no socket: make it a child of a PhoenixSocket.")
	}
	return warnings
}

func (c *channel) getParams() engine.GivenVariant { return engine.GivenVariant{Ref: c.shareParams()} }

// shareParams returns a new reference to the params, or nil if the node has been freed.
func (c *channel) shareParams() *engine.Ref {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.params.Clone()
}

// setParams sets the params of the next join or rejoin. On a channel that may rejoin, it rejects
// params that cannot be sent.
func (c *channel) setParams(params engine.Variant) {
	if err := checkCredential(params, engine.TypeDictionary); err != nil {
		mistake("PhoenixChannel.set_params", "", fmt.Errorf("params %w", err))
		return
	}
	given := params.Keep()
	if b := c.openBinding(); b != nil {
		params, err := paramsFor(b.socket, given, c.shareParams)
		if err == nil {
			err = b.setParams(params)
		}
		if err != nil {
			given.Release()
			mistake("PhoenixChannel.set_params", "", err)
			return
		}
	}
	c.mu.Lock()
	old := c.params
	c.params = given
	c.mu.Unlock()
	old.Release()
}

func (c *channel) getPresence() engine.Object {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.presence
}

func (c *channel) setPresence(given engine.ObjectArg) {
	if _, ok := given.Value().(*presence); !given.IsNull() && !ok {
		engine.Error("PhoenixChannel.set_presence", "PhoenixChannel.set_presence(): this is not a PhoenixPresence; create one with PhoenixPresence.new().")
		return
	}
	c.usePresence(given.Object)
}

// usePresence makes the given presence follow the channel, in place of the previous one. With a
// null object no presence follows it.
func (c *channel) usePresence(object engine.Object) {
	c.mu.Lock()
	old, b := c.presence, c.bound
	c.presence = object
	c.mu.Unlock()
	p, ok := object.Value().(*presence)
	if ok {
		p.assign(c.object)
	}
	if old == object {
		return
	}
	if former, hadPresence := old.Value().(*presence); hadPresence {
		former.unassign(c.object)
		if b != nil && former.followed() == b.core {
			former.follow(nil)
		}
	}
	if ok && b != nil {
		p.follow(b.core)
	}
}

func (c *channel) getAutoJoin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.autoJoin
}

func (c *channel) setAutoJoin(enabled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.autoJoin = enabled
}

func (c *channel) canPush(string) bool {
	b := c.binding()
	return b != nil && b.core.CanPush()
}

func (c *channel) join(timeout int64) *engine.Ref {
	push, err := c.tryJoin(timeout)
	if err != nil {
		mistake("PhoenixChannel.join", signals.About("the channel", c.getTopic()), err)
	}
	return push
}

func (c *channel) tryJoin(timeout int64) (*engine.Ref, error) {
	c.departure.cancel() // the channel stays joined
	b, begins, err := c.bind()
	if err != nil {
		return nil, err
	}
	started, err := b.core.JoinTimeout(signals.Timeout(timeout))
	return tryTrack(b.socket, started, err, func(p *push) {
		if begins {
			c.markOpen(p)
		}
	})
}

func (c *channel) leave(timeout int64) *engine.Ref {
	push, err := c.tryLeave(timeout)
	if err != nil {
		mistake("PhoenixChannel.leave", signals.About("the channel", c.getTopic()), err)
	}
	return push
}

func (c *channel) tryLeave(timeout int64) (*engine.Ref, error) {
	b := c.openBinding()
	isOpen := b != nil
	if !isOpen { // nothing to leave: core's push completes with "ok", for callers that wait for it
		s, err := c.findSocket()
		if err == nil {
			b, err = c.bindTo(s, nil)
		}
		if err != nil {
			return nil, err
		}
	}
	b.leaving.Store(isOpen)
	b.sayLast()
	started, err := b.core.LeaveTimeout(signals.Timeout(timeout))
	if !isOpen {
		b.mute()
	}
	return tryTrack(b.socket, started, err, nil)
}

func (c *channel) push(event string, payload engine.Encoded, timeout int64, fresh engine.Fresh) (sent bool) {
	b, err := c.binding(), error(core.ErrNotJoined)
	if b != nil && b.pushLater(event, payload, signals.Timeout(timeout), fresh) {
		return true
	}
	later.flush() // before this one
	var started *core.Push
	if b != nil {
		started, err = b.push(event, payload, signals.Timeout(timeout))
	}
	if err != nil {
		mistake("PhoenixChannel.push", signals.About("event", event), err)
		return false
	}
	trackFresh(b.socket, started, fresh)
	return true
}

func (c *channel) on(event string, callable engine.Callable) engine.None {
	err := signals.CheckHandled(event)
	if callable.IsNull() {
		err = errNoCallable
	}
	if err != nil {
		mistake("PhoenixChannel.on", signals.About("event", event), err)
		return engine.None{}
	}
	c.subscribers.add(event, callable.Keep())
	return engine.None{}
}

// off ends the subscription of one Callable or, if callable is null, all subscriptions to the
// event.
func (c *channel) off(event string, callable engine.Callable) engine.None {
	all := callable.IsNull()
	c.subscribers.remove(event, func(known *engine.Ref) bool { return all || known.Equals(callable.Variant) })
	return engine.None{}
}

// close closes the channel without waiting for the server. If shouldRejoin is set, it joins again.
func (c *channel) close(params engine.Dictionary, shouldRejoin bool) engine.None {
	reason := params.Keep()
	defer reason.Release()
	if c.closeWith(func(p *presence) { p.clear() }) && !c.gone.Load() {
		c.object.EmitValues(onChannelClose, reason)
	}
	if shouldRejoin && !c.gone.Load() {
		c.join(defaultTimeout).Release() // nothing waits for the push
	}
	return engine.None{}
}
