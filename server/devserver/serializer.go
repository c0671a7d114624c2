package devserver

import (
	"errors"
	"fmt"
	"strings"

	"phoenixchannels/server/devserver/term"
)

// frame is a message on the wire: JSON text or bytes.
type frame struct {
	binary bool
	data   []byte
}

// payload of a message: a JSON term, or bytes.
type payload struct {
	json   term.Term
	data   []byte
	binary bool
}

func jsonPayload(t term.Term) payload   { return payload{json: t} }
func binaryPayload(data []byte) payload { return payload{data: data, binary: true} }

var emptyPayload = jsonPayload(term.EmptyObject)

// message from a client. All but the payload are terms, because the real server takes any JSON
// value there and gives it back.
type message struct {
	joinRef, ref, topic, event term.Term
	payload                    payload
}

// reply to a push or join.
type reply struct {
	joinRef, ref, topic term.Term
	status              string
	payload             payload
}

// push from a channel to its client.
type push struct {
	joinRef, ref, topic term.Term
	event               string
	payload             payload
}

// serializer speaks one protocol version. An encode error is what makes the real server's encoder
// raise: it crashes the process that wanted to send.
type serializer interface {
	name() string
	carriesBinary() bool
	decode(f frame) (message, error)
	encodeReply(r reply) (frame, error)
	encodePush(p push) (frame, error)
	encodeBroadcast(topic term.Term, event string, p payload) (frame, error)
}

// negotiate picks the serializer for the version that a client asks for, as the requirements
// "~> 1.0.0" and "~> 2.0.0" do; nil for any other version. Without one it is 1.0.0.
func negotiate(vsn string, present bool) serializer {
	if !present {
		return serializerV1{}
	}
	var major, minor, patch uint
	release, _, _ := strings.Cut(vsn, "+")
	release, pre, hasPre := strings.Cut(release, "-")
	_, err := fmt.Sscanf(release, "%d.%d.%d", &major, &minor, &patch)
	exact := fmt.Sprintf("%d.%d.%d", major, minor, patch)
	if err != nil || exact != release || hasPre && (pre == "" || patch == 0) || minor != 0 {
		return nil
	}
	switch major {
	case 1:
		return serializerV1{}
	case 2:
		return serializerV2{}
	}
	return nil
}

var (
	errBinaryPayload = errors.New("this protocol version has no encoding of binary payloads")
	errMalformed     = errors.New("malformed message")
)

// replyPayload is what a reply carries in JSON.
func replyPayload(r reply) term.Term {
	return term.Object(
		term.Member{Key: "status", Value: term.MustString(r.status)},
		term.Member{Key: "response", Value: r.payload.json},
	)
}
