package scenario

import (
	"context"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	phoenix "phoenixchannels/core"
)

// client is one connection of a scenario. Received messages are queued in the inbox, in order.
type client struct {
	name       string
	socket     *phoenix.Socket
	channels   map[string]joined
	unanswered []request
	open       bool

	mu      sync.Mutex
	inbox   []*phoenix.Message
	streams map[string]*stream // by topic
	closes  []phoenix.CloseEvent
	seen    []string      // everything that came, for the report
	news    chan struct{} // holds a token when something has come
}

type joined struct {
	channel  *phoenix.Channel
	presence *phoenix.Presence
}

// request is a push that waits for its reply.
type request struct {
	topic, event string
	ref          string // of one that the client of this module does not know
}

// never delays the client's own retries: the scenario decides when it retries.
var never = []time.Duration{24 * time.Hour}

// connect opens the connection of a client.
func (p *play) connect(c *client, version string, params jsontext.Value) error {
	socket, err := phoenix.NewSocket(p.server.Endpoint, phoenix.Config{
		Version: version, Params: params, Transport: p.server.Transport, TLS: p.server.TLS,
		ReconnectAfter: never, RejoinAfter: never, Timeout: p.server.patience(),
	})
	if err != nil {
		return err
	}
	c.socket = socket
	socket.OnMessage(c.receive)
	socket.OnClose(func(e phoenix.CloseEvent) {
		c.note(func() {
			c.closes = append(c.closes, e)
			for _, s := range c.streams {
				s.link.Lost()
			}
			c.seen = append(c.seen, fmt.Sprintf("closed %d %s", e.Code, e.Reason))
		})
	})
	return c.connect(p, socket.Connect)
}

// connect does what opens the socket, and waits until it is.
func (c *client) connect(p *play, do func() error) error {
	failed := make(chan error, 1)
	watch := c.socket.OnError(func(err error) {
		select {
		case failed <- err:
		default:
		}
	})
	defer watch.Cancel()
	if err := do(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.server.patience())
	defer cancel()
	opened := make(chan error, 1)
	go func() { opened <- c.socket.WaitOpen(ctx) }()
	select {
	case err := <-opened:
		c.open = err == nil
		return err
	case err := <-failed:
		return err
	}
}

func (c *client) reconnect(p *play) error {
	for _, s := range c.streams {
		if err := c.resume(s); err != nil {
			return err
		}
	}
	return c.connect(p, func() error {
		err := c.socket.Connect() // after disconnects
		c.socket.ReconnectNow()   // after is closed
		return err
	})
}

func (c *client) disconnect(p *play) error {
	if err := c.socket.Disconnect(0, ""); err != nil {
		return err
	}
	return c.isClosed(p, 0)
}

// note changes what is guarded, and wakes who waits.
func (c *client) note(change func()) {
	c.mu.Lock()
	change()
	c.mu.Unlock()
	c.wake()
}

func (c *client) wake() {
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// receive takes in a message. Those of presence are the presence's.
func (c *client) receive(m *phoenix.Message) {
	if m.Topic == "phoenix" {
		return
	}
	c.note(func() {
		c.seen = append(c.seen, m.Topic+" "+showMessage(m))
		if s := c.streams[m.Topic]; s != nil && c.take(s, m) {
			return
		}
		if m.Event != "presence_state" && m.Event != "presence_diff" {
			c.inbox = append(c.inbox, m)
		}
	})
}

func (c *client) join(topic string, params phoenix.Payload) error {
	if params.IsBinary() || params.JSON().Kind() != '{' {
		return c.joinWith(topic, params)
	}
	channel, err := c.channel(topic, params.JSON())
	if err != nil {
		return err
	}
	c.expectReply(topic, "phx_join", "")
	_, err = channel.Join()
	return err
}

// channel makes one that has not been joined.
func (c *client) channel(topic string, params any) (*phoenix.Channel, error) {
	channel, err := c.socket.Channel(topic, params)
	if err != nil {
		return nil, err
	}
	presence := phoenix.NewPresence(channel, phoenix.PresenceEvents{})
	presence.OnSync(c.wake)
	c.channels[topic] = joined{channel, presence}
	return channel, nil
}

// joinWith joins with params that are not an object, which the channels of the client refuse.
func (c *client) joinWith(topic string, params phoenix.Payload) error {
	ref := c.socket.MakeRef()
	c.expectReply(topic, "phx_join", ref)
	return c.socket.Push(phoenix.Message{JoinRef: ref, Ref: ref, Topic: topic, Event: "phx_join", Payload: params})
}

func (c *client) expectReply(topic, event, ref string) {
	c.unanswered = append(c.unanswered, request{topic, event, ref})
}

func (c *client) in(topic string) (joined, error) {
	j, found := c.channels[topic]
	if !found {
		return j, fmt.Errorf("%s has not joined %s", c.name, topic)
	}
	return j, nil
}

func (c *client) push(topic, event string, payload phoenix.Payload, replied bool) error {
	j, err := c.in(topic)
	if err != nil {
		return err
	}
	if replied {
		c.expectReply(topic, event, "")
	}
	_, err = j.channel.Push(event, payload)
	return err
}

func (c *client) leave(topic string) error {
	j, err := c.in(topic)
	if err != nil {
		return err
	}
	delete(c.channels, topic)
	c.expectReply(topic, "phx_leave", "")
	_, err = j.channel.Leave()
	return err
}

// errNothing says that something did not come.
var errNothing = errors.New("nothing came")

// next takes the first message out of the inbox, or waits for it.
func (c *client) next(p *play) (m *phoenix.Message, err error) {
	err = c.await(p, func() bool {
		if len(c.inbox) > 0 {
			m, c.inbox = c.inbox[0], c.inbox[1:]
		}
		return m != nil
	})
	return m, err
}

// await waits until what is guarded is as wanted. A connection that has ended brings nothing more.
func (c *client) await(p *play, wanted func() bool) error {
	limit := time.NewTimer(p.server.patience())
	defer limit.Stop()
	for {
		c.mu.Lock()
		done, ended := wanted(), len(c.closes) > 0
		c.mu.Unlock()
		switch {
		case done:
			return nil
		case ended:
			return fmt.Errorf("%w: the connection has ended", errNothing)
		}
		select {
		case <-c.news:
		case <-p.ctx.Done():
			return p.ctx.Err()
		case <-limit.C:
			return fmt.Errorf("%w within %v", errNothing, p.server.patience())
		}
	}
}

// isClosed waits for the end of the connection; a code is compared where the transport has codes.
func (c *client) isClosed(p *play, code int) error {
	c.open = false
	var ended phoenix.CloseEvent
	err := c.await(p, func() bool {
		if len(c.closes) == 0 {
			return false
		}
		ended, c.closes = c.closes[0], c.closes[1:]
		return true
	})
	if err == nil && code != 0 && p.server.Transport == phoenix.WebSocket && ended.Code != code {
		return fmt.Errorf("want code %d, got %d %s", code, ended.Code, ended.Reason)
	}
	return err
}

// present is who is in a topic, without the refs.
func (c *client) present(topic string) (jsontext.Value, error) {
	j, err := c.in(topic)
	if err != nil {
		return nil, err
	}
	var state map[string]struct {
		Metas []map[string]jsontext.Value `json:"metas"`
	}
	if err := json.Unmarshal(j.presence.JSON(), &state); err != nil {
		return nil, err
	}
	who := map[string][]map[string]jsontext.Value{}
	for key, entry := range state {
		for _, meta := range entry.Metas {
			if meta["phx_ref"].Kind() != '"' {
				return nil, fmt.Errorf("a meta of %q has no phx_ref", key)
			}
			delete(meta, "phx_ref")
			delete(meta, "phx_ref_prev")
		}
		who[key] = entry.Metas
	}
	return json.Marshal(who)
}

// ping asks the server for a sign of life, if the connection should be open.
func (c *client) ping(p *play) error {
	if !c.open {
		return nil
	}
	ping, err := c.socket.Ping()
	if err != nil {
		return err
	}
	answered := make(chan string, 1)
	ping.OnComplete(func(r phoenix.Reply) { answered <- r.Status }) // in turn with all else that came, which Wait would not be
	select {
	case status := <-answered:
		if status != phoenix.StatusOK {
			return fmt.Errorf("no answer to a heartbeat: %s", status)
		}
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// unexpected returns an error with the messages that no line has consumed.
func (c *client) unexpected() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.inbox) > 0 {
		return fmt.Errorf("%s got what was not expected: %s", c.name, showMessage(c.inbox[0]))
	}
	for _, s := range c.streams {
		if err := s.unexpected(); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	if n := c.socket.Statistics().MalformedMessages; n > 0 {
		return fmt.Errorf("%s got %d messages that are none", c.name, n)
	}
	return nil
}

// showMessage writes a message as a scenario would.
func showMessage(m *phoenix.Message) string {
	if m.Event != "phx_reply" {
		return "gets " + m.Event + " " + showPayload(m.Payload)
	}
	text := "reply " + m.Status + " " + showPayload(m.Payload)
	if m.Push != nil {
		text += " (to " + strings.TrimPrefix(m.Push.Event(), "phx_") + ")"
	}
	return text
}
