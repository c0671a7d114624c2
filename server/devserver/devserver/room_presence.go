package devserver

import (
	"phoenixchannels/server/devserver/term"
)

// updateMeta replaces the client's meta by the payload. As with the real tracker the reply is
// faster than the diff.
func (r *room) updateMeta(c *channel, in incoming) exit {
	c.reply(in.ref, "ok", emptyPayload)
	fields := in.payload.json.Fields()
	c.session.server.presence.update(c, func(ref, previous term.Term) term.Term {
		members := []term.Member{
			{Key: "phx_ref", Value: ref},
			{Key: "phx_ref_prev", Value: previous},
			{Key: "online_at", Value: r.onlineAt},
		}
		for i, key := range fields.Keys {
			if key != "phx_ref" && key != "phx_ref_prev" && key != "online_at" {
				members = append(members, term.Member{Key: key, Value: fields.Elements[i]})
			}
		}
		return term.Object(members...)
	})
	return stay
}

func (r *room) untrack(c *channel, in incoming) exit {
	c.reply(in.ref, "ok", emptyPayload)
	c.session.server.presence.untrack(c)
	return stay
}

func (r *room) who(c *channel, in incoming) exit {
	c.reply(in.ref, "ok", jsonPayload(c.session.server.presence.list(c.topic)))
	return stay
}

// whoami replies what the server knows of the connection.
func (r *room) whoami(c *channel, in incoming) exit {
	info, err := c.session.connect.describe(c.joinRef)
	if err != nil {
		c.raise("whoami: %v", err)
	}
	c.reply(in.ref, "ok", jsonPayload(info))
	return stay
}
