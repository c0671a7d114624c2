package devserver

import (
	"errors"
	"strings"
	"unicode/utf8"

	"phoenixchannels/server/devserver/term"
)

// noReply is the response to a push that gets none.
const noReply term.Term = ""

var (
	errInvalid      = errors.New("invalid")
	errUnknownEvent = errors.New("unknown event")
)

// answer is how all channels but room:* and lobby handle a push: with a response, or with noReply,
// or with an error whose text is the reason. Unlike those two, they go on after a push that they
// cannot use.
func (c *channel) answer(in incoming, handle func(c *channel, in incoming) (term.Term, error)) exit {
	response, err := handle(c, in)
	switch {
	case err != nil:
		c.reply(in.ref, "error", errorReason(err.Error()))
	case response != noReply:
		c.reply(in.ref, "ok", jsonPayload(response))
	}
	return stay
}

// fields returns the members of a payload that has to be an object.
func (p payload) fields() (term.Document, error) {
	if p.binary || !p.json.IsObject() {
		return term.Document{}, errInvalid
	}
	return p.json.Fields(), nil
}

// canBroadcast reports whether Phoenix can broadcast the payload: only maps and bytes, while a
// reply may be any JSON.
func (p payload) canBroadcast() bool { return p.binary || p.json.IsObject() }

// Reasons to refuse clients that cannot get binary messages.
var (
	errProtocol  = errors.New("protocol 2.0.0 needed")
	errTransport = errors.New("websocket needed") // a poll carries only UTF-8
)

// checkBinary refuses a client that cannot get binary messages.
func (c *channel) checkBinary() error {
	if !c.session.serializer.carriesBinary() {
		return errProtocol
	}
	if c.session.connect.transport != "websocket" {
		return errTransport
	}
	return nil
}

// optionalBool returns a member that may be absent, which is false.
func optionalBool(fields term.Document, key string) (bool, error) {
	value, found := fields.Get(key)
	if found && value != term.Bool(true) && value != term.Bool(false) {
		return false, errInvalid
	}
	return value == term.Bool(true), nil
}

func requiredInt(fields term.Document, key string) (int64, error) {
	value, _ := fields.Get(key)
	n, isInt := value.Int()
	if !isInt {
		return 0, errInvalid
	}
	return n, nil
}

// maxTopicNameBytes bounds the part after the colon of an arena:*, chat:* or relay:* topic: a
// binary frame has room for a topic of 255 bytes, and a server should not keep longer ones.
const maxTopicNameBytes = 64

func checkTopicName(topic string) error {
	_, name, _ := strings.Cut(topic, ":")
	if name == "" || len(name) > maxTopicNameBytes {
		return errInvalid
	}
	return nil
}

const maxNameChars = 24

// playerName returns the name among the join params or, without one, the user id, shortened.
func playerName(c *channel, params term.Document) (term.Term, error) {
	value, found := params.Get("name")
	if !found {
		return term.MustString(firstChars(strings.TrimSpace(c.session.connect.userID), maxNameChars)), nil
	}
	name, isText := value.Text()
	name = strings.TrimSpace(name)
	if !isText || name == "" || utf8.RuneCountInString(name) > maxNameChars {
		return "", errInvalid
	}
	return term.MustString(name), nil
}

func firstChars(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// metaOf writes a meta, with its phx_ref and phx_ref_prev before the members.
func metaOf(ref, previous term.Term, members ...term.Member) term.Term {
	refs := []term.Member{{Key: "phx_ref", Value: ref}}
	if previous != "" {
		refs = append(refs, term.Member{Key: "phx_ref_prev", Value: previous})
	}
	return term.Object(append(refs, members...)...)
}
