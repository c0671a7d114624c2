package core

// The protocol's own topic and events.
const (
	topicPhoenix   = "phoenix"
	eventHeartbeat = "heartbeat"
	eventJoin      = "phx_join"
	eventLeave     = "phx_leave"
	eventReply     = "phx_reply"
	eventError     = "phx_error"
	eventClose     = "phx_close"
)

// ReservedEvents is the prefix of the protocol's own events.
const ReservedEvents = "phx_"

// The statuses of a reply. A server may define others.
const (
	StatusOK      = "ok"
	StatusError   = "error"
	StatusTimeout = "timeout" // no reply arrived in time; set by this client
	StatusClosed  = "closed"  // the channel or the socket was closed for good before a reply arrived; set by this client
)

// Message is one protocol message. An empty JoinRef or Ref means null.
type Message struct {
	JoinRef string
	Ref     string
	Topic   string
	Event   string
	// Payload of the message. For a reply it is the response; the reply's other half is Status.
	Payload Payload
	// Status of a reply ("phx_reply"), otherwise empty.
	Status string
	// Push is the push that a reply answers, nil for all other messages.
	Push *Push
	// Prepared is the value that [Config.Prepare] made from the message.
	Prepared any

	receiver *receiver // the channel whose handlers are being called
}

func (m *Message) release() { releasePrepared(m.Prepared) }

// releasePrepared calls the Release method of a prepared value, if it has one.
func releasePrepared(prepared any) {
	if r, ok := prepared.(interface{ Release() }); ok {
		r.Release()
	}
}

// Reply is the outcome of a push.
type Reply struct {
	Status   string
	Response Payload
	// Prepared is the value that [Config.Prepare] made from the reply's message; nil if this client
	// made the reply (timeout, closed).
	Prepared any
}

// transportReason returns the payload of a channel error caused by the connection, worded as in the
// official client.
func transportReason(reason string) Payload {
	return JSONPayload(append(appendString([]byte(`{"source":"transport","reason":`), reason), '}'))
}

// reasonPayload returns the payload of an error in the form that Phoenix uses for its own errors.
func reasonPayload(reason string) Payload {
	return JSONPayload(append(appendString([]byte(`{"reason":`), reason), '}'))
}
