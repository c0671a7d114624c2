package devserver

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"phoenixchannels/server/devserver/term"
)

// exit is what a channel wants after it handled a message.
type exit int

const (
	stay    exit = iota
	stopped      // normally: the client gets phx_close
	crashed      // the client gets phx_error
)

// incoming is an event from the client for a channel.
type incoming struct {
	ref     term.Term
	event   string
	payload payload
}

// behaviour is the code behind a kind of topic, as a Phoenix channel module. It crashes its channel
// by a panic, as one in Elixir does by raising.
type behaviour interface {
	// join answers a join with a response or an error, whose text is the reason.
	join(c *channel, params payload) (term.Term, error)
	// joined runs after the reply of the join.
	joined(c *channel)
	handleIn(c *channel, in incoming) exit
}

// leaver is a behaviour that has something to put away when its channel ends, however it does.
type leaver interface{ left(c *channel) }

// behaviourOf routes a topic, as the channel/3 lines of a UserSocket do; nil when none matches.
func behaviourOf(topic string) behaviour {
	switch {
	case topic == "lobby" || strings.HasPrefix(topic, "room:"):
		return &room{}
	case strings.HasPrefix(topic, "game:"):
		return &game{}
	case strings.HasPrefix(topic, "arena:"):
		return &arena{}
	case strings.HasPrefix(topic, "chat:"):
		return &chat{}
	case strings.HasPrefix(topic, "relay:"):
		return &relay{}
	case topic == relayListTopic:
		return relayList{}
	}
	return nil
}

// channel is one joined topic of one session. It runs on the goroutine of its session, and sends
// through the session's mailbox, as a channel process does: so what it sends keeps its order with
// the broadcasts it makes.
type channel struct {
	session     *session
	topic       term.Term
	name        string    // the topic's characters
	sentJoinRef term.Term // as the join carried it, null included
	joinRef     term.Term // what replies and pushes carry: the join's ref when it had no join_ref
	behaviour   behaviour
	serial      int64 // counts all channels of the process
	left        bool  // the client has asked for the end
	ended       bool
}

var channelSerial atomic.Int64

func newChannel(s *session, m message, name string, b behaviour) *channel {
	c := &channel{
		session: s, topic: m.topic, name: name, sentJoinRef: m.joinRef, joinRef: m.joinRef,
		behaviour: b, serial: channelSerial.Add(1),
	}
	if c.joinRef == term.Null {
		c.joinRef = m.ref
	}
	return c
}

var errJoinCrashed = errors.New("join crashed")

// join runs the join callback. It may take its time: like the real transport, the session waits.
func (c *channel) join(params payload) (response term.Term, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			c.session.log.Warn("join crashed", "topic", c.name, "reason", reason)
			err = errJoinCrashed
		}
	}()
	response, err = c.behaviour.join(c, params)
	if err == nil {
		c.session.server.pubsub.subscribe(c)
		c.next(func() exit { c.behaviour.joined(c); return stay })
	}
	return response, err
}

// receive handles a message that the transport forwarded.
func (c *channel) receive(m message) {
	c.run(func() exit {
		if m.event == eventLeave {
			c.reply(m.ref, "ok", emptyPayload)
			c.left = true
			return stopped
		}
		event, isString := m.event.Text()
		if !isString {
			c.raise("no clause for event %s", m.event)
		}
		return c.behaviour.handleIn(c, incoming{m.ref, event, m.payload})
	})
}

// run executes code of the channel and ends the channel when that says so or panics. A channel
// that has ended already runs nothing: its messages are lost, as those to a dead process.
func (c *channel) run(code func() exit) {
	if c.ended {
		return
	}
	why := func() (why exit) {
		defer func() {
			if reason := recover(); reason != nil {
				c.session.log.Warn("channel crashed", "topic", c.name, "reason", reason)
				why = crashed
			}
		}()
		return code()
	}()
	if why != stay {
		c.terminate()
		c.session.mailbox.post(letter{do: func() { c.session.down(c, why) }})
	}
}

// terminate takes the channel out of everything that could reach it.
func (c *channel) terminate() {
	if c.ended {
		return
	}
	c.ended = true
	c.session.server.pubsub.unsubscribe(c)
	c.session.server.presence.untrack(c)
	if b, leaves := c.behaviour.(leaver); leaves {
		b.left(c)
	}
}

// raise crashes the channel.
func (c *channel) raise(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// reply answers a push. A reply that cannot be encoded crashes the channel, as all it sends.
func (c *channel) reply(ref term.Term, status string, p payload) {
	c.post(c.session.serializer.encodeReply(reply{c.joinRef, ref, c.topic, status, p}))
}

// push sends an event to the channel's own client.
func (c *channel) push(event string, p payload) {
	c.post(c.session.serializer.encodePush(push{c.joinRef, term.Null, c.topic, event, p}))
}

func (c *channel) post(f frame, err error) {
	if err != nil {
		c.raise("encode: %v", err)
	}
	c.session.mailbox.post(letter{frame: f})
}

// broadcast sends an event to all channels of the topic, except those given.
func (c *channel) broadcast(event string, p payload, except ...*channel) {
	if err := c.session.server.pubsub.broadcast(c.topic, event, p, except...); err != nil {
		c.raise("broadcast: %v", err)
	}
}

// later runs code of the channel after a time, unless it has ended by then.
func (c *channel) later(after time.Duration, code func() exit) {
	time.AfterFunc(after, func() { c.next(code) })
}

// next runs code of the channel after everything now in the mailbox, as a message to itself.
func (c *channel) next(code func() exit) {
	c.session.mailbox.post(letter{do: func() { c.run(code) }})
}

// sleep blocks the session, as Process.sleep in a join blocks the transport that waits for it.
func (c *channel) sleep(d time.Duration) {
	select {
	case <-time.After(d):
	case <-c.session.ended:
	}
}

// closing is the message with which the transport tells the client that the channel has ended.
// join_ref and ref are what the join carried.
func (c *channel) closing(event string) push {
	p := emptyPayload
	if event == "phx_error" && !c.session.server.release17() {
		p = errorReason("channel_crash")
	}
	return push{c.sentJoinRef, c.sentJoinRef, c.topic, event, p}
}
