package devserver

import (
	"errors"
	"time"

	"phoenixchannels/server/devserver/term"
)

// game is the channel of game:*, the one the demo plays with. A join replies a connection_id and
// tracks the client under its user_id, or under the connection_id when it has none.
//
// Events: ping replies {"pong":"success!"}, with {"error":true} an error, and with
// {"broadcast":true} everyone in the topic gets the event pong as well; shout is broadcast.
type game struct {
	connectionID string
	key          string
}

func (g *game) join(c *channel, params payload) (term.Term, error) {
	if params.binary {
		return "", errors.New("join params must be JSON")
	}
	g.connectionID = randomID()
	g.key = c.session.connect.userID
	if g.key == "" {
		g.key = g.connectionID
	}
	return term.Object(term.Member{Key: "connection_id", Value: term.MustString(g.connectionID)}), nil
}

func (g *game) joined(c *channel) {
	onlineAt := term.Int(time.Now().Unix())
	c.session.server.presence.track(c, g.key, func(ref, _ term.Term) term.Term {
		return term.Object(
			term.Member{Key: "phx_ref", Value: ref},
			term.Member{Key: "online_at", Value: onlineAt},
			term.Member{Key: "connection_id", Value: term.MustString(g.connectionID)},
		)
	})
	c.push("presence_state", jsonPayload(c.session.server.presence.list(c.topic)))
}

func (g *game) handleIn(c *channel, in incoming) exit {
	switch in.event {
	case "ping":
		return g.ping(c, in)
	case "shout":
		c.broadcast(in.event, in.payload)
		return stay
	}
	c.raise("no clause for event %q", in.event)
	return crashed
}

func (g *game) ping(c *channel, in incoming) exit {
	pong := term.Member{Key: "pong", Value: term.MustString("success!")}
	fields := in.payload.json.Fields()
	if wanted, _ := fields.Get("error"); wanted == term.Bool(true) {
		c.reply(in.ref, "error", errorReason("ping was asked to fail"))
		return stay
	}
	if wanted, _ := fields.Get("broadcast"); wanted == term.Bool(true) {
		from := term.Member{Key: "from", Value: term.MustString(g.key)}
		c.broadcast("pong", jsonPayload(term.Object(pong, from)))
	}
	c.reply(in.ref, "ok", jsonPayload(term.Object(pong)))
	return stay
}
