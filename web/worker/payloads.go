package worker

import (
	"bytes"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/web/protocol"
)

// prepared is the payload of a message as a Variant, made where it was read.
type prepared struct {
	bytes signals.Encoded
	err   error // why there is none
}

// Size counts against core's limit for queued messages.
func (p *prepared) Size() int { return len(p.bytes) }

// scratch are buffers to make Variants in, whose size is not known before.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// prepare is core's Prepare.
func prepare(m *core.Message, text []byte, offset int) (end int, err error) {
	buffer := scratch.Get().(*[]byte)
	defer scratch.Put(buffer)
	value, end, err := signals.AppendPayload((*buffer)[:0], m, text, offset)
	if err != nil {
		return end, err
	}
	*buffer = kept(value)
	m.Prepared = &prepared{bytes: bytes.Clone(value)}
	return end, nil
}

// payloadOf is what prepare made, or makes it now: of what this client says itself.
func payloadOf(made any, payload core.Payload) *prepared {
	if p, ok := made.(*prepared); ok {
		return p
	}
	value, err := signals.Incoming(payload)
	return &prepared{value, err}
}

// responseTo is what the game gets with a reply. A timeout has no response of the server; it has the reason when that is the connection.
func (s *socket) responseTo(reply core.Reply) (signals.Encoded, error) {
	p := s.replied(reply)
	if p.err != nil {
		return signals.Null, p.err
	}
	return p.bytes, nil
}

func (s *socket) replied(reply core.Reply) *prepared {
	if reply.Status == core.StatusTimeout {
		if why := s.outage.WhyNotConnected(s.wanted); why != "" {
			return &prepared{bytes: signals.Dictionary("reason", why)}
		}
	}
	return payloadOf(reply.Prepared, reply.Response)
}

// message shows every message to on_message, if anybody looks.
func (s *socket) message(m *core.Message) {
	if !s.heard {
		return
	}
	payload := payloadOf(m.Prepared, m.Payload)
	if payload.err != nil {
		s.out.add(protocol.Error, s.id, signals.Dictionary("message", signals.NoVariant("the payload", payload.err), "topic", m.Topic, "event", m.Event))
		return
	}
	if m.Event == signals.EventReply { // as it came: status and response
		payload = &prepared{bytes: signals.WholeReply(m.Status, payload.bytes)}
	}
	s.addMessage(protocol.Message, m, payload)
}

// sentMessage reports an outgoing message to on_sent. A payload from the game has been a Variant before.
func (s *socket) sentMessage(m *core.Message) {
	payload := payloadOf(nil, m.Payload)
	if payload.err != nil {
		payload = &prepared{bytes: signals.Null}
	}
	s.addMessage(protocol.Sent, m, payload)
}

func (s *socket) addMessage(kind protocol.Record, m *core.Message, payload *prepared) {
	n := 5
	if payload == s.out.shared {
		n = 4
	}
	s.out.begin(kind, s.id, n)
	s.out.text(m.Topic)
	s.out.text(m.Event)
	s.out.text(m.Ref)
	s.out.text(m.JoinRef)
	if n == 5 {
		s.out.records = append(s.out.records, payload.bytes...)
	}
	s.full()
}

// reportSent listens to core only while it is asked for, as each message that is told costs its sender an event.
func (s *socket) reportSent(on bool) {
	switch {
	case on == s.reports:
		return
	case on:
		s.sent = s.core.OnSent(s.sentMessage)
	default:
		s.sent.Cancel()
	}
	s.reports = on
}
