package signals

import (
	"bytes"

	"phoenixchannels/gdext/variant"
	"phoenixchannels/relay"
)

// roomAdvice lists what to do when a relay refuses a join, by reason.
var roomAdvice = map[string]string{
	"no room":               "nobody has opened it: check the code, or open it with the role ROLE_HOST or ROLE_AUTO",
	"room full":             "it has its maximum number of peers (option max_peers): wait until one leaves",
	"room locked":           "its host refuses new peers: wait until it sets refuse_new_connections to false",
	"host taken":            "it has a host: join with ROLE_CLIENT or ROLE_AUTO, or use another code",
	"wrong shape":           "it has the other shape: set the option shape to the host's",
	"not allowed":           "the server's authorize function refused it: check the params of the channel, and the token of a host",
	"seat gone":             "the seat has expired, or the room has closed: join again with a new peer",
	"too many rooms":        "the server accepts no more rooms: try again later",
	"unsupported version":   "the server's relay has another version: update the server or the addon",
	"websocket needed":      "packets need a WebSocket: set the socket's transport to WEBSOCKET and longpoll_fallback_after to 0",
	"protocol 2.0.0 needed": "packets need the protocol's version 2.0.0",
	"connection lost":       "it was lost for longer than the seat is kept (option seat_timeout): join again with a new peer",
	"invalid":               "the relay does not understand the join: check that the topic is relay:CODE, with a code of at most 64 bytes",
	"no relay":              "the server has joined the channel, but no relay answers on this topic: use the topic of the server's relay, usually \"relay:\" and the room's code",
	"unmatched topic":       "the server has no relay for this topic: add its channel to the server's socket, or check the topic",
}

// RefusedRoom returns the engine error for a multiplayer peer that could not enter its room.
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

// violationAdvice lists what a game can do about the end of a session that it has caused, by
// reason.
var violationAdvice = map[string]string{
	"too many packets": "the relay limits packets a second: send less often, or fewer RPCs",
	"too many bytes":   "the relay limits bytes a second: send less, or in smaller parts over a longer time",
	"packet too big":   "the relay limits the size of a packet: send it in parts",
	"too far behind":   "more reliable packets were queued than max_buffered_bytes and the relay allow: send less, or unreliably",
	"malformed":        "client and relay do not understand each other: update the server or the addon",
	"bad sequence":     "client and relay do not understand each other: update the server or the addon",
	"not allowed":      "only the host may lock the room and remove peers",
	"not polled":       "the game has not read its packets: call multiplayer.poll(), or leave SceneTree.multiplayer_poll on",
}

// RoomViolation returns the engine error for a session that ended because of a fault of the game or
// the relay, or "" for other reasons.
func RoomViolation(topic, reason string) string {
	advice, ok := violationAdvice[reason]
	if !ok {
		return ""
	}
	return "PhoenixMultiplayerPeer: " + About("the room", topic) + ": " + reason + ": " + advice + "."
}

// RelayStatistics returns a relay client's statistics under the names that games use.
func RelayStatistics(n relay.Statistics) Encoded {
	return Dictionary(
		"round_trip_ms", Milliseconds(n.RoundTrip),
		"packets_in", n.PacketsIn,
		"packets_out", n.PacketsOut,
		"dropped_in", n.DroppedIn,
		"dropped_out", n.DroppedOut,
		"frames_in", n.FramesIn,
		"frames_out", n.FramesOut,
		"buffered_bytes", n.Buffered,
		"connections_lost", n.LinksLost,
		"connections_resumed", n.LinksResumed,
		"is_slow", n.IsSlow,
	)
}

// PeerInfo reads the info from a peer's join, in the data of a relay record: {"info":…}. The relay
// has checked the data; if it cannot be read, the result is empty.
func PeerInfo(data []byte) Encoded {
	b, err := variant.AppendVariant(nil, data)
	info, found := bytes.CutPrefix(b, infoBegin)
	if err != nil || !found {
		return EmptyDictionary
	}
	return info
}

// infoBegin is the beginning of a Dictionary whose only key is "info".
var infoBegin = variant.AppendString(variant.AppendDictionary(nil, 1), "info")

// Unread is the reason for the end of a session whose packets the game does not read.
const Unread = "not polled"
