package client

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/core"
)

// The states of a session's connection, as core words them.
const (
	linkClosed     = "closed"
	linkConnecting = "connecting"
	linkOpen       = "open"
	linkClosing    = "closing"
)

// session is one recorded client: our socket in its place, the peer that plays the server to it,
// and the model of what it should do.
type session struct {
	*player
	name     string
	version  string
	longPoll bool
	auth     string // auth token
	peer     *peer
	socket   *core.Socket

	// What the client told its handlers, and what the model says it had to.
	mu        sync.Mutex
	observed  []string
	predicted []string
	completed map[string]int // how often each push completed
	overs     map[string]int // how often each channel closed

	// The model.
	link        string
	requested   string // the close that the client asked for: code and reason
	reconnectAt time.Time
	channels    []*channel
	pushes      []*push
	heard       int // messages that reached the client
	malformed   int // of them, those that were none

	// The wire.
	refs      map[string]string // what the client made of a recorded ref, both as JSON text
	used      map[string]bool   // refs that the client has put on the wire
	wants     []*want           // frames that the client still has to send
	unclaimed []*sent           // frames that it sent by itself, until the recording has them too
	fragments []byte            // of a message that is not whole yet
	token     string            // of the long-poll session, as the peer gave it last
}

func (s *session) predict(format string, args ...any) {
	s.predicted = append(s.predicted, fmt.Sprintf(format, args...))
}

func (s *session) observe(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.observed = append(s.observed, fmt.Sprintf(format, args...))
}

// watch subscribes to all of the socket's events.
func (s *session) watch() {
	s.socket.OnOpen(func(e core.OpenEvent) { s.observe("open over %v", e.Transport) })
	s.socket.OnClose(func(e core.CloseEvent) {
		s.observe("close %d %q, requested %v, reconnects %v", e.Code, s.closeReason(e), e.WasRequested, e.WillReconnect)
	})
	s.socket.OnError(func(err error) { s.observe("error: %s", errorKind(err)) })
	s.socket.OnMessage(func(m *core.Message) { s.observe("message %s", describeMessage(m)) })
}

// closeReason is the reason of a close. When TCP just ended it is the system's wording, over long
// poll our own for what was answered; it need only be there.
func (s *session) closeReason(e core.CloseEvent) string {
	ours := e.Code == 1006 || s.longPoll && (e.Code == 1008 || e.Code == 1011)
	if ours && e.Reason != "" {
		return "some"
	}
	return e.Reason
}

func errorKind(err error) string {
	var refused *core.HandshakeError
	switch {
	case errors.As(err, &refused):
		return fmt.Sprintf("the server answered %d", refused.StatusCode)
	case errors.Is(err, core.ErrMalformedMessage):
		return "malformed message"
	case errors.Is(err, core.ErrHeartbeatTimeout):
		return "heartbeat timeout"
	}
	return "connection"
}

func describeMessage(m *core.Message) string {
	return describe(m.JoinRef, m.Ref, m.Topic, m.Event, m.Status, payloadBytes(m.Payload), m.Payload.IsBinary())
}

func describeReply(r core.Reply) string {
	switch r.Status {
	case core.StatusClosed, core.StatusTimeout:
		return r.Status
	}
	return r.Status + " " + describePayload(payloadBytes(r.Response), r.Response.IsBinary())
}

func payloadBytes(p core.Payload) []byte {
	if p.IsBinary() {
		return p.Binary()
	}
	return p.JSON()
}

// watchPush notes each completion of a push.
func (s *session) watchPush(label string, p *core.Push) {
	p.OnComplete(func(r core.Reply) {
		s.observe("%s completed: %s", label, describeReply(r))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.completed[label]++
	})
}

// watchChannel records all events of a channel, each one by its own handler as well.
func (s *session) watchChannel(c *channel) {
	c.core.OnMessage(func(m *core.Message) { s.observe("%s heard %s", c.name, describeMessage(m)) })
	for _, event := range s.serverEvents {
		c.core.On(event, func(m *core.Message) { s.observe("%s on %s: %s", c.name, event, describeMessage(m)) })
	}
	c.core.OnJoin(func(r core.Reply) { s.observe("%s join: %s", c.name, describeReply(r)) })
	c.core.OnError(func(p core.Payload) { s.observe("%s error: %s", c.name, p) })
	c.core.OnClose(func(p core.Payload) {
		s.observe("%s close: %s", c.name, p)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.overs[c.name]++
	})
}

// check compares what the client told since the last check, and what it is now, with the model.
func (s *session) check() {
	s.t.Helper()
	s.mu.Lock()
	observed := s.observed
	s.observed = nil
	s.mu.Unlock()
	predicted := s.predicted
	s.predicted = nil
	slices.Sort(observed)
	slices.Sort(predicted)
	s.requireSame(predicted, observed, "what the handlers were told")
	s.requireSame(s.modelled(), s.actually(), "the state")
}

// requireSame compares lines, and makes words of it only when they differ.
func (s *session) requireSame(want, got []string, what string) {
	s.t.Helper()
	if !slices.Equal(want, got) {
		require.Equal(s.t, strings.Join(want, "\n"), strings.Join(got, "\n"), "%s: %s", s.where(), what)
	}
}

// modelled is the state that the model says, in lines.
func (s *session) modelled() []string {
	lines := []string{"socket " + s.link, fmt.Sprintf("heard %d, malformed %d", s.heard, s.malformed)}
	for _, c := range s.channels {
		canPush := s.link == linkOpen && c.state == stateJoined
		lines = append(lines, fmt.Sprintf("%s %s %s, can push %v", c.name, c.state, c.joinRef, canPush))
		lines = append(append(lines, c.presence.here.lines()...), c.presence.here.lines()...)
	}
	for _, p := range s.pushes {
		lines = append(lines, fmt.Sprintf("%s %v %s", p.label, p.done, p.status))
	}
	for _, c := range s.channels {
		if c.state != stateClosed {
			lines = append(lines, "socket has "+c.name)
		}
	}
	return lines
}

// actually returns the state that core reports, in the same lines.
func (s *session) actually() []string {
	numbers, names := s.socket.Statistics(), map[*core.Channel]string{}
	lines := []string{
		"socket " + s.socket.State().String(), fmt.Sprintf("heard %d, malformed %d", numbers.MessagesIn, numbers.MalformedMessages),
	}
	for _, c := range s.channels {
		names[c.core] = c.name
		joinRef := c.core.JoinRef()
		if c.joinRef == "" { // not on the wire yet
			joinRef = ""
		}
		lines = append(lines, fmt.Sprintf("%s %s %s, can push %v", c.name, c.core.State(), joinRef, c.core.CanPush()))
		lines = append(append(lines, c.presence.holds().lines()...), c.presence.told().lines()...)
	}
	for _, p := range s.pushes {
		reply, done := p.core.Reply()
		lines = append(lines, fmt.Sprintf("%s %v %s", p.label, done, reply.Status))
	}
	for _, c := range s.socket.Channels() {
		lines = append(lines, "socket has "+names[c])
	}
	return lines
}

func (s *session) where() string { return s.player.where() + ", client " + s.name }

// finish closes the socket for good and makes sure that nothing of it is left: no goroutine, no
// channel, no push without its end.
func (s *session) finish() {
	wasOpen := s.link == linkOpen
	require.NoError(s.t, s.socket.Close())
	synctest.Wait()
	if wasOpen && !s.longPoll {
		requireClose(s.t, s.peer.conn(), 1000, "", s.where())
	}
	s.end()
	require.Equal(s.t, linkClosed, s.socket.State().String(), s.where())
	require.Empty(s.t, s.socket.Channels(), s.where())
	for _, c := range s.channels {
		require.Equal(s.t, stateClosed, c.core.State().String(), "%s: the state of %s", s.where(), c.name)
		require.Equal(s.t, 1, s.overs[c.name], "%s: how often %s closed", s.where(), c.name)
	}
	for _, p := range s.pushes {
		require.Equal(s.t, 1, s.completed[p.label], "%s: how often %s completed", s.where(), p.label)
		reply, done := p.core.Reply()
		require.True(s.t, done, p.label)
		if !p.done {
			require.Contains(s.t, p.atTheEnd(), reply.Status, "%s: the status of %s", s.where(), p.label)
		}
	}
}

// end ends all that runs for the session, after a failure too.
func (s *session) end() {
	_ = s.socket.Close()
	s.peer.shutdown()
	select {
	case <-s.socket.Ended():
	case <-time.After(time.Minute):
		require.Fail(s.t, "the socket's goroutines did not end", s.where())
	}
	synctest.Wait()
}

func requireClose(t *testing.T, conn *serverConn, code int, reason, where string) {
	t.Helper()
	require.Equal(t, fmt.Sprintf("%d %q", code, reason), closeFrame(conn.ended()), "%s: the client's close frame", where)
}
