package signals

import "phoenixchannels/core"

// EventReply is the event of replies.
const EventReply = "phx_reply"

// Event returns what PhoenixChannel.on_event emits for a message. A reply has its push's event and
// its own status, and any other message its own event and "ok". isEmitted is false for messages
// that the channel's other signals report.
func Event(m *core.Message) (event, status string, isEmitted bool) {
	switch m.Event {
	case EventReply:
		if m.Push == nil || m.Push.Event() == "phx_join" || m.Push.Event() == "phx_leave" {
			return "", "", false
		}
		return m.Push.Event(), m.Status, true
	case "phx_close", "phx_error":
		return "", "", false
	}
	return m.Event, core.StatusOK, true
}

// WholeReply returns a reply as PhoenixSocket.on_message emits it: its status and its response.
func WholeReply(status string, response Encoded) Encoded {
	return Dictionary("status", status, "response", response)
}

// JoinInVain returns the warning about a join that timed out because its socket does not connect.
func JoinInVain(topic string) string {
	return "PhoenixChannel.join(): " + About("the channel", topic) +
		" timed out, as its socket is not connected: call connect_socket()."
}
