package devserver

import (
	"maps"
	"slices"

	"phoenixchannels/server/devserver/term"
)

// updateMeta merges the payload into the client's meta. As with the real tracker the reply is
// faster than the diff. The real meta keeps its own keys apart from those of the payload (atoms are
// not strings), so a meta whose device is updated has that key twice in JSON.
func (r *room) updateMeta(c *channel, in incoming) exit {
	fields, err := in.payload.fields()
	if err != nil {
		return replyInvalid(c, in)
	}
	c.reply(in.ref, "ok", emptyPayload)
	if r.updates == nil {
		r.updates = map[string]term.Term{}
	}
	for i, key := range fields.Keys {
		r.updates[key] = fields.Elements[i]
	}
	c.session.server.presence.update(c, func(ref, previous term.Term) term.Term {
		members := []term.Member{
			{Key: "device", Value: r.device},
			{Key: "phx_ref", Value: ref},
			{Key: "phx_ref_prev", Value: previous},
			{Key: "online_at", Value: r.onlineAt},
		}
		for _, key := range slices.Sorted(maps.Keys(r.updates)) {
			members = append(members, term.Member{Key: key, Value: r.updates[key]})
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
