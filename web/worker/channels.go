package worker

import (
	"slices"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// channel is one of the page's PhoenixChannels, from its first join on.
type channel struct {
	id        int64
	socket    *socket
	core      *core.Channel
	params    any  // in the form that core accepts
	relayed   bool // joined by a multiplayer peer, which requests the params
	closed    bool // by the page, which wants no more records of it
	toldState core.ChannelState
	tellState bool
}

// makeChannel handles CHANNEL.
func (w *Worker) makeChannel(args *variant.Reader) {
	id := args.Int()
	s := w.socketNamed(args)
	topic := args.String()
	if s == nil || args.Err() != nil {
		return
	}
	params, err := s.channelParams(id, args)
	var made *core.Channel
	if err == nil {
		made, err = s.core.Channel(topic, params)
	}
	if err != nil {
		w.refuse(&s.out, id, "PhoenixChannel.join", signals.About("the channel", topic), err)
		return
	}
	c := &channel{id: id, socket: s, core: made, params: params}
	w.channels[id] = c
	s.channels = append(s.channels, c)
	c.hear()
}

// channelParams reads the arguments asked and params.
func (s *socket) channelParams(id int64, args *variant.Reader) (any, error) {
	if args.Bool() {
		return asking(s, id, askParams, readParams), nil
	}
	text := args.JSON()
	return jsonValue(text), args.Err()
}

// hear subscribes to the channel's events, which become records.
func (c *channel) hear() {
	c.core.OnMessage(c.received)
	c.core.OnJoin(c.joined)
	c.core.OnState(func(core.ChannelState) {}) // the start of a rejoin has no other event, and addStates must run then
	c.core.OnError(func(reason core.Payload) {
		if c.closed {
			return
		}
		payload, err := signals.Incoming(reason)
		if err != nil {
			payload = signals.Dictionary("message", signals.NoVariant("the error", err))
		}
		c.socket.out.add(protocol.ChannelError, c.id, payload)
	})
	c.core.OnClose(func(reason core.Payload) {
		if c.closed {
			return
		}
		c.clearPresences()
		c.socket.out.add(protocol.ChannelClosed, c.id, signals.CloseReason(reason))
	})
}

// received adds the record of a message.
func (c *channel) received(m *core.Message) {
	if c.closed {
		return
	}
	event, status, isEmitted := signals.Event(m)
	if !isEmitted {
		return
	}
	out := &c.socket.out
	payload := payloadOf(m.Prepared, m.Payload)
	if payload.err != nil {
		out.add(protocol.ChannelError, c.id, signals.Dictionary("message", signals.NoVariant("the payload", payload.err), "event", event))
		return
	}
	out.begin(protocol.Event, c.id, 4)
	out.text(event)
	out.text(status)
	out.bool(m.Event == signals.EventReply)
	out.records = append(out.records, payload.bytes...)
	out.shared = payload
	c.socket.full()
}

func (c *channel) joined(reply core.Reply) {
	if c.closed {
		return
	}
	out := &c.socket.out
	result, err := c.socket.responseTo(reply)
	if err != nil {
		out.add(protocol.ChannelError, c.id, signals.Dictionary("message", signals.NoVariant("the join reply", err)))
	}
	out.add(protocol.JoinResult, c.id, reply.Status, result)
	if reply.Status == core.StatusTimeout && !c.socket.wanted {
		out.add(protocol.Warning, c.id, signals.JoinInVain(c.core.Topic()))
	}
}

// channelNamed reads a channel id and returns the channel, nil if it no longer exists.
func (w *Worker) channelNamed(args *variant.Reader) *channel { return w.channels[args.Int()] }

// setParams handles PARAMS.
func (w *Worker) setParams(args *variant.Reader) {
	id := args.Int()
	c := w.channels[id]
	if c == nil {
		return
	}
	params, err := c.socket.channelParams(id, args)
	if c.params = params; err == nil && !c.relayed {
		err = c.core.SetParams(params)
	}
	if err != nil {
		w.refuse(&c.socket.out, id, "PhoenixChannel.set_params", "", err)
	}
}

// closeChannel handles CHANNEL_CLOSE.
func (w *Worker) closeChannel(args *variant.Reader) {
	c := w.channelNamed(args)
	if c == nil {
		return
	}
	c.closed = true
	c.core.Close()
	delete(w.channels, c.id)
	s := c.socket
	s.channels = slices.DeleteFunc(s.channels, func(other *channel) bool { return other == c })
}
