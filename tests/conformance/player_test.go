package conformance_test

import (
	"bufio"
	"context"
	"errors"
	"maps"
	"net"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"phoenixchannels/server/devserver"
	"phoenixchannels/server/devserver/memnet"
	"phoenixchannels/tests/conformance/transcript"
)

// player plays the client's side of a recording against a server, inside a synctest bubble: at the
// recorded times, on the bubble's clock. Before each step the server has done all it can, so
// "nothing is sent" is known, not guessed.
type player struct {
	t        *testing.T
	scenario transcript.Scenario
	server   *devserver.Server
	listener *memnet.Listener
	began    time.Time

	sockets map[string]*socket
	broken  map[string]bool // connections that the recording client gave up
	last    string          // the latest connection with a handshake
	pending sync.WaitGroup  // HTTP requests that wait for their response

	mu    sync.Mutex
	got   map[string][]transcript.Event // what came from the server, by connection
	https map[string]net.Conn           // of requests that wait
}

// recordedOn is about when the recordings were made. The bubble's clock is set to it, so that times
// in payloads are as long as the recorded ones.
var recordedOn = time.Unix(1795391280, 0)

func newPlayer(t *testing.T, scenario transcript.Scenario) *player {
	time.Sleep(time.Until(recordedOn))
	p := &player{
		t: t, scenario: scenario, listener: memnet.Listen(), began: time.Now(),
		sockets: map[string]*socket{}, broken: map[string]bool{},
		got: map[string][]transcript.Event{}, https: map[string]net.Conn{},
	}
	options := devserver.Options{}
	if strings.HasPrefix(scenario.Server.Phoenix, "1.7") {
		options.Release = devserver.Phoenix17
	}
	p.server = devserver.New(options)
	require.NoError(t, p.server.Serve(p.listener))
	return p
}

// play goes through the recording and returns what the server sent on each connection.
func (p *player) play() map[string][]transcript.Event {
	events := p.scenario.Events
	sent := make([]bool, len(events))
	for i, e := range events {
		if e.Direction == transcript.FromServer || sent[i] || p.broken[e.Conn] {
			continue
		}
		p.waitUntil(e.At())
		switch e.Kind {
		case "note":
			p.note(e)
		case "handshake_request":
			p.handshake(e)
		case "http_request":
			p.http(e)
		case "tcp_abort":
			p.sockets[e.Conn].abort()
		case "error": // an outcome of the handshake before it, recorded by that
		default:
			p.sockets[e.Conn].send(p.burst(i, sent))
		}
	}
	p.waitUntil(events[len(events)-1].At() + 10*time.Millisecond)
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.got)
}

func (p *player) waitUntil(at time.Duration) {
	time.Sleep(time.Until(p.began.Add(at)))
	synctest.Wait()
}

// burst collects the frames that the client sent on one connection less than a millisecond apart:
// the real server read them together.
func (p *player) burst(first int, sent []bool) []transcript.Event {
	events := p.scenario.Events
	var frames []transcript.Event
	for i := first; i < len(events) && events[i].AtMS < events[first].AtMS+1; i++ {
		if e := events[i]; e.Conn == events[first].Conn && e.Direction == transcript.FromClient {
			frames = append(frames, e)
			sent[i] = true
		}
	}
	return frames
}

// note does what a note says happened outside the connections.
func (p *player) note(e transcript.Event) {
	switch {
	case e.Text == "SIGTERM":
		p.pending.Go(func() { _ = p.server.Shutdown(context.Background()) }) // never ends by that context
	case strings.HasPrefix(e.Text, "client library error"):
		p.sockets[p.last].abort()
		p.broken[p.last] = true
	case e.Text == "request aborted by the client":
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = p.https[e.Conn].Close()
	}
}

func (p *player) record(conn string, e transcript.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.Conn, e.AtMS = conn, float64(time.Since(p.began))/float64(time.Millisecond)
	p.got[conn] = append(p.got[conn], e)
}

func (p *player) handshake(e transcript.Event) {
	conn, err := p.listener.Dial()
	if errors.Is(err, memnet.ErrRefused) {
		p.record(e.Conn, transcript.Event{Kind: "error", Text: err.Error()})
		return
	}
	require.NoError(p.t, err)
	require.NoError(p.t, request(conn, e))
	reader := bufio.NewReader(conn)
	answer, err := response(reader, "GET")
	require.NoError(p.t, err)
	answer.Kind = "handshake_response"
	p.record(e.Conn, answer)
	p.last = e.Conn
	if answer.Status != 101 {
		require.NoError(p.t, conn.Close())
		return
	}
	inflating := answer.Headers["sec-websocket-extensions"] != ""
	p.sockets[e.Conn] = newSocket(conn, reader, inflating, func(got transcript.Event) { p.record(e.Conn, got) })
}

// http sends a request and records the response when it comes.
func (p *player) http(e transcript.Event) {
	for recorded, actual := range p.tokens() {
		e.Path = strings.ReplaceAll(e.Path, recorded, actual)
		e.Headers = maps.Clone(e.Headers)
		for name, value := range e.Headers {
			e.Headers[name] = strings.ReplaceAll(value, recorded, actual)
		}
	}
	conn, err := p.listener.Dial()
	require.NoError(p.t, err)
	require.NoError(p.t, request(conn, e))
	p.mu.Lock()
	p.https[e.Conn] = conn
	p.mu.Unlock()
	p.pending.Go(func() {
		defer conn.Close()
		answer, err := response(bufio.NewReader(conn), e.Method)
		if err != nil {
			return // the note that follows has aborted the request, or the comparison shows it
		}
		answer.Kind = "http_response"
		p.record(e.Conn, answer)
	})
}

var tokenInBody = regexp.MustCompile(`"token":"([^"]+)"`)

// tokens maps the long poll tokens of the recording to those of this server.
func (p *player) tokens() map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	tokens, seen := map[string]string{}, map[string]int{}
	for _, e := range p.scenario.Events {
		if e.Kind != "http_response" {
			continue
		}
		n := seen[e.Conn]
		seen[e.Conn]++
		recorded := tokenInBody.FindStringSubmatch(e.Body)
		if recorded == nil || n >= len(p.got[e.Conn]) {
			continue
		}
		if actual := tokenInBody.FindStringSubmatch(p.got[e.Conn][n].Body); actual != nil {
			tokens[recorded[1]] = actual[1]
		}
	}
	return tokens
}

// close ends all connections and the server.
func (p *player) close() {
	for _, s := range p.sockets {
		s.abort()
	}
	p.server.Close()
	p.pending.Wait()
}
