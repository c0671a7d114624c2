package signals

// roomAdvice says what to do when a relay refuses a join, by its reason.
var roomAdvice = map[string]string{
	"no room":               "nobody has opened it: check the code, or open it with the role ROLE_HOST or ROLE_AUTO",
	"room full":             "it has all the peers that it takes (option max_peers): wait until one leaves",
	"room locked":           "its host lets nobody in: wait until it sets refuse_new_connections to false",
	"host taken":            "it has a host: join with ROLE_CLIENT or ROLE_AUTO, or use another code",
	"wrong shape":           "it was opened with the other shape: give the option shape that its host gave",
	"not allowed":           "the server's authorize function refuses it: check the params of the channel, and the token of a host",
	"seat gone":             "the seat was kept for too long without a connection, or the room is gone: join again with a new peer",
	"too many rooms":        "the server takes no more rooms: try again later",
	"unsupported version":   "the server's relay is of another version: update the server or the addon",
	"websocket needed":      "packets need a WebSocket: set the socket's transport to WEBSOCKET and longpoll_fallback_after to 0",
	"protocol 2.0.0 needed": "packets need the protocol's version 2.0.0",
	"invalid":               "the relay does not understand the join: check that the topic is relay:CODE, with a code of at most 64 bytes",
	"unmatched topic":       "the server has no relay for this topic: add its channel to the server's socket, or check the topic",
}

// RefusedRoom is the engine error of a multiplayer peer that did not get into its room.
func RefusedRoom(topic, reason string) string {
	text := reason
	if advice, ok := roomAdvice[reason]; ok {
		text += ": " + advice
	}
	if text == "" {
		text = "the channel was closed before the relay had answered"
	}
	return Mistake("PhoenixMultiplayerPeer.create", About("the room", topic), text)
}
