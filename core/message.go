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

// The statuses of a reply. A server may choose others.
const (
	StatusOK      = "ok"
	StatusError   = "error"
	StatusTimeout = "timeout" // no reply came in time; made by this client
	StatusClosed  = "closed"  // the channel or the socket went for good before a reply came; made by this client
)

// Message is one message as the protocol carries it. An empty JoinRef or Ref stands for null.
type Message struct {
	JoinRef string
	Ref     string
	Topic   string
	Event   string
	// Payload of the message. Of a reply it is the response, as Status holds the other half.
	Payload Payload
	// Status of a reply ("phx_reply"), else empty.
	Status string
	// Push is the push that a reply answers, nil for all else.
	Push *Push
	// Prepared is what [Config.Prepare] made of the message.
	Prepared any

	receiver *receiver // that now handles the message
}

// release ends the use of what Prepare made.
func (m *Message) release() {
	if prepared, ok := m.Prepared.(interface{ Release() }); ok {
		prepared.Release()
	}
}

// Reply is what a push completes with.
type Reply struct {
	Status   string
	Response Payload
	// Prepared is what [Config.Prepare] made of the reply's message; nil when this client made the reply (timeout, closed).
	Prepared any
}

// transportReason is the payload of a channel error that the connection caused, as the official client words it.
func transportReason(reason string) Payload {
	return JSONPayload(append(appendString([]byte(`{"source":"transport","reason":`), reason), '}'))
}

// reasonPayload is the payload of an error in the form that Phoenix gives its own.
func reasonPayload(reason string) Payload {
	return JSONPayload(append(appendString([]byte(`{"reason":`), reason), '}'))
}
