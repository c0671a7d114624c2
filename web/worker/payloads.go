package worker

import (
	"bytes"
	"sync"

	"phoenixchannels/core"
	"phoenixchannels/gdext/signals"
	"phoenixchannels/web/protocol"
)

// prepared is a message's payload as a Variant, built where the message was read.
type prepared struct {
	bytes signals.Encoded
	err   error // the reason if there is none
}

// Size returns the payload's share of core's limit for queued messages.
func (p *prepared) Size() int { return len(p.bytes) }

// scratch holds buffers for building Variants, whose size is not known in advance.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

// prepare is core's hook Prepare.
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

// payloadOf returns the payload that prepare has built. Events that this client generates itself
// have none; their payload is built here.
func payloadOf(made any, payload core.Payload) *prepared {
	if p, ok := made.(*prepared); ok {
		return p
	}
	value, err := signals.Incoming(payload)
	return &prepared{value, err}
}

// responseTo returns the response for a reply. A timeout has no response from the server; if the
// connection is the cause, the response holds the reason.
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

// message adds the record of a message for on_message, if the page wants it.
func (s *socket) message(m *core.Message) {
	if !s.heard {
		return
	}
	payload := payloadOf(m.Prepared, m.Payload)
	if payload.err != nil {
		s.out.add(protocol.Error, s.id, signals.Dictionary("message", signals.NoVariant("the payload", payload.err), "topic", m.Topic, "event", m.Event))
		return
	}
	if m.Event == signals.EventReply { // as received: status and response
		payload = &prepared{bytes: signals.WholeReply(m.Status, payload.bytes)}
	}
	s.addMessage(protocol.Message, m, payload)
}

// sentMessage reports an outgoing message to on_sent. A payload from the game can always be
// converted, because it was a Variant before.
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

// reportSent subscribes to core's outgoing messages only while requested, because each reported
// message costs its sender an event.
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
