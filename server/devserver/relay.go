package devserver

import (
	"sync/atomic"

	"phoenixchannels/server/devserver/relayroom"
	"phoenixchannels/server/devserver/term"
)

// relay is the channel of relay:*, one peer of a room whose packets the server forwards.
// server/README.md describes its messages.
type relay struct {
	channel *channel
	room    *relayRoom
	seat    *relayroom.Seat
	prefix  []byte       // of each message with a frame
	backlog atomic.Int64 // bytes that were not written yet
}

const relayFrameEvent = "m"

func (r *relay) join(c *channel, params payload) (term.Term, error) {
	if err := c.checkBinary(); err != nil {
		return "", err
	}
	fields, err := params.fields()
	if err != nil {
		return "", err
	}
	if err := checkTopicName(c.name); err != nil {
		return "", err
	}
	request, err := relayRequest(fields)
	if err != nil {
		return "", err
	}
	request.Connection = c.session
	message, err := c.session.serializer.encodePush(r.push(c, relayFrameEvent, binaryPayload(nil)))
	if err != nil {
		return "", errInvalid // a join_ref that binary frames have no room for
	}
	r.channel, r.prefix = c, message.data
	hostToken, _ := fields.Get("host_token")
	r.room, r.seat, err = c.session.server.relays.join(c.topic, c.name, request, hostToken, r)
	if err != nil {
		return "", err
	}
	return term.EmptyObject, nil
}

func (r *relay) push(c *channel, event string, p payload) push {
	return push{c.joinRef, term.Null, c.topic, event, p}
}

func (r *relay) joined(c *channel) { r.room.attach(r) }

func (r *relay) left(c *channel) {
	if c.left {
		r.room.leave(r)
	} else {
		r.room.detach(r)
	}
}

func (r *relay) handleIn(c *channel, in incoming) exit { return c.answer(in, r.answer) }

func (r *relay) answer(_ *channel, in incoming) (term.Term, error) {
	if in.event != relayFrameEvent {
		return noReply, errUnknownEvent
	}
	if !in.payload.binary {
		return noReply, errInvalid
	}
	r.room.receive(r, in.payload.data)
	return noReply, nil
}

// welcome sends the client its seat, before any frame.
func (r *relay) welcome(w relayroom.Welcome, limits relayroom.Limits) {
	number := func(key string, n int64) term.Member { return term.Member{Key: key, Value: term.Int(n)} }
	r.channel.push("welcome", jsonPayload(term.Object(
		number("seat", int64(w.Seat)),
		number("id", int64(w.ID)),
		number("host", int64(w.Host)),
		term.Member{Key: "shape", Value: term.MustString(string(w.Shape))},
		number("got", int64(w.Got)),
		number("seat_ms", w.SeatTimeMS),
		number("max_packet", int64(limits.MaxPacket)),
		number("max_buffered", int64(limits.MaxBuffered)),
		term.Member{Key: "resumed", Value: term.Bool(w.Resumed)},
		term.Member{Key: "locked", Value: term.Bool(w.Locked)},
	)))
}

// Begin implements relayroom.Peer.
func (r *relay) Begin() []byte {
	const usual = 1 << 10 // bytes of a frame
	return append(make([]byte, 0, len(r.prefix)+usual), r.prefix...)
}

// Send implements relayroom.Peer.
func (r *relay) Send(message []byte) {
	size := int64(len(message))
	r.backlog.Add(size)
	session := r.channel.session
	session.mailbox.post(letter{do: func() {
		r.backlog.Add(-size)
		session.transport.send(frame{binary: true, data: message})
	}})
}

// Backlog implements relayroom.Peer.
func (r *relay) Backlog() int { return int(r.backlog.Load()) }

// End implements relayroom.Peer.
func (r *relay) End(reason string) {
	c := r.channel
	c.next(func() exit {
		if reason != "" {
			c.push("ended", errorReason(reason))
		}
		return stopped
	})
}
