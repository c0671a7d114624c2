package worker

import (
	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/gdext/variant"
	"phoenixchannels/web/protocol"
)

// push handles PUSH.
func (w *Worker) push(args *variant.Reader) {
	c, id, event, timeout := w.channelNamed(args), args.Int(), args.String(), signals.Timeout(args.Int())
	if args.Err() != nil {
		return
	}
	if c == nil {
		w.refuse(&w.loose, id, "PhoenixChannel.push", signals.About("event", event), core.ErrChannelClosed)
		return
	}
	payload, err := signals.Outgoing(args.Rest())
	var started *core.Push
	if err == nil {
		started, err = c.core.PushTimeout(event, payload, timeout)
	}
	c.socket.track(id, started, "PhoenixChannel.push", signals.About("event", event), err)
}

// join handles JOIN.
func (w *Worker) join(args *variant.Reader) {
	c, id, timeout := w.channelNamed(args), args.Int(), signals.Timeout(args.Int())
	if c == nil || args.Err() != nil {
		return
	}
	c.tellState = true
	if c.relayed && c.core.State() == core.ChannelClosed { // after the peer that joined it has gone
		c.relayed = false
		_ = c.core.SetParams(c.params) // accepted before
	}
	started, err := c.core.JoinTimeout(timeout)
	c.socket.track(id, started, "PhoenixChannel.join", signals.About("the channel", c.core.Topic()), err)
}

// leave handles LEAVE.
func (w *Worker) leave(args *variant.Reader) {
	c, id, timeout := w.channelNamed(args), args.Int(), signals.Timeout(args.Int())
	if c == nil || args.Err() != nil {
		return
	}
	c.tellState = true
	started, err := c.core.LeaveTimeout(timeout)
	c.socket.track(id, started, "PhoenixChannel.leave", signals.About("the channel", c.core.Topic()), err)
}

// pushRaw handles PUSH_RAW.
func (w *Worker) pushRaw(args *variant.Reader) {
	s := w.socketNamed(args)
	m := core.Message{Topic: args.String(), Event: args.String(), Ref: args.String(), JoinRef: args.String()}
	if s == nil || args.Err() != nil {
		return
	}
	var err error
	if m.Payload, err = signals.Outgoing(args.Rest()); err == nil {
		err = s.core.Push(m)
	}
	if err != nil {
		w.refuse(&s.out, s.id, "PhoenixSocket.push", "", err)
	}
}

// ping handles PING.
func (w *Worker) ping(args *variant.Reader) {
	s, id := w.socketNamed(args), args.Int()
	if s == nil || args.Err() != nil {
		return
	}
	started, err := s.core.Ping()
	if err != nil {
		w.refuse(&s.out, id, "PhoenixSocket.ping", "", err)
		return
	}
	started.OnComplete(func(reply core.Reply) {
		response := signals.EmptyDictionary
		if reply.Status == core.StatusOK {
			response = signals.Dictionary("round_trip_ms", signals.Milliseconds(started.RoundTrip()))
		}
		s.out.add(protocol.Completed, id, reply.Status, response)
	})
}

// track reports the results of a push that core has started, or the error if core has not started
// it.
func (s *socket) track(id int64, started *core.Push, method, what string, err error) {
	if err != nil {
		s.worker.refuse(&s.out, id, method, what, err)
		return
	}
	started.OnOutcome(func(reply core.Reply) { s.completed(id, started, reply) })
}

func (s *socket) completed(id int64, p *core.Push, reply core.Reply) {
	response := s.replied(reply)
	if response.err != nil {
		s.out.add(protocol.EngineError, id, signals.NoVariant("The response to "+signals.About("the push", p.Event()), response.err)+".")
		response = &prepared{bytes: signals.Null}
	}
	if response == s.out.shared {
		s.out.begin(protocol.Completed, id, 1)
		s.out.text(reply.Status)
	} else {
		s.out.begin(protocol.Completed, id, 2)
		s.out.text(reply.Status)
		s.out.records = append(s.out.records, response.bytes...)
	}
	s.full()
}

// listen handles LISTEN.
func (w *Worker) listen(args *variant.Reader) {
	if s, on := w.socketNamed(args), args.Bool(); s != nil {
		s.heard = on
	}
}
