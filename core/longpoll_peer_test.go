package core

import (
	json "encoding/json/v2"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// pollPeer is a scripted long-poll server. It opens a session at each request without a token,
// passes received lines to the test, and answers polls with what the test queues.
type pollPeer struct {
	*peer
	sends   chan []string // the lines of each request that sends
	answers chan any      // answer to the next poll: []string of messages, or a status
	status  func(line string) int
}

func newPollPeer(t *testing.T) *pollPeer {
	p := &pollPeer{peer: newPeer(t), sends: make(chan []string, 64), answers: make(chan any, 64)}
	p.answer(p.handle)
	return p
}

func (p *pollPeer) handle(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPost:
		body, _ := io.ReadAll(r.Body)
		p.sends <- strings.Split(string(body), "\n")
		status := 200
		if p.status != nil {
			status = p.status(string(body))
		}
		_, _ = fmt.Fprintf(w, `{"status":%d}`, status)
	case r.URL.Query().Get("token") == "":
		_, _ = io.WriteString(w, `{"messages":[],"status":410,"token":"session 1"}`)
	default:
		select {
		case answer := <-p.answers:
			p.respond(w, answer)
		case <-r.Context().Done():
		case <-time.After(10 * time.Second):
			p.respond(w, 204)
		}
	}
}

// latestSend returns the latest request that sent something; later polls are ignored.
func (p *pollPeer) latestSend() *http.Request {
	for i := p.attempts() - 1; i >= 0; i-- {
		if r := p.request(i); r.Method == http.MethodPost {
			return r
		}
	}
	p.t.Fatal("nothing was sent")
	return nil
}

func (p *pollPeer) respond(w http.ResponseWriter, answer any) {
	body := map[string]any{"status": 200, "token": "session 1", "messages": []string{}}
	switch answer := answer.(type) {
	case []string:
		body["messages"] = answer
	case int:
		body["status"] = answer
	case http.HandlerFunc:
		answer(w, nil)
		return
	}
	data, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(data)
}

func (p *pollPeer) open(change func(*Config)) *Socket {
	p.t.Helper()
	s := p.socket(func(c *Config) {
		c.Transport = LongPoll
		if change != nil {
			change(c)
		}
	})
	require.NoError(p.t, s.Connect())
	require.NoError(p.t, s.WaitOpen(p.t.Context()))
	return s
}

// openBusy opens a socket whose first message is not answered before release is called, so that
// later messages accumulate.
func (p *pollPeer) openBusy() (s *Socket, release func()) {
	answered := make(chan struct{})
	p.status = func(body string) int {
		if strings.Contains(body, "first") {
			<-answered
		}
		return 200
	}
	s = p.open(nil)
	require.NoError(p.t, s.Push(Message{Topic: "t", Event: "first"}))
	synctest.Wait()
	return s, func() { close(answered) }
}
