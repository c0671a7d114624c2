package devserver

import (
	"log/slog"
	"slices"
	"sync"

	"phoenixchannels/server/devserver/term"
)

// transport carries the frames of a session. Its methods are called on the session's goroutine.
type transport interface {
	send(f frame)  // to the client, in order
	stop(code int) // ends the session with this WebSocket close code
	kill()         // ends the session with nothing said to the client
}

// session is one connected client: what Phoenix.Socket keeps in the transport process. All its
// methods run on the transport's goroutine; the rest of the server talks to it through its mailbox.
type session struct {
	server     *Server
	connect    connectInfo
	serializer serializer
	transport  transport
	log        *slog.Logger

	mailbox *mailbox
	ended   chan struct{} // closed when the transport has to give up at once
	endOnce sync.Once

	channels map[term.Term]*channel // by topic
}

// The topic of the protocol itself, and the events of a channel's life.
var (
	topicPhoenix   = term.MustString("phoenix")
	eventHeartbeat = term.MustString("heartbeat")
	eventJoin      = term.MustString("phx_join")
	eventLeave     = term.MustString("phx_leave")
)

// errorReason is the response of every error that the transport itself replies.
func errorReason(reason string) payload {
	return jsonPayload(term.Object(term.Member{Key: "reason", Value: term.MustString(reason)}))
}

func newSession(server *Server, connect connectInfo) *session {
	return &session{
		server: server, connect: connect, serializer: connect.serializer,
		log:     server.log.With("transport", connect.transport, "user_id", connect.userID),
		mailbox: newMailbox(), ended: make(chan struct{}),
		channels: map[term.Term]*channel{},
	}
}

// receive handles one message of the client. An error means that the transport process crashed.
func (s *session) receive(f frame) error {
	m, err := s.serializer.decode(f)
	if err != nil {
		return err
	}
	c := s.channels[m.topic]
	switch {
	case m.topic == topicPhoenix && m.event == eventHeartbeat:
		if s.server.faults.muted() {
			return nil
		}
		return s.reply(reply{term.Null, m.ref, m.topic, "ok", emptyPayload})
	case m.event == eventJoin:
		if c != nil {
			s.replace(c)
		}
		return s.join(m)
	case c == nil && m.event == eventLeave:
		return s.reply(reply{m.joinRef, m.ref, m.topic, "ok", emptyPayload})
	case c == nil:
		s.log.Debug("unmatched topic", "topic", m.topic, "event", m.event)
		return s.reply(reply{term.Null, m.ref, m.topic, "error", errorReason("unmatched topic")})
	case !s.current(c, m):
		s.log.Debug("stale join_ref ignored", "topic", m.topic, "event", m.event, "join_ref", m.joinRef)
		return nil
	}
	s.mailbox.post(letter{do: func() { c.receive(m) }})
	return nil
}

// current reports whether a message is meant for the channel that is joined now. A null join_ref
// is always accepted; until 1.8 nothing but a leave was checked.
func (s *session) current(c *channel, m message) bool {
	if s.server.release17() && (m.event != eventLeave) {
		return true
	}
	return m.joinRef == c.sentJoinRef || m.joinRef == term.Null
}

func (s *session) join(m message) error {
	topic, _ := m.topic.Text()
	behaviour := behaviourOf(topic)
	if behaviour == nil {
		s.log.Info("join refused: unmatched topic", "topic", m.topic)
		return s.reply(reply{term.Null, m.ref, m.topic, "error", errorReason("unmatched topic")})
	}
	if limit := s.server.maxChannels(); limit > 0 && len(s.channels) >= limit {
		s.log.Info("join refused: too many channels", "topic", topic)
		return s.reply(reply{m.joinRef, m.ref, m.topic, "error", errorReason("too many channels joined")})
	}
	c := newChannel(s, m, topic, behaviour)
	response, err := c.join(m.payload)
	if err != nil {
		s.log.Info("join refused", "topic", topic, "reason", err.Error())
		return s.reply(reply{m.joinRef, m.ref, m.topic, "error", errorReason(err.Error())})
	}
	s.channels[m.topic] = c
	s.log.Info("joined", "topic", topic)
	return s.reply(reply{m.joinRef, m.ref, m.topic, "ok", jsonPayload(response)})
}

// replace shuts down the channel that a second join of its topic replaces. Its phx_close waits in
// the mailbox, so it leaves after the reply of the new join.
func (s *session) replace(c *channel) {
	c.terminate()
	delete(s.channels, c.topic)
	if f, err := s.serializer.encodePush(c.closing("phx_close")); err == nil {
		s.mailbox.post(letter{frame: f})
	}
}

// down handles a channel that has ended itself.
func (s *session) down(c *channel, why exit) {
	if s.channels[c.topic] == c {
		delete(s.channels, c.topic)
	}
	event := "phx_close"
	if why == crashed {
		event = "phx_error"
	}
	s.log.Info("channel ended", "topic", c.name, "event", event)
	if f, err := s.serializer.encodePush(c.closing(event)); err == nil { // its terms were JSON before
		s.transport.send(f)
	}
}

func (s *session) reply(r reply) error {
	f, err := s.serializer.encodeReply(r)
	if err == nil {
		s.transport.send(f)
	}
	return err
}

// handle does what a letter asks for.
func (s *session) handle(l letter) {
	if l.do != nil {
		l.do()
		return
	}
	s.transport.send(l.frame)
}

// end makes the transport give up as soon as it looks; any goroutine may call it.
func (s *session) end() { s.endOnce.Do(func() { close(s.ended) }) }

// finish ends all channels when the transport has ended. They say nothing to the client any more,
// but what it has sent them before still counts: a leave right before the end is one.
func (s *session) finish() {
	for _, l := range s.mailbox.take() {
		if l.do != nil {
			l.do()
		}
	}
	s.mailbox.close()
	channels := make([]*channel, 0, len(s.channels))
	for _, c := range s.channels {
		channels = append(channels, c)
	}
	slices.SortFunc(channels, func(a, b *channel) int { return int(a.serial) - int(b.serial) })
	for _, c := range channels {
		c.terminate()
	}
	s.log.Info("disconnected")
}
