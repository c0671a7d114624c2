//go:build js && wasm

// Command web is the client of a game in a browser: core in a Web Worker, which talks to the page's
// classes in GDScript (the facades in godot_project/addons/phoenix_channels/web) by messages.
//
// # Commands
//
// A command goes from the page to the worker, as a string: the base64 of var_to_bytes([op, id, …]).
// The page posts it at once, not at the next frame. Only the pushes of a frame after its first one
// are gathered, until the game's code of this moment has run or another command follows: a message
// may be several commands with commas between them. Commands that are posted before the worker runs
// are kept. The page gives out the ids, from one counter, for sockets, channels, presences and
// pushes alike, and never uses one twice; questions have numbers of their own, from the worker.
// Both sides count the commands; the first has the number 1. Where a value of any size is an
// argument it is the last one. Timeouts are in milliseconds; 0 and less mean the socket's.
//
//	SOCKET socket, asked, settings      makes a socket. settings: property name → value, in milliseconds as the properties are. asked: an
//	                                    Array of the names ("params", "auth_token") whose value is a Callable, which settings leaves out
//	CONFIGURE socket, asked, settings   the same, of what has changed
//	CONNECT socket
//	DISCONNECT socket, code, reason
//	RECONNECT_NOW socket
//	SET_ONLINE socket, online
//	CLOSE socket                        for good: the node is freed. Records of what completes by it still come, in batches that need no
//	                                    acknowledgment
//	LISTEN socket, on                   whether MESSAGE records are wanted (false at first). SENT records follow the setting report_sent
//	PUSH_RAW socket, topic, event, ref, join_ref, payload
//	PING socket, push
//	CHANNEL channel, socket, topic, asked, params   asked: true when params are a Callable; then params are null
//	PARAMS channel, asked, params
//	JOIN channel, push, timeout         the push completes with each outcome, of rejoins too, as long as the channel is open
//	LEAVE channel, push, timeout
//	CHANNEL_CLOSE channel               closes it now. It is unknown from then on: no record of it comes any more, but for COMPLETED ones
//	PUSH channel, push, event, timeout, payload     payload: a Dictionary or a PackedByteArray
//	PRESENCE presence
//	FOLLOW presence, channel            0: none
//	SYNC_STATE presence, state
//	SYNC_DIFF presence, diff
//	CLEAR presence                      no record comes of it: the page knows who has left. Records of batches made before are outdated
//	FREE presence
//	ANSWER question, value              what the Callable returned, of whatever type
//	ANSWER_FAILED question, text        it could not be called: why
//	PAGE event                          "freeze", "resume", "pageshow", "pagehide", "hidden", "visible", "online" or "offline". Some
//	                                    browsers tell the worker itself of the last two as well
//	ACK socket, batches                 so many more batches of the socket are delivered, the oldest
//	PEER peer, channel, push, role, shape, max_peers, listed, seat_timeout, max_buffered_bytes, info    a multiplayer peer joins the channel
//	                                    in its place; its params are asked for as for a join. push is the join's. 0: the default
//	PUT peer, packets                   a PackedByteArray: packets in the form of package relay
//	ADMIT peer, id
//	KICK peer, id
//	LOCK peer, on
//	ABANDON peer                        leaves the room, as the game does not read its packets
//	PEER_CLOSE peer                     leaves the room. No PACKETS record of the peer follows
//	DEBUG message, data                 what the editor's debugger has sent, without the prefix "phoenix:"; data is an Array. "attach" comes from
//	                                    the page itself, before all sockets: they are observed, see package tap. "push" as well, whose data are
//	                                    [channel, event, JSON text]
//
// # Batches
//
// A batch goes from the worker to the page: one ArrayBuffer with the bytes of an Array [processed,
// socket, record, record, …]. All its records are of one socket, or of none (socket 0); those of a
// presence come with the socket whose channel it follows. So the page can hold back what a paused
// node is not to be told yet. processed is how many commands the worker had handled before.
//
// The page acknowledges a batch once it has delivered all its records, in order; what
// max_messages_per_frame leaves for the next frame is not delivered. The worker posts only a few
// batches of a socket that are not acknowledged, and leaves the rest in core's queue, which
// [core.Config.MaxQueuedBytes] limits as in a native game. Batches of socket 0 are not
// acknowledged.
//
// # Records
//
// A record is an Array [kind, id, …]. Dictionaries are those of the native signals, ready to be
// emitted. A record that lacks its last element, the payload or the response, has the one of the
// last EVENT record before it in the batch: the same value, as native handlers get it.
//
//	STARTED 0, version                  the first record of all
//	SOCKET_STATE socket, state          after each command that concerns the state too, also when it is as before. The page applies state
//	CHANNEL_STATE channel, state        records when a batch arrives, before its other records, unless the batch's processed is less than
//	                                    the number of its own last command on the object
//	CONNECTING socket, is_connecting
//	OPEN socket, params                 on_open
//	CLOSED socket, params               on_close
//	ERROR socket, data                  on_error
//	OUTAGE socket, text                 a warning for debug builds, if nothing is connected to on_error
//	MESSAGE socket, topic, event, ref, join_ref, [payload]
//	SENT socket, topic, event, ref, join_ref, payload
//	EVENT channel, event, status, is_reply, payload     on_event; what on() subscribed is called unless is_reply
//	JOIN_RESULT channel, status, result
//	CHANNEL_ERROR channel, error
//	CHANNEL_CLOSED channel, params      on_close
//	COMPLETED push, status, [response]  hooks, then the signal completed; of a join again with each later outcome
//	REFUSED push or object, text, reason    core has refused what the page had let through: text is an engine error; a push of that id
//	                                    completes with "error" and {reason = reason}
//	CHANGED presence, joins, leaves, now    a part of up to 250 keys. now: key → entry, null for one that is gone, to be applied first in
//	                                    its order; then on_join with joins and on_leave with leaves, unless empty
//	SYNC presence                       on_sync
//	ASK question, object, what          "params" or "auth_token" of a socket, "params" of a channel: call the Callable, answer with ANSWER
//	STATISTICS socket, bytes            a PackedByteArray: var_to_bytes of what get_statistics() returns; only when it has changed
//	LOG socket, line                    to be printed behind "[phoenix] "
//	WARNING object or 0, text           what the native library says as engine warnings and errors
//	ENGINE_ERROR object or 0, text
//	PACKETS peer, packets               a PackedByteArray: records in the form of package relay, but for the data of two kinds, which are Variant
//	                                    bytes: of INFO the info alone, of ENDED the Array [reason, text], text for an engine error, if not empty.
//	                                    The page takes these records when a batch arrives
//	PEER_STATISTICS peer, bytes         a PackedByteArray, as in STATISTICS, of a peer's get_statistics()
//	DEBUGGER 0, message, data           a message for the editor's debugger; data is a PackedByteArray: var_to_bytes of an Array. In that of
//	                                    "phoenix:state" the ids are the page's own, and there are no names: the page puts in those of the nodes
package main
