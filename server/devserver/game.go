package devserver

import (
	"errors"
	"time"

	"phoenixchannels/server/devserver/term"
)

// game is the channel of game:*, as small as one with presence can be. server/README.md lists
// the events.
type game struct{ connectionID string }

func (g *game) join(*channel, payload) (term.Term, error) {
	g.connectionID = randomID()
	return term.Object(term.Member{Key: "connection_id", Value: term.MustString(g.connectionID)}), nil
}

func (g *game) joined(c *channel) {
	onlineAt := term.Int(time.Now().Unix())
	c.session.server.presence.track(c, c.session.connect.userID, func(ref, _ term.Term) term.Term {
		return metaOf(ref, "",
			term.Member{Key: "online_at", Value: onlineAt},
			term.Member{Key: "connection_id", Value: term.MustString(g.connectionID)},
		)
	})
	c.push("presence_state", jsonPayload(c.session.server.presence.list(c.topic)))
}

func (g *game) handleIn(c *channel, in incoming) exit { return c.answer(in, g.answer) }

func (g *game) answer(c *channel, in incoming) (term.Term, error) {
	switch in.event {
	case "ping":
		return g.ping(c, in)
	case "shout":
		if !in.payload.canBroadcast() {
			return noReply, errInvalid
		}
		c.broadcast(in.event, in.payload)
		return noReply, nil
	}
	return noReply, errUnknownEvent
}

var (
	errPing = errors.New("ping was asked to fail")
	pong    = term.Member{Key: "pong", Value: term.MustString("success!")}
)

func (g *game) ping(c *channel, in incoming) (term.Term, error) {
	fields, err := in.payload.fields()
	if err != nil {
		return noReply, err
	}
	fail, err := optionalBool(fields, "error")
	if err != nil {
		return noReply, err
	}
	broadcast, err := optionalBool(fields, "broadcast")
	switch {
	case err != nil:
		return noReply, err
	case fail:
		return noReply, errPing
	case broadcast:
		from := term.Member{Key: "from", Value: term.MustString(c.session.connect.userID)}
		c.broadcast("pong", jsonPayload(term.Object(pong, from)))
	}
	return term.Object(pong), nil
}
