package client

import (
	"encoding/json/jsontext"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
	"phoenixchannels/tests/conformance/transcript"
)

// clientFrame makes our client do what the recorded one did when it sent this frame.
func (s *session) clientFrame(e transcript.Event) {
	data := e.Payload()
	if s.fragments != nil || !e.Final() {
		s.fragments = append(s.fragments, data...)
		data = s.fragments
	}
	if !e.Final() {
		return
	}
	s.fragments = nil
	m, ok := readMessage(s.version, data, e.Kind == "binary")
	if !ok || !e.Masked() || s.link != linkOpen {
		s.leftOut++ // no client can send that, or it was sent after the connection had ended
		return
	}
	s.do(m)
}

// do does what made the recorded client send m, unless our client has sent it on its own.
func (s *session) do(m message) {
	s.t.Helper()
	if s.claim(m) {
		return
	}
	if !s.comesByItself(m) {
		s.act(m)
		return
	}
	for deadline := time.Now().Add(20 * time.Millisecond); ; time.Sleep(time.Millisecond) {
		s.settle()
		if s.claim(m) {
			return
		}
		require.True(s.t, time.Now().Before(deadline), "%s: the client did not send %s by itself", s.where(), m)
	}
}

// comesByItself reports whether the client's timers send this.
func (s *session) comesByItself(m message) bool {
	if m.event == "heartbeat" {
		return s.beats()
	}
	c := s.live(m.topic)
	return m.event == "phx_join" && c != nil && c.state == stateErrored && string(c.params) == string(m.payload)
}

// act asks our client for a message: through a channel where it has one in the state for it, else
// as it is.
func (s *session) act(m message) {
	s.t.Helper()
	c := s.current(m.topic, m.joinRef)
	switch {
	case s.refused(m, c):
		s.leftOut++
	case m.event == "phx_join" && m.topic != "phoenix" && jsontext.Value(m.payload).Kind() == '{':
		s.join(m)
	case m.event == "phx_leave" && c != nil:
		if next, ok := s.nextFrame(); ok && next.event == "phx_join" && next.topic == m.topic {
			s.replaced = m.ref // a second channel object of the topic, which will leave this one
			return
		}
		s.leaveChannel(c, m.ref)
	case m.event == "heartbeat" && m.topic == "phoenix" && m.joinRef == null && m.ref[0] == '"' && string(m.payload) == "{}":
		s.ping(m)
	case c != nil && (c.state == stateJoined || c.state == stateJoining) && m.ref != null && !reserved[m.event]:
		s.pushOn(c, m)
	default:
		s.pushRaw(m)
	}
}

var reserved = map[string]bool{"phx_join": true, "phx_leave": true, "phx_reply": true, "phx_close": true, "phx_error": true}

// refused makes sure that our client refuses to send what no server takes, and reports whether this
// is such a message.
func (s *session) refused(m message, c *channel) bool {
	want := error(nil)
	switch {
	case m.odd != "" || m.topic == "":
		want = core.ErrInvalidTopic
		if m.topic != "" {
			want = core.ErrInvalidEvent
		}
	case !utf8.ValidString(m.event):
		want = core.ErrInvalidEvent
	case m.binary && s.version == vsn1:
		want = core.ErrInvalidPayload
	case m.invalid:
		want, c = core.ErrInvalidPayload, s.live(m.topic) // Socket.Push takes the text of a JSONPayload as it is
	default:
		return false
	}
	payload := any(jsontext.Value(m.payload))
	if m.binary {
		payload = m.payload
	}
	var err error
	if c != nil {
		_, err = c.core.Push(m.event, payload)
	} else {
		err = s.socket.Push(s.rawMessage(m, ""))
	}
	require.ErrorIs(s.t, err, want, "%s: %s", s.where(), m)
	return true
}

func (s *session) join(m message) {
	s.t.Helper()
	made, err := s.socket.Channel(m.topic, jsontext.Value(m.payload))
	require.NoError(s.t, err)
	c := s.addChannel(m.topic, m.payload, made)
	timeout := s.timeout(m.topic)
	joined, err := made.JoinTimeout(timeout)
	require.NoError(s.t, err)
	for _, other := range s.channels {
		if other != c && other.topic == c.topic && (other.state == stateJoined || other.state == stateJoining) {
			other.state = stateLeaving
			s.wants = append(s.wants, s.leaveWant(other, nil))
		}
	}
	c.join = s.newPush("join", c, joined, timeout)
	s.startJoin(c, m.joinRef, m.joinRef, m.ref)
}

// leaveWant is the frame of a leave. When the recording has it too, it was told before.
func (s *session) leaveWant(c *channel, p *push, keys ...string) *want {
	if s.replaced != "" {
		keys = append(keys, s.replaced)
		s.replaced = ""
	}
	return &want{
		message: message{joinRef: quote(c.joinRef), topic: c.topic, event: "phx_leave", payload: []byte("{}")},
		channel: c, push: p, keys: keys,
	}
}

func (s *session) leaveChannel(c *channel, keys ...string) {
	s.t.Helper()
	made, err := c.core.Leave()
	require.NoError(s.t, err)
	c.leave = s.newPush("leave", c, made, never)
	if s.link != linkOpen || c.state == stateErrored { // the server has no such channel
		s.closeChannel(c, `"leave"`)
		return
	}
	c.state = stateLeaving
	s.wants = append(s.wants, s.leaveWant(c, c.leave, keys...))
}

func (s *session) ping(m message) {
	s.t.Helper()
	made, err := s.socket.Ping()
	require.NoError(s.t, err)
	p := s.newPush("ping", nil, made, never)
	s.wants = append(s.wants, &want{message: message{joinRef: null, topic: m.topic, event: m.event, payload: m.payload}, push: p, keys: []string{m.ref}})
}

func (s *session) pushOn(c *channel, m message) {
	s.t.Helper()
	payload := any(jsontext.Value(m.payload))
	if m.binary {
		payload = m.payload
	}
	timeout := s.timeout(m.event)
	made, err := c.core.PushTimeout(m.event, payload, timeout)
	require.NoError(s.t, err)
	w := &want{
		message: message{topic: m.topic, event: m.event, payload: m.payload, binary: m.binary},
		channel: c, push: s.newPush("push", c, made, timeout), keys: []string{m.ref},
	}
	if c.state == stateJoining {
		c.waiting = append(c.waiting, w)
		return
	}
	w.joinRef = quote(c.joinRef)
	s.wants = append(s.wants, w)
}

// pushRaw sends a message outside of any channel: the recorded client did what a channel does not
// do, such as to name a join that is over.
func (s *session) pushRaw(m message) {
	s.t.Helper()
	for _, c := range s.channels {
		if c.topic == m.topic && c.joinKey == m.joinRef && (c.state == stateClosed || c.state == stateLeaving) {
			_, err := c.core.Push("late", nil)
			require.ErrorIs(s.t, err, core.ErrChannelClosed, "%s: a push after the end of %s", s.where(), c.name)
		}
	}
	ref, keys := null, []string(nil)
	if m.ref != null {
		ref, keys = quote(s.socket.MakeRef()), []string{m.ref}
	}
	made := s.rawMessage(m, refText(ref))
	require.NoError(s.t, s.socket.Push(made), "%s: %s", s.where(), m)
	m.joinRef, m.ref = quoteRef(made.JoinRef), ref
	s.wants = append(s.wants, &want{message: m, keys: keys, raw: true})
}

func (s *session) rawMessage(m message, ref string) core.Message {
	raw := core.Message{
		JoinRef: refText(s.actual(m.joinRef)), Ref: ref, Topic: m.topic, Event: m.event,
		Payload: core.JSONPayload(m.payload),
	}
	if m.binary {
		raw.Payload = core.BinaryPayload(m.payload)
	}
	return raw
}

func (s *session) timeout(of string) time.Duration {
	if timeout, set := s.settings.timeouts[of]; set {
		return timeout
	}
	return never
}

// disconnect closes the connection as the recorded client did, as near as our client can: it always
// sends a code and a close frame.
func (s *session) disconnect(code int, reason string) {
	s.t.Helper()
	if s.link != linkOpen {
		s.leftOut++
		return
	}
	require.NoError(s.t, s.socket.Disconnect(code, reason))
	if code == 0 {
		code = 1000
	}
	s.requested = closing(code, reason)
	s.lost("connection_closed")
	s.link = linkClosing
	s.settle()
	requireClose(s.t, s.peer.conn(), code, reason, s.where())
	s.fromClient++
}

// addChannel takes a channel into the model.
func (s *session) addChannel(topic string, params []byte, made *core.Channel) *channel {
	c := &channel{
		core: made, name: fmt.Sprintf("%s (%d)", topic, len(s.channels)), topic: topic, params: params,
		state: stateClosed, presence: newPresence(made),
	}
	s.channels = append(s.channels, c)
	s.watchChannel(c)
	return c
}
