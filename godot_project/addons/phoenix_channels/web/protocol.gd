extends RefCounted
<<<<<<< HEAD
## Numbers of the commands and records that page and worker exchange. A test compares them with
## those in web/protocol.
=======
## Numbers of the commands and records that page and worker exchange, as in
## web/protocol/protocol.go, which a test compares them with.
>>>>>>> h/bridge

## From the page to the worker.
enum Command {
	SOCKET = 1,
	CONFIGURE = 2,
	CONNECT = 3,
	DISCONNECT = 4,
	RECONNECT_NOW = 5,
	SET_ONLINE = 6,
	CLOSE = 7,
	LISTEN = 8,
	PUSH_RAW = 9,
	PING = 10,
	CHANNEL = 11,
	PARAMS = 12,
	JOIN = 13,
	LEAVE = 14,
	CHANNEL_CLOSE = 15,
	PUSH = 16,
	PRESENCE = 17,
	FOLLOW = 18,
	SYNC_STATE = 19,
	SYNC_DIFF = 20,
	CLEAR = 21,
	FREE = 22,
	ANSWER = 23,
	ANSWER_FAILED = 24,
	PAGE = 25,
	ACK = 26,
}

## From the worker to the page.
enum Record {
	STARTED = 1,
	SOCKET_STATE = 2,
	CHANNEL_STATE = 3,
	CONNECTING = 4,
	OPEN = 5,
	CLOSED = 6,
	ERROR = 7,
	OUTAGE = 8,
	MESSAGE = 9,
	SENT = 10,
	EVENT = 11,
	JOIN_RESULT = 12,
	CHANNEL_ERROR = 13,
	CHANNEL_CLOSED = 14,
	COMPLETED = 15,
	REFUSED = 16,
	CHANGED = 17,
	SYNC = 18,
	ASK = 19,
	STATISTICS = 20,
	LOG = 21,
	WARNING = 22,
	ENGINE_ERROR = 23,
}
