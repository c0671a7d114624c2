package devserver

import (
	"encoding/binary"
	"time"

	"phoenixchannels/server/devserver/term"
)

// arena is the channel of arena:*, a small real-time game; one player of it. server/README.md lists
// the events.
type arena struct {
	field    *field
	player   *player
	id       term.Term
	name     term.Term
	bot      bool
	onlineAt term.Term
	score    int
}

func (a *arena) join(c *channel, params payload) (term.Term, error) {
	if err := c.checkBinary(); err != nil {
		return "", err
	}
	fields, err := params.fields()
	if err != nil {
		return "", err
	}
	if a.bot, err = optionalBool(fields, "bot"); err != nil {
		return "", err
	}
	if a.name, err = playerName(c, fields); err != nil {
		return "", err
	}
	if err := checkTopicName(c.name); err != nil {
		return "", err
	}
	a.field, a.player, a.score, err = c.session.server.arenas.enter(c.topic, c.session.connect.userID)
	if err != nil {
		return "", err
	}
	a.id = term.Int(int64(a.player.id))
	return term.Object(
		term.Member{Key: "id", Value: a.id},
		term.Member{Key: "width", Value: term.Int(fieldWidth)},
		term.Member{Key: "height", Value: term.Int(fieldHeight)},
		term.Member{Key: "tick_ms", Value: term.Int(arenaTick.Milliseconds())},
		term.Member{Key: "score", Value: term.Int(int64(a.score))},
	), nil
}

func (a *arena) joined(c *channel) {
	a.onlineAt = term.Int(time.Now().Unix())
	c.session.server.presence.track(c, c.session.connect.userID, a.meta)
	c.push("presence_state", jsonPayload(c.session.server.presence.list(c.topic)))
}

func (a *arena) left(c *channel) { c.session.server.arenas.leave(a.field, a.player) }

// meta writes the player's presence.
func (a *arena) meta(ref, previous term.Term) term.Term {
	// Each hue is a golden angle from the one before: any few players in a row differ well.
	hue := int64(float64(a.player.id)*137.508) % 360
	return metaOf(ref, previous,
		term.Member{Key: "id", Value: a.id},
		term.Member{Key: "name", Value: a.name},
		term.Member{Key: "hue", Value: term.Int(hue)},
		term.Member{Key: "score", Value: term.Int(int64(a.score))},
		term.Member{Key: "bot", Value: term.Bool(a.bot)},
		term.Member{Key: "online_at", Value: a.onlineAt},
	)
}

func (a *arena) handleIn(c *channel, in incoming) exit { return c.answer(in, a.answer) }

func (a *arena) answer(c *channel, in incoming) (term.Term, error) {
	switch in.event {
	case "pos":
		return a.pos(in)
	case "fire":
		return a.fire(c, in)
	case "hit":
		return a.hit(c, in)
	}
	return noReply, errUnknownEvent
}

// posBytes is the size of a pos: u16 sequence number, u16 x, u16 y, u8 heading, u8 flags.
const posBytes = 8

// position is a pos as it came; the server has no use for what is in it.
type position [posBytes]byte

func (a *arena) pos(in incoming) (term.Term, error) {
	if !in.payload.binary || len(in.payload.data) != posBytes {
		return noReply, errInvalid
	}
	a.field.move(a.player, position(in.payload.data))
	return noReply, nil
}

// appendTo writes the position as positions carries it.
func (p position) appendTo(out []byte, id uint32) []byte {
	return append(binary.LittleEndian.AppendUint32(out, id), p[:]...)
}

func (a *arena) fire(c *channel, in incoming) (term.Term, error) {
	fields, err := in.payload.fields()
	if err != nil {
		return noReply, err
	}
	x, err := coordinate(fields, "x", fieldWidth)
	if err != nil {
		return noReply, err
	}
	y, err := coordinate(fields, "y", fieldHeight)
	if err != nil {
		return noReply, err
	}
	heading, err := requiredInt(fields, "heading")
	if err != nil || heading < 0 || heading > 255 {
		return noReply, errInvalid
	}
	number, err := a.field.fire(a.player)
	if err != nil {
		return noReply, err
	}
	shot := term.Member{Key: "shot", Value: term.Int(int64(number))}
	c.broadcast("shot", jsonPayload(term.Object(
		term.Member{Key: "by", Value: a.id},
		shot,
		term.Member{Key: "x", Value: x},
		term.Member{Key: "y", Value: y},
		term.Member{Key: "heading", Value: term.Int(heading)},
	)), c)
	return term.Object(shot), nil
}

// coordinate returns a number of the field as it came.
func coordinate(fields term.Document, key string, size float64) (term.Term, error) {
	value, _ := fields.Get(key)
	number, isNumber := value.Float()
	if !isNumber || number < 0 || number > size {
		return "", errInvalid
	}
	return value, nil
}

func (a *arena) hit(c *channel, in incoming) (term.Term, error) {
	fields, err := in.payload.fields()
	if err != nil {
		return noReply, err
	}
	shot, err := requiredInt(fields, "shot")
	if err != nil {
		return noReply, err
	}
	target, err := requiredInt(fields, "target")
	if err != nil {
		return noReply, err
	}
	points, err := a.field.hit(a.player, shot, target)
	if err != nil {
		return noReply, err
	}
	a.score = points
	score := term.Member{Key: "score", Value: term.Int(int64(a.score))}
	c.broadcast("hit", jsonPayload(term.Object(
		term.Member{Key: "by", Value: a.id},
		term.Member{Key: "target", Value: term.Int(target)},
		term.Member{Key: "shot", Value: term.Int(int64(shot))},
		score,
	)))
	c.session.server.presence.update(c, a.meta)
	return term.Object(score), nil
}
