package client

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"phoenixchannels/tests/conformance/transcript"
)

// player plays one recording, each event at its time.
type player struct {
	t        *testing.T
	scenario transcript.Scenario
	settings settings
	began    time.Time
	at       int // index of the event

	sessions     []*session
	requests     map[string]transcript.Event // the latest HTTP request of each connection
	serverEvents []string                    // names of all the server's events
	replaced     string                      // ref of a recorded leave that a second channel of the topic will send

	fromClient, fromServer, leftOut int
}

func play(t *testing.T, scenario transcript.Scenario) *player {
	p := &player{
		t: t, scenario: scenario, settings: settingsOf(scenario), began: time.Now(),
		requests: map[string]transcript.Event{}, serverEvents: eventNames(scenario),
	}
	for i, e := range scenario.Events {
		if e.Kind == "note" {
			continue
		}
		p.at = i
		p.doHidden(e.AtMS)
		p.until(e.At())
		p.step(e)
		p.check()
	}
	for _, s := range p.sessions {
		s.finish()
	}
	return p
}

// eventNames gives the names of all events that the server sends.
func eventNames(scenario transcript.Scenario) []string {
	names := []string{"phx_reply", "phx_error", "phx_close"}
	note := func(data []byte, binary bool) {
		for _, version := range []string{vsn1, vsn2} {
			_, in, err := serverFrame(version, data, binary, func(ref string) string { return ref })
			if err == nil && !slices.Contains(names, in.event) {
				names = append(names, in.event)
			}
		}
	}
	for _, e := range scenario.Events {
		if e.Direction != transcript.FromServer {
			continue
		}
		for _, text := range textsOf(e) {
			note(text, len(text) > 0 && text[0] <= 2)
		}
		if e.Kind == "binary" {
			note(e.Payload(), true)
		}
	}
	return names
}

func (p *player) where() string {
	e := p.scenario.Events[p.at]
	return fmt.Sprintf("event %d at %v ms (%s %s %s)", p.at, e.AtMS, e.Conn, e.Direction, e.Kind)
}

// until waits for a time since the beginning of the recording.
func (p *player) until(at time.Duration) {
	time.Sleep(time.Until(p.began.Add(at)))
	for _, s := range p.sessions {
		s.settle()
	}
}

// check compares all clients with their models, after they came to rest.
func (p *player) check() {
	p.t.Helper()
	for _, s := range p.sessions {
		s.settle()
		if s.link == linkOpen && !s.longPoll {
			require.Empty(p.t, s.wants, "%s: what the client did not send", s.where())
		}
		s.check()
	}
}

// settle lets all goroutines come to rest and takes account of what the client has sent and of what
// was due.
func (s *session) settle() {
	s.t.Helper()
	for again := true; again; {
		synctest.Wait()
		s.advance()
		again = false
		if conn := s.peer.conn(); conn != nil {
			for _, frame := range conn.take() {
				s.accept(frame.data, frame.binary)
			}
		}
		if s.longPoll {
			again = s.takePosts()
		}
	}
}

// session is the client of a connection; isNew when this is the first of it.
func (p *player) session(e transcript.Event) (s *session, isNew bool) {
	name := strings.TrimSuffix(e.Conn, "_poll")
	if p.settings.oneClient {
		name = "js"
	}
	for _, s := range p.sessions {
		if s.name == name {
			return s, false
		}
	}
	return p.newSession(name, e), true
}

// doHidden does what the recorded program did without sending anything.
func (p *player) doHidden(beforeMS float64) {
	for len(p.settings.hidden) > 0 && p.settings.hidden[0].atMS <= beforeMS {
		action := p.settings.hidden[0]
		p.settings.hidden = p.settings.hidden[1:]
		p.until(transcript.Event{AtMS: action.atMS}.At())
		s := p.sessions[0]
		c := s.live(action.leave)
		require.NotNil(p.t, c, action.leave)
		s.leaveChannel(c)
		p.check()
	}
}

// doEarly does what the recorded program asked for before its socket was open.
func (s *session) doEarly(handshake transcript.Event) {
	for _, e := range s.scenario.Events {
		if e.Conn != handshake.Conn || e.Kind != "text" || e.Direction != transcript.FromClient {
			continue
		}
		if m, ok := readMessage(s.version, e.Data, false); ok && s.settings.early[m.ref] {
			s.act(m)
		}
	}
	for _, w := range s.wants {
		w.bySelf = true
	}
	for _, c := range s.channels {
		for _, w := range c.waiting {
			w.bySelf = true
		}
	}
}

// nextFrame is the next frame that the recorded client sends on the connection of this one.
func (p *player) nextFrame() (message, bool) {
	for _, e := range p.scenario.Events[p.at+1:] {
		if e.Conn == p.scenario.Events[p.at].Conn && e.Kind == "text" {
			m, ok := readMessage(p.scenario.Version, e.Data, false)
			return m, ok && e.Direction == transcript.FromClient
		}
	}
	return message{}, false
}

// step plays one event.
func (p *player) step(e transcript.Event) {
	p.t.Helper()
	switch e.Kind {
	case "http_request":
		p.httpRequest(e)
		return
	case "http_response":
		p.httpResponse(e)
		return
	case "handshake_request":
		if next := p.scenario.Events[p.at+1]; next.Conn == e.Conn && next.Kind == "error" {
			s, _ := p.session(e)
			s.unreachable()
			return
		}
	}
	s, isNew := p.session(e)
	switch e.Direction + e.Kind {
	case ">handshake_request":
		s.handshake(e, isNew)
	case "<handshake_response":
		s.answerHandshake(e)
	case ">text", ">binary":
		s.clientFrame(e)
	case "<text", "<binary":
		s.serverFrame(e)
	case ">close":
		s.clientClose(e)
	case ">tcp_abort":
		s.disconnect(0, "")
	case "<close":
		s.serverClose(e)
	case ">ping": // our client has no call for it
		p.leftOut++
	case "<pong":
		require.NoError(p.t, s.peer.conn().control(websocket.PongMessage, e.Data))
		p.fromServer++
	case "error": // that nothing listened was played with the request
	default:
		require.FailNow(p.t, "a recorded event that nobody plays", p.where())
	}
}

func (p *player) httpRequest(e transcript.Event) {
	p.t.Helper()
	p.requests[e.Conn] = e
	if notConcerned[e.Method] != "" {
		p.leftOut++
		return
	}
	if method := otherMethods[e.Method]; method != "" {
		p.leftOut++
		e.Method = method
	}
	s, isNew := p.session(e)
	switch {
	case !s.longPoll: // a request to the WebSocket's path that is no upgrade; ours always is
		s.handshake(e, isNew)
	case e.Method == "POST":
		s.publish(e, isNew)
	default:
		s.poll(e, isNew)
	}
}

func (p *player) httpResponse(e transcript.Event) {
	p.t.Helper()
	request := p.requests[e.Conn]
	if notConcerned[request.Method] != "" {
		return
	}
	s, _ := p.session(request)
	switch {
	case !s.longPoll:
		s.answerHandshake(e)
	case request.Method == "POST":
		s.answerPost(request, e)
	default:
		s.answerPoll(request, e)
	}
}

// serverFrame plays a frame of the server.
func (s *session) serverFrame(e transcript.Event) {
	s.t.Helper()
	data, in, err := serverFrame(s.version, e.Payload(), e.Kind == "binary", s.actual)
	require.NoError(s.t, err, s.where())
	s.fromServer++
	err = s.peer.conn().write(data, e.Kind == "binary")
	if s.link != linkOpen { // the client has given the connection up: it must hear nothing
		return
	}
	require.NoError(s.t, err, s.where())
	s.receive(in)
}

// serverClose plays the end of the connection from the server's side.
func (s *session) serverClose(e transcript.Event) {
	s.t.Helper()
	s.fromServer++
	if s.link != linkOpen && s.link != linkClosing { // the client has given the connection up
		return
	}
	conn := s.peer.conn()
	if e.Code != 1006 {
		require.NoError(s.t, conn.control(websocket.CloseMessage, websocket.FormatCloseMessage(e.Code, e.Reason)), s.where())
		synctest.Wait()
	}
	conn.drop()
	switch {
	case s.link == linkClosing:
		s.ended(0, "")
	case e.Code == 1006:
		s.lost("connection_closed")
		s.predict("error: connection")
		s.ended(1006, "some")
	default:
		s.lost("connection_closed")
		switch e.Code {
		case 1002, 1007, 1009: // over what the client did
			s.predict("error: connection")
		}
		s.ended(e.Code, cmp.Or(e.Reason, standardWords[e.Code]))
	}
}

// standardWords are those for a close frame without a reason.
var standardWords = map[int]string{
	1000: "normal closure", 1001: "going away", 1002: "protocol error", 1007: "invalid frame payload data", 1009: "message too big",
	1011: "internal error", 1012: "service restart",
}

// clientClose plays the end of the connection from the client's side.
func (s *session) clientClose(e transcript.Event) {
	s.t.Helper()
	if e.Reason != "heartbeat timeout" {
		s.disconnect(e.Code, e.Reason)
		return
	}
	// Our client sends no close frame on a connection that does not answer.
	s.settle()
	require.Empty(s.t, closeFrame(s.peer.conn().ended()), s.where())
	require.Error(s.t, s.peer.conn().ended(), s.where())
	s.predict("error: heartbeat timeout")
	s.lost("heartbeat_timeout")
	s.ended(1006, "some")
}

// closeFrame is the close frame that ended a connection, empty when there was none.
func closeFrame(end error) string {
	var closed *websocket.CloseError
	if !errors.As(end, &closed) || closed.Code == websocket.CloseAbnormalClosure {
		return ""
	}
	return closing(closed.Code, closed.Text)
}
