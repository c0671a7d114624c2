package devserver

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"phoenixchannels/server/devserver/term"
)

// room is the channel of room:* and lobby, with an event for everything that a server can do to a
// client. Join params: reject, crash, sleep_ms, presence (false: not tracked), device.
type room struct {
	tracked  bool
	device   term.Term
	onlineAt term.Term
	updates  map[string]term.Term // what update_meta has added to the meta
}

func (r *room) join(c *channel, params payload) (term.Term, error) {
	if params.binary {
		c.raise("join with a binary payload")
	}
	shown := params.json
	if !shown.IsObject() {
		shown = term.Object(term.Member{Key: "value", Value: params.json})
	}
	fields := params.json.Fields()
	is := func(key string, value bool) bool {
		t, found := fields.Get(key)
		return found && t == term.Bool(value)
	}
	switch {
	case is("reject", true):
		return "", errors.New("rejected")
	case is("crash", true):
		c.raise("join was asked to crash")
	}
	ms, err := number(fields, "sleep_ms", 0)
	if err != nil {
		return "", err
	}
	c.sleep(time.Duration(ms) * time.Millisecond)
	r.tracked = !is("presence", false)
	r.device = term.MustString("none")
	if device, found := fields.Get("device"); found {
		r.device = device
	}
	return term.Object(
		term.Member{Key: "joined", Value: c.topic},
		term.Member{Key: "params", Value: shown},
	), nil
}

func (r *room) joined(c *channel) {
	if !r.tracked {
		return
	}
	r.onlineAt = term.Int(time.Now().Unix())
	c.session.server.presence.track(c, c.session.connect.userID, func(ref, _ term.Term) term.Term {
		return term.Object(
			term.Member{Key: "device", Value: r.device},
			term.Member{Key: "phx_ref", Value: ref},
			term.Member{Key: "online_at", Value: r.onlineAt},
		)
	})
	c.push("presence_state", jsonPayload(c.session.server.presence.list(c.topic)))
}

func (r *room) handleIn(c *channel, in incoming) exit {
	handle, found := roomEvents[in.event]
	if !found {
		c.raise("no clause for event %q", in.event)
	}
	return handle(r, c, in)
}

// roomEvents are the clauses of handle_in; every other event crashes the channel.
var roomEvents = map[string]func(r *room, c *channel, in incoming) exit{
	"echo":             replyWith("ok"),
	"echo_error":       replyWith("error"),
	"ok_only":          (*room).okOnly,
	"status":           (*room).status,
	"noreply":          func(*room, *channel, incoming) exit { return stay },
	"delay":            withNumber("ms", 0, (*room).delay),
	"shout":            (*room).shout,
	"shout_from":       (*room).shoutFrom,
	"flood":            withNumber("n", 1, (*room).flood),
	"big":              withNumber("size", 1000, (*room).big),
	"unicode":          (*room).unicode,
	"binary":           (*room).binary,
	"push_binary":      withNumber("size", -1, (*room).pushBinary),
	"broadcast_binary": withNumber("size", -1, (*room).broadcastBinary),
	"update_meta":      (*room).updateMeta,
	"untrack":          (*room).untrack,
	"who":              (*room).who,
	"whoami":           (*room).whoami,
	"crash":            func(_ *room, c *channel, _ incoming) exit { c.raise("asked to crash"); return crashed },
	"late_crash":       (*room).lateCrash,
	"stop":             func(*room, *channel, incoming) exit { return stopped },
	"stop_shutdown":    func(*room, *channel, incoming) exit { return stopped },
	"stop_reply":       func(_ *room, c *channel, in incoming) exit { c.reply(in.ref, "ok", in.payload); return stopped },
	"stop_error":       func(*room, *channel, incoming) exit { return crashed },
	"disconnect_me":    (*room).disconnectMe,
	"drain_me":         (*room).drainMe,
	"kill_transport":   func(_ *room, c *channel, _ incoming) exit { c.session.transport.kill(); return stay },
}

// replyWith replies the payload as it came.
func replyWith(status string) func(*room, *channel, incoming) exit {
	return func(_ *room, c *channel, in incoming) exit {
		c.reply(in.ref, status, in.payload)
		return stay
	}
}

func (r *room) okOnly(c *channel, in incoming) exit {
	c.reply(in.ref, "ok", emptyPayload)
	return stay
}

// status replies with the status that the payload names.
func (r *room) status(c *channel, in incoming) exit {
	value, _ := in.payload.json.Fields().Get("status")
	status, isString := value.Text()
	if !isString {
		return replyInvalid(c, in)
	}
	c.reply(in.ref, status, in.payload)
	return stay
}

// delay replies after the payload's ms.
func (r *room) delay(c *channel, in incoming, ms int) exit {
	c.later(time.Duration(ms)*time.Millisecond, func() exit {
		c.reply(in.ref, "ok", in.payload)
		return stay
	})
	return stay
}

func (r *room) shout(c *channel, in incoming) exit {
	if !in.payload.canBroadcast() {
		return replyInvalid(c, in)
	}
	c.broadcast(in.event, in.payload)
	return stay
}

func (r *room) shoutFrom(c *channel, in incoming) exit {
	if !in.payload.canBroadcast() {
		return replyInvalid(c, in)
	}
	c.broadcast(in.event, in.payload, c)
	return stay
}

// flood pushes n ticks, then replies when the payload's reply is true.
func (r *room) flood(c *channel, in incoming, n int) exit {
	return r.floodFrom(c, in, 1, n)
}

// floodFrom pushes the ticks from one to n, some now and the others when those have been written:
// the mailbox need not hold them all.
func (r *room) floodFrom(c *channel, in incoming, from, n int) exit {
	const some = 1000
	for i := from; i <= min(n, from+some-1); i++ {
		c.push("tick", jsonPayload(tick(i)))
	}
	if n >= from+some {
		c.next(func() exit { return r.floodFrom(c, in, from+some, n) })
		return stay
	}
	if wanted, _ := in.payload.json.Fields().Get("reply"); wanted == term.Bool(true) {
		c.reply(in.ref, "ok", jsonPayload(term.Object(term.Member{Key: "n", Value: term.Int(int64(n))})))
	}
	return stay
}

// tick is a payload of ten fields, as a game's state might be.
func tick(n int) term.Term {
	f := float64(n)
	return term.Object(
		term.Member{Key: "alive", Value: term.Bool(true)},
		term.Member{Key: "hp", Value: term.Int(int64(n % 101))},
		term.Member{Key: "n", Value: term.Int(int64(n))},
		term.Member{Key: "name", Value: term.MustString(fmt.Sprintf("player-%d", n))},
		term.Member{Key: "pos", Value: term.List(term.Float(f/2), term.Float(f/4), term.Float(-f))},
		term.Member{Key: "score", Value: term.Int(int64(n * 10))},
		term.Member{Key: "state", Value: term.MustString("running")},
		term.Member{Key: "tags", Value: `["a","b","c"]`},
		term.Member{Key: "team", Value: term.Null},
		term.Member{Key: "vel", Value: `{"x":1.5,"y":-2.25,"z":0.0}`},
	)
}

// big replies a string of the payload's size.
func (r *room) big(c *channel, in incoming, size int) exit {
	data := strings.Repeat("x", size)
	c.reply(in.ref, "ok", jsonPayload(term.Object(term.Member{Key: "data", Value: term.MustString(data)})))
	return stay
}

// unicode replies what is hard to get right in JSON.
func (r *room) unicode(c *channel, in incoming) exit {
	c.reply(in.ref, "ok", jsonPayload(term.Object(
		term.Member{Key: "big", Value: "12345678901234567890"},
		term.Member{Key: "f", Value: term.Float(1e22)},
		term.Member{Key: "i", Value: term.Int(3)},
		term.Member{Key: "neg0", Value: "-0.0"},
		term.Member{Key: "s", Value: term.MustString("tab\t quote\" back\\ nul\x00 é ✓ 😀 </script> \u2028")},
	)))
	return stay
}

// binary replies the bytes it got, and an error when it got JSON.
func (r *room) binary(c *channel, in incoming) exit {
	if in.payload.binary {
		c.reply(in.ref, "ok", in.payload)
	} else {
		c.reply(in.ref, "error", jsonPayload(term.Object(term.Member{Key: "got", Value: in.payload.json})))
	}
	return stay
}

func (r *room) pushBinary(c *channel, in incoming, size int) exit {
	data := bytesOf(in, size)
	c.push("bin", binaryPayload(data))
	c.reply(in.ref, "ok", jsonPayload(term.Object(term.Member{Key: "bytes", Value: term.Int(int64(len(data)))})))
	return stay
}

func (r *room) broadcastBinary(c *channel, in incoming, size int) exit {
	c.broadcast("bin_all", binaryPayload(bytesOf(in, size)))
	return stay
}

// bytesOf are those of the payload, or as many as the size says, or six when it is negative.
func bytesOf(in incoming, size int) []byte {
	switch {
	case in.payload.binary:
		return in.payload.data
	case size < 0:
		return []byte{0, 1, 2, 3, 0xfe, 0xff}
	}
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i)
	}
	return data
}

func (r *room) lateCrash(c *channel, in incoming) exit {
	c.reply(in.ref, "ok", emptyPayload)
	c.next(func() exit { c.raise("asked to crash later"); return crashed })
	return stay
}

func (r *room) disconnectMe(c *channel, _ incoming) exit {
	c.session.server.Disconnect(c.session.connect.userID)
	return stay
}

func (r *room) drainMe(c *channel, _ incoming) exit {
	c.session.mailbox.post(letter{do: func() { c.session.drain() }})
	return stay
}

// maxAsked bounds what a client may ask this server to make: elements, bytes or milliseconds.
const maxAsked = 100_000_000

// withNumber gives an event a number of its payload, or the default when the key is absent.
func withNumber(key string, otherwise int, handle func(*room, *channel, incoming, int) exit) func(*room, *channel, incoming) exit {
	return func(r *room, c *channel, in incoming) exit {
		n, err := number(in.payload.json.Fields(), key, otherwise)
		if err != nil {
			return replyInvalid(c, in)
		}
		return handle(r, c, in, n)
	}
}

func number(fields term.Document, key string, otherwise int) (int, error) {
	if _, found := fields.Get(key); !found {
		return otherwise, nil
	}
	n, err := requiredInt(fields, key)
	if n < 0 || n > maxAsked {
		err = errInvalid
	}
	return int(n), err
}

// replyInvalid answers a payload that the event cannot use.
func replyInvalid(c *channel, in incoming) exit {
	c.reply(in.ref, "error", errorReason(errInvalid.Error()))
	return stay
}
