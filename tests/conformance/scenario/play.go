package scenario

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json/jsontext"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	phoenix "phoenixchannels/core"
)

// Server is where scenarios are played.
type Server struct {
	Endpoint  string // such as ws://127.0.0.1:4000/socket
	Transport phoenix.Transport
	TLS       *tls.Config   // for wss
	Patience  time.Duration // how long to wait for what is expected; 10 s, over long poll 45 s
}

// patience over long poll is long because a server may take 30 s to miss a client.
func (s Server) patience() time.Duration {
	switch {
	case s.Patience != 0:
		return s.Patience
	case s.Transport == phoenix.LongPoll:
		return 45 * time.Second
	}
	return 10 * time.Second
}

// play is one run of a scenario. Its topics and users are its own, so that runs on one server do
// not meet.
type play struct {
	ctx     context.Context
	server  Server
	known   values
	clients map[string]*client
	topic   string
}

// Failure is a step that did not go as the scenario says.
type Failure struct {
	Scenario Scenario
	Line     int
	Step     string
	Err      error
	Seen     []string // what the client of the step got, oldest first
}

// maxSeen bounds the messages in a report.
const maxSeen = 12

func (f *Failure) Error() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s:%d: %s\n  %s\n    %s", f.Scenario.File, f.Line, f.Scenario.Title, f.Step,
		strings.ReplaceAll(f.Err.Error(), "\n", "\n    "))
	if len(f.Seen) > 0 {
		fmt.Fprintf(&out, "\n  the last that came to this client:")
		for _, seen := range f.Seen[max(len(f.Seen)-maxSeen, 0):] {
			fmt.Fprintf(&out, "\n    %s", seen)
		}
	}
	return out.String()
}

func (f *Failure) Unwrap() error { return f.Err }

// Play runs the scenario against a server. The error, if any, is a *Failure.
func (s Scenario) Play(ctx context.Context, server Server) error {
	p := &play{ctx: ctx, server: server, clients: map[string]*client{}, known: values{}}
	p.known[runName] = quote(strings.ToLower(rand.Text()[:10]))
	defer p.close()
	for _, step := range s.steps {
		if err := p.step(step); err != nil {
			return &Failure{s, step.line, step.text, err, p.seen(step.client)}
		}
	}
	if c, err := p.finish(); err != nil {
		return &Failure{s, s.Line, "at the end", err, p.seen(c.name)}
	}
	return nil
}

// finish finds the client that got more than the scenario says. A heartbeat is answered before what
// a channel is still at; after some more, in turn, what has to come is likely to be there.
func (p *play) finish() (*client, error) {
	for range 3 {
		for _, c := range p.clients {
			if err := c.ping(p); err != nil {
				return c, fmt.Errorf("%s is not connected any more: %w", c.name, err)
			}
		}
	}
	for _, c := range p.clients {
		if err := c.unexpected(); err != nil {
			return c, err
		}
	}
	return nil, nil
}

func (p *play) step(s step) error {
	var c *client
	if s.client != "" {
		if c = p.clients[s.client]; c == nil {
			c = &client{name: s.client, channels: map[string]joined{}, streams: map[string]*stream{}, news: make(chan struct{}, 1)}
			p.clients[s.client] = c
			p.known[s.client] = quote(s.client + "-" + unquote(p.known[runName]))
		}
		if c.socket == nil && !s.connects {
			if err := p.connect(c, "", p.ownID(c)); err != nil {
				return err
			}
		}
	}
	return s.do(p, c)
}

// ownID are the params of a client that does not say any.
func (p *play) ownID(c *client) jsontext.Value {
	return jsontext.Value(fmt.Sprintf(`{"user_id":%s}`, p.known[c.name]))
}

// close ends all connections, and waits until they have.
func (p *play) close() {
	for _, c := range p.clients {
		if c.socket != nil {
			c.socket.Close()
		}
		for _, s := range c.streams {
			s.timer.Stop()
		}
	}
	for _, c := range p.clients {
		if c.socket != nil {
			<-c.socket.Ended()
		}
	}
}

func (p *play) seen(name string) []string {
	c := p.clients[name]
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

// expectation is a message that has to come next.
type expectation struct {
	topic   string
	event   string
	status  string
	payload payload
	of      *request // of a reply
}

// expect takes the next message of a client and compares it. With finally, others of the same event
// may come before.
func (p *play) expect(c *client, want expectation, finally bool) error {
	for {
		got, err := c.next(p)
		if err != nil {
			return err
		}
		if reason := want.differsFrom(got); reason != "" {
			return fmt.Errorf("%s: %s", reason, showMessage(got))
		}
		m, err := want.payload.match(got.Payload, p.known)
		if err != nil {
			return err
		}
		if len(m.differences) == 0 {
			for name, value := range m.remembered {
				p.known[name] = value
			}
			return nil
		}
		if !finally {
			return fmt.Errorf("got %s\n%s", showMessage(got), strings.Join(m.differences, "\n"))
		}
	}
}

// differsFrom reports why a message is another than the wanted one, payloads aside; empty when it
// is not.
func (want expectation) differsFrom(got *phoenix.Message) string {
	switch {
	case got.Topic != want.topic:
		return fmt.Sprintf("got what is of the topic %s, want one of %s", got.Topic, want.topic)
	case got.Event != want.event:
		return "got another event"
	case want.of == nil:
		return ""
	case want.of.ref != "" && got.Ref != want.of.ref,
		want.of.ref == "" && (got.Push == nil || got.Push.Event() != want.of.event):
		return "got no reply to " + want.of.event
	case got.Status != want.status:
		return "got another status"
	}
	return ""
}

// sees waits until those are present who should be.
func (p *play) sees(c *client, want *template) error {
	var differs error
	err := c.await(p, func() bool {
		var got []byte
		if got, differs = c.present(p.topic); differs != nil {
			return true
		}
		m, err := match(want, got, p.known)
		switch {
		case err != nil:
			differs = err
			return true
		case len(m.differences) > 0:
			differs = fmt.Errorf("present is %s\n%s", got, strings.Join(m.differences, "\n"))
			return false
		}
		differs = nil
		for name, value := range m.remembered {
			p.known[name] = value
		}
		return true
	})
	return errors.Join(err, differs)
}
