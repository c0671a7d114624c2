package devserver

import (
	"slices"
	"sync"

	"phoenixchannels/server/devserver/term"
)

// pubsub knows the channels of each topic and carries broadcasts to the mailboxes of their
// sessions.
type pubsub struct {
	mu     sync.Mutex
	topics map[term.Term][]*channel // in the order of joining
}

func newPubsub() *pubsub { return &pubsub{topics: map[term.Term][]*channel{}} }

// subscribe lets a channel get the broadcasts of its topic; a second time does nothing.
func (p *pubsub) subscribe(c *channel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if slices.Contains(p.topics[c.topic], c) {
		return
	}
	p.topics[c.topic] = append(p.topics[c.topic], c)
}

func (p *pubsub) unsubscribe(c *channel) {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := slices.DeleteFunc(p.topics[c.topic], func(other *channel) bool { return other == c })
	if len(left) == 0 {
		delete(p.topics, c.topic)
		return
	}
	p.topics[c.topic] = left
}

// subscribers are the channels of a topic.
func (p *pubsub) subscribers(topic term.Term) []*channel {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.topics[topic])
}

// broadcast encodes an event once for each protocol version among the subscribers and posts it to
// all of them, except those given. When a version cannot encode it, nobody gets it.
func (p *pubsub) broadcast(topic term.Term, event string, pl payload, except ...*channel) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	encoded := map[serializer]frame{}
	for _, c := range p.topics[topic] {
		version := c.session.serializer
		if _, done := encoded[version]; done {
			continue
		}
		f, err := version.encodeBroadcast(topic, event, pl)
		if err != nil {
			return err
		}
		encoded[version] = f
	}
	for _, c := range p.topics[topic] {
		if !slices.Contains(except, c) {
			c.session.mailbox.post(letter{frame: encoded[c.session.serializer]})
		}
	}
	return nil
}
