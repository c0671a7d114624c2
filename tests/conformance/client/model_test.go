package client

import (
	"fmt"
	"slices"
	"time"

	"phoenixchannels/core"
)

// The model: what a Phoenix client has to do, told by the protocol (testdata/INDEX.md) and the
// documentation of the official client. It knows nothing of how core does it.

// The states of a channel, as core words them.
const (
	stateClosed  = "closed"
	stateErrored = "errored"
	stateJoined  = "joined"
	stateJoining = "joining"
	stateLeaving = "leaving"
)

// channel is a channel of the client.
type channel struct {
	core     *core.Channel
	name     string // unique
	topic    string
	params   []byte
	state    string
	joinKey  string  // join_ref of its join in the recording, as JSON text; empty when the recording does not have its latest join
	joinRef  string  // what the client made of it
	join     *push   // the push of its joins
	leave    *push   // nil until it leaves
	waiting  []*want // pushes that wait for the join
	presence *presence
}

// push is a push of the client.
type push struct {
	core    *core.Push
	label   string // unique
	channel *channel
	kind    string // join, leave, push, ping
	timeout time.Duration

	ref      string // on the wire, empty before
	pending  bool   // it may still be answered
	deadline time.Time
	done     bool
	status   string // it completed with
}

func (p *push) atTheEnd() []string {
	if p.kind == "leave" {
		return []string{core.StatusOK}
	}
	return []string{core.StatusClosed}
}

// complete reports the push's outcome, once.
func (s *session) complete(p *push, status string, in *incoming) {
	p.pending = false
	if p.done {
		return
	}
	p.done, p.status = true, status
	shown := status
	switch {
	case in != nil:
		shown += " " + describePayload(in.payload, in.binary)
	case status == core.StatusOK:
		shown += " {}"
	}
	s.predict("%s completed: %s", p.label, shown)
}

// receive is what one frame of the server has to do.
func (s *session) receive(in incoming) {
	s.heard++
	if in.malformed {
		s.malformed++
		s.predict("error: malformed message")
		return
	}
	answered := s.answeredBy(in)
	hearers := s.hearers(in, answered)
	for _, c := range hearers {
		s.predict("%s heard %s", c.name, in)
		s.predict("%s on %s: %s", c.name, in.event, in)
		c.presence.receive(in, c.joinRef)
	}
	s.predict("message %s", in)
	if answered != nil {
		s.answer(answered, in)
	}
	for _, c := range hearers {
		switch in.event {
		case "phx_close":
			reason := string(in.payload)
			if c.state == stateLeaving { // the channel asked for it
				reason = `"leave"`
			}
			s.closeChannel(c, reason)
		case "phx_error":
			s.crash(c, string(in.payload))
		}
	}
}

// answeredBy is the push that a reply is for: the one with its ref.
func (s *session) answeredBy(in incoming) *push {
	if in.event != "phx_reply" || in.ref == "" {
		return nil
	}
	for _, p := range s.pushes {
		if p.pending && p.ref == in.ref && p.topic() == in.topic {
			return p
		}
	}
	return nil
}

func (p *push) topic() string {
	if p.channel == nil {
		return "phoenix"
	}
	return p.channel.topic
}

// hearers are the channels that a message is for: those of its topic, unless it names another join.
// A reply is for the channel that pushed. A channel that was left hears nothing more but the end.
func (s *session) hearers(in incoming, answered *push) []*channel {
	joinRef := in.joinRef
	if joinRef == "" && (in.event == "phx_close" || in.event == "phx_error") {
		joinRef = in.ref // where 1.0.0 has it
	}
	var list []*channel
	for _, c := range s.channels {
		switch {
		case c.state == stateClosed || c.topic != in.topic:
		case joinRef != "" && joinRef != c.joinRef:
		case in.event == "phx_reply" && (answered == nil || answered.channel != c):
		case c.state == stateLeaving && in.event != "phx_reply" && in.event != "phx_close":
		default:
			list = append(list, c)
		}
	}
	return list
}

// answer is what a reply does to its push, and to the channel whose join or leave it answers.
func (s *session) answer(p *push, in incoming) {
	s.complete(p, in.status, &in)
	c := p.channel
	switch {
	case p.kind == "leave":
		s.closeChannel(c, `"leave"`)
	case p.kind != "join" || c.state != stateJoining:
	default:
		s.predict("%s join: %s %s", c.name, in.status, describePayload(in.payload, in.binary))
		if in.status != core.StatusOK {
			c.state = stateErrored
			return
		}
		c.state = stateJoined
		for _, w := range c.waiting {
			w.joinRef = quote(c.joinRef)
		}
		s.wants = append(s.wants, c.waiting...)
		c.waiting = nil
	}
}

// crash is what phx_error does.
func (s *session) crash(c *channel, reason string) {
	if c.state == stateLeaving {
		return
	}
	c.join.pending = false
	c.state = stateErrored
	s.predict("%s error: %s", c.name, reason)
}

// closeChannel is the end of a channel: nothing of it will be answered any more.
func (s *session) closeChannel(c *channel, reason string) {
	if c.state == stateClosed {
		return
	}
	c.state, c.waiting = stateClosed, nil
	for _, p := range s.pushes {
		switch {
		case p.channel != c:
		case p.kind == "leave":
			s.complete(p, core.StatusOK, nil)
		default:
			s.complete(p, core.StatusClosed, nil)
		}
	}
	s.wants = slices.DeleteFunc(s.wants, func(w *want) bool { return w.channel == c && !w.raw })
	s.predict("%s close: %s", c.name, reason)
}

// opened is what the opening of the connection does: the channels join again at once.
func (s *session) opened() {
	s.link = linkOpen
	s.predict("open over %s", s.transport())
	for _, c := range s.channels {
		if c.state == stateErrored {
			s.startJoin(c, "")
		}
	}
}

func (s *session) transport() string {
	if s.longPoll {
		return "longpoll"
	}
	return "websocket"
}

// startJoin begins a join, or another. key is its join_ref in the recording, empty for one that the
// client starts on its own.
func (s *session) startJoin(c *channel, key string, keys ...string) {
	c.state, c.joinKey = stateJoining, key
	c.join.pending, c.join.ref = false, ""
	c.join.deadline = time.Now().Add(c.join.timeout)
	s.wants = append(s.wants, &want{
		message: message{topic: c.topic, event: "phx_join", payload: c.params},
		channel: c, push: c.join, keys: keys, isJoin: true, bySelf: key == "",
	})
}

// failed is what an attempt to connect does that the server refused.
func (s *session) failed(status, code int, reason string) {
	s.predict("error: the server answered %d", status)
	s.ended(code, reason)
}

// lost is what the end of an open connection does to the channels.
func (s *session) lost(reason string) {
	for _, c := range s.channels {
		switch c.state {
		case stateLeaving:
			s.closeChannel(c, `"leave"`)
		case stateJoined, stateJoining:
			c.state, c.join.pending = stateErrored, false
			s.predict(`%s error: {"source":"transport","reason":%s}`, c.name, quote(reason))
		}
	}
	for _, p := range s.pushes {
		if p.kind == "ping" {
			s.complete(p, core.StatusClosed, nil)
		}
	}
	s.keepUnsent()
	s.unclaimed = nil
}

// keepUnsent sorts what the connection did not get to send: pushes wait for the rejoin, raw
// messages for the next connection, all else is of the past. When they go out the recording is
// somewhere else.
func (s *session) keepUnsent() {
	var raw []*want
	for _, w := range s.wants {
		w.bySelf = true
		switch {
		case w.raw:
			raw = append(raw, w)
		case w.push != nil && w.push.kind == "push":
			w.channel.waiting = append(w.channel.waiting, w)
		}
	}
	s.wants = raw
}

// ended records the socket's report of the end of a connection, or of an attempt.
func (s *session) ended(code int, reason string) {
	s.link = linkClosed
	if s.requested != "" {
		s.predict("close %s, requested true, reconnects false", s.requested)
		return
	}
	s.predict("close %d %q, requested false, reconnects true", code, reason)
	s.reconnectAt = time.Now().Add(s.settings.reconnect)
}

// advance does what is due by now.
func (s *session) advance() {
	now := time.Now()
	if s.link == linkClosed && !s.reconnectAt.IsZero() && !s.reconnectAt.After(now) {
		s.link, s.reconnectAt = linkConnecting, time.Time{}
	}
	for _, p := range s.pushes {
		if p.done || p.deadline.IsZero() || p.deadline.After(now) {
			continue
		}
		s.complete(p, core.StatusTimeout, nil)
		if p.kind == "join" {
			s.joinTimedOut(p.channel)
		}
	}
}

// joinTimedOut: the server may still let the client in later, so it is told to leave.
func (s *session) joinTimedOut(c *channel) {
	s.predict("%s join: %s", c.name, core.StatusTimeout)
	if c.state != stateJoining {
		return
	}
	c.state = stateErrored
	s.wants = append(s.wants, &want{
		message: message{joinRef: quote(c.joinRef), topic: c.topic, event: "phx_leave", payload: []byte("{}")},
		channel: c, bySelf: true,
	})
	c.joinRef = "" // the close that confirms this is not the channel's end
}

// current is the channel of a topic that the recorded client spoke for with this join_ref: the join
// is the latest one of the recording, and it is still valid.
func (s *session) current(topic, joinRef string) *channel {
	for _, c := range s.channels {
		if c.topic == topic && c.joinKey == joinRef && c.state != stateClosed && c.state != stateLeaving {
			return c
		}
	}
	return nil
}

// live is the latest channel of a topic that is not over.
func (s *session) live(topic string) *channel {
	for _, c := range slices.Backward(s.channels) {
		if c.topic == topic && c.state != stateClosed && c.state != stateLeaving {
			return c
		}
	}
	return nil
}

// newPush takes a push into the model.
func (s *session) newPush(kind string, c *channel, made *core.Push, timeout time.Duration) *push {
	label := kind
	if c != nil {
		label = c.name + " " + kind
	}
	p := &push{
		core: made, channel: c, kind: kind, timeout: timeout, deadline: time.Now().Add(timeout),
		label: fmt.Sprintf("%s (%d)", label, len(s.pushes)),
	}
	s.pushes = append(s.pushes, p)
	s.watchPush(p.label, made)
	return p
}
