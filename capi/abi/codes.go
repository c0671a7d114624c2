package abi

// Code is what a function of the C ABI returns when it failed.
type Code int64

// These are part of the C ABI: scripts/cheader writes them into the header, and they never change.
const (
	// The handle is none that the library gave, of another kind, or was freed.
	ErrorHandle Code = -1
	// A pointer that must not be NULL is.
	ErrorNull Code = -2
	// A text is not UTF-8.
	ErrorText Code = -3
	// The event does not fit into the buffer. It is not lost: poll again with a larger one.
	ErrorBuffer Code = -4
	// The endpoint or an option cannot work; phx_last_error() names it.
	ErrorOption Code = -5
	// The topic is empty or "phoenix", which is the protocol's own.
	ErrorTopic Code = -6
	// The event is empty or one that the protocol reserves.
	ErrorEvent Code = -7
	// The payload is not one JSON value, the params are no JSON object, or a binary frame cannot carry it.
	ErrorPayload Code = -8
	// A push before phx_channel_join().
	ErrorNotJoined Code = -9
	// The channel was joined before. It rejoins by itself.
	ErrorJoinedTwice Code = -10
	// The channel was left or closed; make a new one.
	ErrorChannelClosed Code = -11
	// Too many pushes wait for the connection or the join.
	ErrorBufferFull Code = -12
	// A number is out of its range; phx_last_error() names it.
	ErrorArgument Code = -13
	// A bug in the library; phx_last_error() tells what it knows.
	ErrorInternal Code = -14
)

// What the kind of an event says.
const (
	// The socket has connected. text: the endpoint.
	EventOpen int32 = 1
	// A connection, or an attempt at one, has ended. code: of the close frame, 1006 without one, over long poll 1008, 1011 or 3410
	// as well; text: the reason, or what went wrong; flags: PHX_FLAG_WAS_REQUESTED, PHX_FLAG_WILL_RECONNECT; retry_in_ms: until the next attempt.
	EventClose int32 = 2
	// Something went wrong; the socket goes on trying. text: what; code: the HTTP status when the server refused to connect, else 0.
	EventError int32 = 3
	// A message from the server. channel, topic, event, payload.
	EventMessage int32 = 4
	// A push or a leave is complete, exactly once. channel, push, topic, event, status, payload: the response.
	EventReply int32 = 5
	// A join or a rejoin has an outcome. channel, push: of phx_channel_join(), topic, status, payload: the response. The channel is
	// joined when the status is "ok". It joins again by itself otherwise, unless the status is "closed".
	EventJoin int32 = 6
	// The channel is not joined any more: it crashed, or the connection went. It rejoins by itself. channel, topic, payload: the reason.
	EventChannelError int32 = 7
	// The channel is over: left, or closed by the server. channel, topic, payload: the reason.
	EventChannelClose int32 = 8
	// Who is present has changed. channel, topic, payload: all who are, a JSON object of {"metas": [...]} by key. Only for channels made
	// with PHX_WITH_PRESENCE.
	EventPresence int32 = 9
)

// What the flags of an event say.
const (
	// The payload is bytes from a binary frame, not JSON.
	FlagBinary uint32 = 1
	// The connection ended because the host asked for it.
	FlagWasRequested uint32 = 2
	// The socket connects again by itself.
	FlagWillReconnect uint32 = 4
)

// The flags of phx_channel_new().
const (
	// Keep the list of who is present, and tell of each change with PHX_EVENT_PRESENCE.
	WithPresence uint32 = 1
)

// The states of a socket. Between two attempts to connect it is closed.
const (
	SocketClosed     int64 = 0
	SocketConnecting int64 = 1
	SocketOpen       int64 = 2
	SocketClosing    int64 = 3
)

// The states of a channel.
const (
	// Not joined yet, or over.
	ChannelClosed int64 = 0
	// Not joined; it rejoins by itself.
	ChannelErrored int64 = 1
	ChannelJoined  int64 = 2
	ChannelJoining int64 = 3
	ChannelLeaving int64 = 4
)
