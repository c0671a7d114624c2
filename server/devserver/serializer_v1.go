package devserver

import (
	"fmt"

	"phoenixchannels/server/devserver/term"
)

// serializerV1 speaks vsn 1.0.0: objects with the keys topic, event, payload and ref.
type serializerV1 struct{}

func (serializerV1) name() string { return "Phoenix.Socket.V1.JSONSerializer" }

func (serializerV1) carriesBinary() bool { return false }

// decode takes text and binary frames alike; what counts is that they hold JSON.
func (serializerV1) decode(f frame) (message, error) {
	doc, err := term.Decode(f.data)
	if err != nil {
		return message{}, err
	}
	m := message{joinRef: term.Null}
	required := map[string]*term.Term{
		"topic": &m.topic, "event": &m.event, "payload": &m.payload.json, "ref": &m.ref,
	}
	for key, field := range required {
		value, found := doc.Get(key)
		if !found {
			return message{}, fmt.Errorf("%w: no key %q", errMalformed, key)
		}
		*field = value
	}
	if joinRef, found := doc.Get("join_ref"); found {
		m.joinRef = joinRef
	}
	return m, nil
}

func (s serializerV1) encodeReply(r reply) (frame, error) {
	if r.payload.binary {
		return frame{}, errBinaryPayload
	}
	return encodeV1(r.ref, r.topic, "phx_reply", replyPayload(r)), nil
}

func (serializerV1) encodePush(p push) (frame, error) {
	if p.payload.binary {
		return frame{}, errBinaryPayload
	}
	return encodeV1(p.ref, p.topic, p.event, p.payload.json), nil
}

func (serializerV1) encodeBroadcast(topic term.Term, event string, p payload) (frame, error) {
	if p.binary {
		return frame{}, errBinaryPayload
	}
	return encodeV1(term.Null, topic, event, p.json), nil
}

func encodeV1(ref, topic term.Term, event string, payload term.Term) frame {
	return frame{data: []byte(term.Object(
		term.Member{Key: "ref", Value: ref},
		term.Member{Key: "topic", Value: topic},
		term.Member{Key: "event", Value: term.MustString(event)},
		term.Member{Key: "payload", Value: payload},
	))}
}
