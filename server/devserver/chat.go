package devserver

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"phoenixchannels/server/devserver/term"
)

// chat is the channel of chat:*; one member of a chat room. server/README.md lists the events.
type chat struct {
	conversation *conversation
	name         term.Term
	typing       bool
	onlineAt     term.Term
	sent         []time.Time // of the last messages, oldest first
}

const (
	maxTextChars  = 500
	maxNonceChars = 64
	maxSent       = 5 // in a sentSpan
	sentSpan      = time.Second
)

var (
	errEmpty   = errors.New("empty")
	errTooLong = errors.New("too long")
	errTooFast = errors.New("too fast")
)

func (h *chat) join(c *channel, params payload) (term.Term, error) {
	fields, err := params.fields()
	if err != nil {
		return "", err
	}
	if h.name, err = playerName(c, fields); err != nil {
		return "", err
	}
	if err := checkTopicName(c.name); err != nil {
		return "", err
	}
	var history []term.Term
	h.conversation, history = c.session.server.chats.enter(c)
	return term.Object(term.Member{Key: "history", Value: term.List(history...)}), nil
}

func (h *chat) joined(c *channel) {
	h.onlineAt = term.Int(time.Now().Unix())
	c.session.server.presence.track(c, c.session.connect.userID, h.meta)
	c.push("presence_state", jsonPayload(c.session.server.presence.list(c.topic)))
}

func (h *chat) left(c *channel) { c.session.server.chats.leave(h.conversation) }

func (h *chat) meta(ref, previous term.Term) term.Term {
	return metaOf(ref, previous,
		term.Member{Key: "name", Value: h.name},
		term.Member{Key: "typing", Value: term.Bool(h.typing)},
		term.Member{Key: "online_at", Value: h.onlineAt},
	)
}

func (h *chat) handleIn(c *channel, in incoming) exit { return c.answer(in, h.answer) }

func (h *chat) answer(c *channel, in incoming) (term.Term, error) {
	switch in.event {
	case "message":
		return h.message(c, in)
	case "typing":
		return h.setTyping(c, in)
	}
	return noReply, errUnknownEvent
}

func (h *chat) message(c *channel, in incoming) (term.Term, error) {
	fields, err := in.payload.fields()
	if err != nil {
		return noReply, err
	}
	value, _ := fields.Get("text")
	text, isText := value.Text()
	if !isText {
		return noReply, errInvalid
	}
	key := nonce{user: c.session.connect.userID}
	if value, found := fields.Get("nonce"); found {
		key.text, isText = value.Text()
		if chars := utf8.RuneCountInString(key.text); !isText || chars < 1 || chars > maxNonceChars {
			return noReply, errInvalid
		}
	}
	text = strings.TrimSpace(text)
	switch chars := utf8.RuneCountInString(text); {
	case chars == 0:
		return noReply, errEmpty
	case chars > maxTextChars:
		return noReply, errTooLong
	}
	message, err := h.conversation.add(key, func(id int64, now time.Time) (term.Term, error) {
		if !h.maySend(now) {
			return "", errTooFast
		}
		message := h.write(c, id, text, now)
		c.broadcast("message", jsonPayload(message), c)
		return message, nil
	})
	if err != nil {
		return noReply, err
	}
	return term.Object(term.Member{Key: "message", Value: message}), nil
}

// maySend counts a message, unless there have been too many.
func (h *chat) maySend(now time.Time) bool {
	if len(h.sent) == maxSent {
		if now.Sub(h.sent[0]) < sentSpan {
			return false
		}
		h.sent = h.sent[:copy(h.sent, h.sent[1:])]
	}
	h.sent = append(h.sent, now)
	return true
}

func (h *chat) write(c *channel, id int64, text string, now time.Time) term.Term {
	return term.Object(
		term.Member{Key: "id", Value: term.Int(id)},
		term.Member{Key: "from", Value: term.MustString(c.session.connect.userID)},
		term.Member{Key: "name", Value: h.name},
		term.Member{Key: "text", Value: term.MustString(text)},
		term.Member{Key: "at", Value: term.Int(now.UnixMilli())},
	)
}

func (h *chat) setTyping(c *channel, in incoming) (term.Term, error) {
	fields, err := in.payload.fields()
	if err != nil {
		return noReply, err
	}
	if _, found := fields.Get("typing"); !found {
		return noReply, errInvalid
	}
	typing, err := optionalBool(fields, "typing")
	if err != nil {
		return noReply, err
	}
	if typing != h.typing {
		h.typing = typing
		c.session.server.presence.update(c, h.meta)
	}
	return term.EmptyObject, nil
}
