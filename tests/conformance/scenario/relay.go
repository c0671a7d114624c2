package scenario

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json/jsontext"
	"encoding/json/v2"
	"errors"
	"fmt"
	"strings"
	"time"

	phoenix "phoenixchannels/core"
	"phoenixchannels/relay/wire"
)

// stream is a client's stream of frames in one topic of relay:*. It is guarded by the client's
// lock.
type stream struct {
	channel *phoenix.Channel
	peer    map[string]any // member of the join's params
	feed    *phoenix.Feed  // of frames, each made for the join in which it is sent
	link    *wire.Link
	joinRef string // of the join that the link is for
	began   time.Time
	timer   *time.Timer // of the next frame
	entries map[wire.Section][][]byte
	broken  error // what the server did wrong
}

const frameEvent = "m"

func (s *stream) now() time.Duration { return time.Since(s.began) }

// sections are a frame's, as scenarios name them.
var sections = map[string]wire.Section{"reliable": wire.ReliableSection, "unreliable": wire.UnreliableSection}

// parseEnters reads [as CLIENT] [MEMBERS]: a join of a relay's room with the member peer.
func parseEnters(p *parser, rest string, _ bool) (action, error) {
	token := p.client
	if after, found := cutWord(rest, "as"); found {
		token, rest, _ = strings.Cut(after, " ")
		if !p.clients[token] {
			return nil, fmt.Errorf("%q is not a client yet", token)
		}
	}
	members, err := p.payload(rest, false)
	switch {
	case err == nil && members.json == nil:
		err = errors.New("the members of peer are JSON")
	case err == nil:
		err = p.needsTopic()
	}
	p.unanswered[p.client]++
	return func(p *play, c *client) error {
		made, err := members.make(p.known)
		if err != nil {
			return err
		}
		return c.enter(p, token, made.JSON())
	}, err
}

// enter joins a room with a token that is a client's own in this run.
func (c *client) enter(p *play, tokenOf string, members jsontext.Value) error {
	token := sha256.Sum256([]byte(tokenOf + " " + p.topic))
	peer := map[string]any{
		"version": 1, "token": hex.EncodeToString(token[:16]), "resume": false, "got": 0, "role": "auto", "shape": "mesh",
		"info": jsontext.Value("{}"), "max_peers": 0, "listed": false, "seat_ms": 5000,
	}
	var others map[string]jsontext.Value
	if err := json.Unmarshal(members, &others); err != nil {
		return err
	}
	for key, value := range others {
		peer[key] = value
	}
	params, err := seatParams(peer)
	if err != nil {
		return err
	}
	channel, err := c.channel(p.topic, params)
	if err != nil {
		return err
	}
	s := &stream{
		channel: channel, peer: peer, link: wire.NewLink(0), began: time.Now(),
		entries: map[wire.Section][][]byte{},
	}
	s.timer = time.AfterFunc(time.Hour, func() { c.note(s.flush) })
	c.note(func() { c.streams[p.topic] = s })
	c.expectReply(p.topic, "phx_join", "")
	_, err = channel.Join()
	return err
}

// resume lets the next join say what was received.
func (c *client) resume(s *stream) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.peer["resume"], s.peer["got"] = true, s.link.Got()
	params, err := seatParams(s.peer)
	if err != nil {
		return err
	}
	return s.channel.SetParams(params)
}

// seatParams are those of a join, as text: in a browser core takes no other.
func seatParams(peer map[string]any) (jsontext.Value, error) {
	return json.Marshal(map[string]any{"peer": peer})
}

// take takes in a message of the room, and reports whether it is the stream's alone: a frame, or
// the answer to one that crossed the channel's end.
func (c *client) take(s *stream, m *phoenix.Message) (isOwn bool) {
	switch m.Event {
	case "phx_reply":
		return m.Ref == "" && string(m.Payload.JSON()) == `{"reason":"unmatched topic"}`
	case "welcome":
		var welcome struct {
			Got uint32 `json:"got"`
		}
		s.fail(json.Unmarshal(m.Payload.JSON(), &welcome))
		s.fail(c.feed(s))
		s.fail(s.link.Resume(welcome.Got))
		s.joinRef = m.JoinRef
	case frameEvent:
		received, err := s.link.Receive(m.Payload.Binary(), s.now())
		s.fail(err)
		s.read(received.Reliable, wire.ReliableSection)
		s.read(received.Unreliable, wire.UnreliableSection)
	}
	s.flush()
	return m.Event == frameEvent
}

// feed makes the stream's feed, once: no channel but one with a seat can have it.
func (c *client) feed(s *stream) (err error) {
	if s.feed == nil {
		s.feed, err = s.channel.NewFeed(frameEvent, func(joinRef string) (frame []byte) {
			c.note(func() { frame = s.frame(joinRef) })
			return frame
		})
	}
	return err
}

func (s *stream) read(data []byte, section wire.Section) {
	for len(data) > 0 {
		var entry wire.Down
		const any = 1 << 24
		rest, err := wire.ReadDown(data, section, any, &entry)
		if err != nil {
			s.fail(err)
			return
		}
		s.entries[section] = append(s.entries[section], data[:len(data)-len(rest)])
		data = rest
	}
}

func (s *stream) fail(err error) { s.broken = errors.Join(s.broken, err) }

// flush sends what is due, or comes back when it is.
func (s *stream) flush() {
	if at, ok := s.link.Due(s.now()); ok && at <= s.now() {
		s.feed.Wake()
	} else if ok {
		s.timer.Reset(max(at-s.now(), time.Millisecond))
	}
}

// frame is the next one that is sent in a join.
func (s *stream) frame(joinRef string) []byte {
	if joinRef != s.joinRef {
		return nil
	}
	frame, _ := s.link.Frame(nil, s.now())
	s.flush()
	return frame
}

// parseSends reads SECTION PAYLOAD: an entry that the client sends.
func parseSends(p *parser, rest string, _ bool) (action, error) {
	section, entry, err := parseEntry(p, rest, false)
	return func(p *play, c *client) error {
		made, err := entry.make(p.known)
		if err != nil {
			return err
		}
		s, err := c.stream(p.topic)
		if err != nil {
			return err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		if section == wire.ReliableSection {
			s.link.Reliable(made.Binary())
		} else {
			s.link.Unreliable(made.Binary(), s.now())
		}
		s.flush()
		return nil
	}, err
}

// parseReceives reads SECTION PAYLOAD: the next entry that the client receives in that section.
func parseReceives(p *parser, rest string, _ bool) (action, error) {
	section, entry, err := parseEntry(p, rest, true)
	return func(p *play, c *client) error {
		s, err := c.stream(p.topic)
		if err != nil {
			return err
		}
		var got []byte
		err = c.awaitIn(p, s, func() bool {
			if len(s.entries[section]) > 0 {
				got, s.entries[section] = s.entries[section][0], s.entries[section][1:]
			}
			return got != nil
		})
		if err != nil {
			return err
		}
		m, err := entry.match(phoenix.BinaryPayload(got), p.known)
		if err == nil && len(m.differences) > 0 {
			err = errors.New(strings.Join(m.differences, "\n"))
		}
		return err
	}, err
}

// isAcknowledged waits until the server has acknowledged all reliable entries.
func (c *client) isAcknowledged(p *play) error {
	s, err := c.stream(p.topic)
	if err != nil {
		return err
	}
	return c.awaitIn(p, s, func() bool { return s.link.Buffered() == 0 })
}

// awaitIn waits until a stream is as wanted, or broken.
func (c *client) awaitIn(p *play, s *stream, wanted func() bool) error {
	var broken error
	err := c.await(p, func() bool {
		broken = s.broken
		return broken != nil || wanted()
	})
	return errors.Join(broken, err)
}

func parseEntry(p *parser, rest string, expected bool) (wire.Section, payload, error) {
	name, text, _ := strings.Cut(rest, " ")
	section, found := sections[name]
	if !found {
		return section, payload{}, fmt.Errorf("%q is neither reliable nor unreliable", name)
	}
	entry, err := p.payload(strings.TrimSpace(text), expected)
	if err == nil && entry.bytes == nil {
		err = errors.New("an entry is bytes")
	}
	return section, entry, errors.Join(err, p.needsTopic())
}

func (c *client) stream(topic string) (*stream, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.streams[topic]
	if s == nil {
		return nil, fmt.Errorf("%s has not entered %s", c.name, topic)
	}
	return s, nil
}

// unexpected returns the stream's error, or an error with the entries that no line has consumed.
func (s *stream) unexpected() error {
	if s.broken != nil {
		return s.broken
	}
	for name, section := range sections {
		if entries := s.entries[section]; len(entries) > 0 {
			return fmt.Errorf("received what was not expected: %s %s", name, showPayload(phoenix.BinaryPayload(entries[0])))
		}
	}
	return nil
}
