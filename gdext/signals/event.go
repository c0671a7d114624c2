package signals

import "phoenixchannels/core"

// EventReply is the event of replies.
const EventReply = "phx_reply"

// Event returns what PhoenixChannel.on_event emits for a message: a reply under the name of its push's event and with its status, any
// other message under its own. It is not emitted for what the channel's other signals report.
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

// WholeReply is a reply as PhoenixSocket.on_message shows it: its status and its response.
func WholeReply(status string, response Encoded) Encoded {
	return Dictionary("status", status, "response", response)
}

// JoinInVain is the warning about a join that timed out because its socket does not connect.
func JoinInVain(topic string) string {
	return "PhoenixChannel.join(): " + About("the channel", topic) +
		" timed out, as its socket is not connected: call connect_socket()."
}
