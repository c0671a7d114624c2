/* The C interface of the library: a client for Phoenix Channels, for any program. docs/c-abi.md
 * explains it, with an example.
 *
 * Sockets and channels are numbers, checked in each call. A function that returns int64_t returns
 * 0, or the value in its description, or one of PHX_ERROR_*, which are negative. Texts are UTF-8
 * and end with a NUL. All functions may be called from any thread; none calls back. */
#ifndef PHOENIX_CHANNELS_H
#define PHOENIX_CHANNELS_H

#include <stddef.h>
#include <stdint.h>

/* Error codes. No number in this header ever changes. */
enum {
	/* The handle never existed, is of another kind, or was freed. */
	PHX_ERROR_HANDLE = -1,
	/* A pointer is NULL where that is not allowed. */
	PHX_ERROR_NULL = -2,
	/* A text is not UTF-8. */
	PHX_ERROR_TEXT = -3,
	/* The event does not fit into the buffer. It is not lost: poll again with a larger one. */
	PHX_ERROR_BUFFER = -4,
	/* The endpoint or an option is invalid; phx_last_error() names it. */
	PHX_ERROR_OPTION = -5,
	/* The topic is empty or "phoenix", which the protocol reserves. */
	PHX_ERROR_TOPIC = -6,
	/* The event is empty or reserved by the protocol. */
	PHX_ERROR_EVENT = -7,
	/* The payload is not one JSON value, the params are not a JSON object, or the payload does not
	 * fit into a binary frame. */
	PHX_ERROR_PAYLOAD = -8,
	/* A push before phx_channel_join(). */
	PHX_ERROR_NOT_JOINED = -9,
	/* The channel has already been joined. It rejoins automatically. */
	PHX_ERROR_JOINED_TWICE = -10,
	/* The channel was left or closed; create a new one. */
	PHX_ERROR_CHANNEL_CLOSED = -11,
	/* Too many pushes are queued for the connection or the join. */
	PHX_ERROR_BUFFER_FULL = -12,
	/* A number is out of its range; phx_last_error() names it. */
	PHX_ERROR_ARGUMENT = -13,
	/* A bug in the library; phx_last_error() has the details. */
	PHX_ERROR_INTERNAL = -14,
};

/* The kinds of events. */
enum {
	/* The socket has connected. text: the endpoint. */
	PHX_EVENT_OPEN = 1,
	/* A connection, or an attempt to connect, has ended. code: the close frame's, 1006 without one,
	 * over long polling also 1008, 1011 or 3410; text: the reason or the cause; flags:
	 * PHX_FLAG_WAS_REQUESTED, PHX_FLAG_WILL_RECONNECT; retry_in_ms: until the next attempt. */
	PHX_EVENT_CLOSE = 2,
	/* An error; the socket keeps trying. text: the error; code: the HTTP status if the server refused
	 * the connection, otherwise 0. */
	PHX_EVENT_ERROR = 3,
	/* A message from the server. channel, topic, event, payload. */
	PHX_EVENT_MESSAGE = 4,
	/* A push or a leave is complete; exactly one for each. channel, push, topic, event, status, payload: the response. */
	PHX_EVENT_REPLY = 5,
	/* The outcome of a join or a rejoin. channel, push: of phx_channel_join(), topic, status, payload:
	 * the response. The channel is joined if the status is "ok". Otherwise it retries automatically,
	 * unless the status is "closed". */
	PHX_EVENT_JOIN = 6,
	/* The channel is no longer joined: it crashed, or the connection was lost. It rejoins
	 * automatically. channel, topic, payload: the reason. */
	PHX_EVENT_CHANNEL_ERROR = 7,
	/* The channel is closed: left, or closed by the server. channel, topic, payload: the reason. */
	PHX_EVENT_CHANNEL_CLOSE = 8,
	/* The presence has changed. channel, topic, payload: the full list, a JSON object of
	 * {"metas": [...]} by key. Only for channels created with PHX_WITH_PRESENCE. */
	PHX_EVENT_PRESENCE = 9,
};

/* The flags of an event. */
enum {
	/* The payload is bytes from a binary frame, not JSON. */
	PHX_FLAG_BINARY = 1,
	/* The host requested the end of the connection. */
	PHX_FLAG_WAS_REQUESTED = 2,
	/* The socket reconnects automatically. */
	PHX_FLAG_WILL_RECONNECT = 4,
};

/* The flags of phx_channel_new(). */
enum {
	/* Maintain the presence list, and report each change with PHX_EVENT_PRESENCE. */
	PHX_WITH_PRESENCE = 1,
};

/* The states of a socket. Between two attempts to connect it is closed. */
enum {
	PHX_SOCKET_CLOSED = 0,
	PHX_SOCKET_CONNECTING = 1,
	PHX_SOCKET_OPEN = 2,
	PHX_SOCKET_CLOSING = 3,
};

/* The states of a channel. */
enum {
	/* Not joined yet, left, or closed. */
	PHX_CHANNEL_CLOSED = 0,
	/* Not joined; it rejoins automatically. */
	PHX_CHANNEL_ERRORED = 1,
	PHX_CHANNEL_JOINED = 2,
	PHX_CHANNEL_JOINING = 3,
	PHX_CHANNEL_LEAVING = 4,
};

/* The event that phx_poll() writes into the buffer, followed by its texts and the payload. */
typedef struct phx_event {
	/* One of PHX_EVENT_*. */
	int32_t kind;
	/* A close frame's code, or an HTTP status, otherwise 0. */
	int32_t code;
	/* The handle of the channel, 0 for an event of the socket. */
	int64_t channel;
	/* The number that phx_push(), phx_channel_join() or phx_channel_leave() returned, 0 for events
	 * that complete none of them. */
	int64_t push;
	/* A combination of PHX_FLAG_*. */
	uint32_t flags;
	/* Milliseconds until the next attempt to connect; 0 if there is none, or it starts immediately. */
	uint32_t retry_in_ms;
	/* Offset of the topic: see phx_event_text(). */
	uint32_t topic;
	/* Offset of the event. */
	uint32_t event;
	/* Offset of the status: "ok", "error" or another that the server chose; "timeout"; "closed" if the
	 * channel or the socket was closed for good. */
	uint32_t status;
	/* Offset of the text. */
	uint32_t text;
	/* Offset of the payload: one JSON value, or bytes if the flags have PHX_FLAG_BINARY. */
	uint32_t payload;
	/* The payload's size in bytes, without the NUL that follows it. */
	uint32_t payload_size;
} phx_event;

/* phx_event_text returns a text of an event: its topic, event, status, text or payload. */
static inline const char *phx_event_text(const phx_event *event, uint32_t where) {
	return (const char *)event + where;
}

#ifdef __cplusplus
extern "C" {
#endif

/* These functions are exported even if everything else is compiled to be hidden. */
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

/* phoenix_channels_init is the entry symbol of the GDExtension, with the arguments and the result of
 * GDExtensionInitializationFunction. */
uint8_t phoenix_channels_init(void *get_proc_address, void *library, void *initialization);

/* phoenix_channels_version returns the version of the library, such as "0.1.0". The string belongs
 * to the library and is valid while the library is loaded. */
const char *phoenix_channels_version(void);

/* phx_socket_new creates a socket for an endpoint such as "ws://localhost:4000/socket", without
 * connecting it. options is a JSON object, or NULL for the defaults; docs/c-abi.md lists its names.
 * Returns the socket's handle. */
int64_t phx_socket_new(const char *endpoint, const char *options);

/* phx_socket_configure replaces the options in the JSON object; the others stay. Options used to make
 * a connection (params, auth_token, headers, transport and the like) take effect with the next one.
 * On an error nothing changes. */
int64_t phx_socket_configure(int64_t socket, const char *options);

/* phx_socket_connect connects the socket, and keeps it connected. It returns immediately;
 * PHX_EVENT_OPEN follows once the socket is connected. It does nothing if the socket is already
 * connected or connecting. */
int64_t phx_socket_connect(int64_t socket);

/* phx_socket_disconnect sends the remaining pushes, closes the connection and stops reconnecting;
 * PHX_EVENT_CLOSE follows. code is 1000 (also for 0) or from 3000 to 4999. reason has at most 123
 * bytes; it may be NULL. */
int64_t phx_socket_disconnect(int64_t socket, int32_t code, const char *reason);

/* phx_socket_state returns one of PHX_SOCKET_*. */
int64_t phx_socket_state(int64_t socket);

/* phx_socket_free disconnects, and frees the socket and its channels. Unpolled events are lost, and a
 * phx_poll() that waits in another thread returns PHX_ERROR_HANDLE. It returns immediately. A host
 * that exits right after it should first disconnect and poll until PHX_EVENT_CLOSE, so that the
 * server is notified. */
int64_t phx_socket_free(int64_t socket);

/* phx_channel_new creates a channel for a topic of the socket, without joining it. params is the JSON
 * object for the server's join, or NULL for {}. flags is 0 or PHX_WITH_PRESENCE. Returns the
 * channel's handle. */
int64_t phx_channel_new(int64_t socket, const char *topic, const char *params, uint32_t flags);

/* phx_channel_join joins the channel, now or once the socket is open, and keeps it joined. Returns the
 * push number of each of its PHX_EVENT_JOIN. timeout_ms is for each attempt; 0 is the socket's. */
int64_t phx_channel_join(int64_t channel, int32_t timeout_ms);

/* phx_channel_leave leaves the channel. Returns the push number of its PHX_EVENT_REPLY. timeout_ms 0
 * is the socket's. */
int64_t phx_channel_leave(int64_t channel, int32_t timeout_ms);

/* phx_channel_state returns one of PHX_CHANNEL_CLOSED, PHX_CHANNEL_ERRORED, PHX_CHANNEL_JOINED,
 * PHX_CHANNEL_JOINING and PHX_CHANNEL_LEAVING. */
int64_t phx_channel_state(int64_t channel);

/* phx_channel_free leaves the channel without waiting for the server, and frees it. It has no further
 * events, and neither have its pushes. */
int64_t phx_channel_free(int64_t channel);

/* phx_push sends an event with a JSON payload; NULL is {}. While the channel is joining, the push is
 * queued. Returns the push number of its PHX_EVENT_REPLY: each push has exactly one, within the
 * timeout. timeout_ms 0 is the socket's. */
int64_t phx_push(int64_t channel, const char *event, const char *payload, int32_t timeout_ms);

/* phx_push_binary is phx_push with bytes, sent in a binary frame. They are copied. payload may be NULL
 * if the size is 0. */
int64_t phx_push_binary(int64_t channel, const char *event, const void *payload, size_t payload_size, int32_t timeout_ms);

/* phx_poll writes the socket's next event into the buffer: a phx_event, followed by its texts and the
 * payload. Align the buffer as for a phx_event. It waits up to timeout_ms milliseconds; 0 does not
 * wait, and a negative timeout waits forever. Returns 1 with an event, and 0 if there is none.
 * event_size, if not NULL, is set to the size of the event: the required buffer size if this returns
 * PHX_ERROR_BUFFER, which keeps the event for the next call. */
int64_t phx_poll(int64_t socket, void *buffer, size_t buffer_size, size_t *event_size, int32_t timeout_ms);

/* phx_error_text returns the meaning of an error code. The text belongs to the library. */
const char *phx_error_text(int64_t code);

/* phx_last_error describes the last failed call of this thread; it is empty before the first. The
 * text belongs to the library, and is valid until the thread's next failure. */
const char *phx_last_error(void);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
