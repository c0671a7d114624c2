/* The C interface of the library: a client for Phoenix Channels, for any program. docs/c-abi.md explains it, with an example.
 *
 * Sockets and channels are numbers, which are checked at each call. A function that returns int64_t returns 0 or what it says, or one of
 * PHX_ERROR_*, which are negative. Texts are UTF-8 and end with a NUL. All functions may be called from any thread; none calls back. */
#ifndef PHOENIX_CHANNELS_H
#define PHOENIX_CHANNELS_H

#include <stddef.h>
#include <stdint.h>

/* What a function returns when it failed. No number in this header ever changes. */
enum {
	/* The handle is none that the library gave, of another kind, or was freed. */
	PHX_ERROR_HANDLE = -1,
	/* A pointer that must not be NULL is. */
	PHX_ERROR_NULL = -2,
	/* A text is not UTF-8. */
	PHX_ERROR_TEXT = -3,
	/* The event does not fit into the buffer. It is not lost: poll again with a larger one. */
	PHX_ERROR_BUFFER = -4,
	/* The endpoint or an option cannot work; phx_last_error() names it. */
	PHX_ERROR_OPTION = -5,
	/* The topic is empty or "phoenix", which is the protocol's own. */
	PHX_ERROR_TOPIC = -6,
	/* The event is empty or one that the protocol reserves. */
	PHX_ERROR_EVENT = -7,
	/* The payload is not one JSON value, the params are no JSON object, or a binary frame cannot carry it. */
	PHX_ERROR_PAYLOAD = -8,
	/* A push before phx_channel_join(). */
	PHX_ERROR_NOT_JOINED = -9,
	/* The channel was joined before. It rejoins by itself. */
	PHX_ERROR_JOINED_TWICE = -10,
	/* The channel was left or closed; make a new one. */
	PHX_ERROR_CHANNEL_CLOSED = -11,
	/* Too many pushes wait for the connection or the join. */
	PHX_ERROR_BUFFER_FULL = -12,
	/* A number is out of its range; phx_last_error() names it. */
	PHX_ERROR_ARGUMENT = -13,
	/* A bug in the library; phx_last_error() tells what it knows. */
	PHX_ERROR_INTERNAL = -14,
};

/* What the kind of an event says. */
enum {
	/* The socket has connected. text: the endpoint. */
	PHX_EVENT_OPEN = 1,
	/* A connection, or an attempt at one, has ended. code: of the close frame, 1006 without one, over long poll 1008, 1011 or 3410
	 * as well; text: the reason, or what went wrong; flags: PHX_FLAG_WAS_REQUESTED, PHX_FLAG_WILL_RECONNECT; retry_in_ms: until the next attempt. */
	PHX_EVENT_CLOSE = 2,
	/* Something went wrong; the socket goes on trying. text: what; code: the HTTP status when the server refused to connect, else 0. */
	PHX_EVENT_ERROR = 3,
	/* A message from the server. channel, topic, event, payload. */
	PHX_EVENT_MESSAGE = 4,
	/* A push or a leave is complete, exactly once. channel, push, topic, event, status, payload: the response. */
	PHX_EVENT_REPLY = 5,
	/* A join or a rejoin has an outcome. channel, push: of phx_channel_join(), topic, status, payload: the response. The channel is
	 * joined when the status is "ok". It joins again by itself otherwise, unless the status is "closed". */
	PHX_EVENT_JOIN = 6,
	/* The channel is not joined any more: it crashed, or the connection went. It rejoins by itself. channel, topic, payload: the reason. */
	PHX_EVENT_CHANNEL_ERROR = 7,
	/* The channel is over: left, or closed by the server. channel, topic, payload: the reason. */
	PHX_EVENT_CHANNEL_CLOSE = 8,
	/* Who is present has changed. channel, topic, payload: all who are, a JSON object of {"metas": [...]} by key. Only for channels made
	 * with PHX_WITH_PRESENCE. */
	PHX_EVENT_PRESENCE = 9,
};

/* What the flags of an event say. */
enum {
	/* The payload is bytes from a binary frame, not JSON. */
	PHX_FLAG_BINARY = 1,
	/* The connection ended because the host asked for it. */
	PHX_FLAG_WAS_REQUESTED = 2,
	/* The socket connects again by itself. */
	PHX_FLAG_WILL_RECONNECT = 4,
};

/* The flags of phx_channel_new(). */
enum {
	/* Keep the list of who is present, and tell of each change with PHX_EVENT_PRESENCE. */
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
	/* Not joined yet, or over. */
	PHX_CHANNEL_CLOSED = 0,
	/* Not joined; it rejoins by itself. */
	PHX_CHANNEL_ERRORED = 1,
	PHX_CHANNEL_JOINED = 2,
	PHX_CHANNEL_JOINING = 3,
	PHX_CHANNEL_LEAVING = 4,
};

/* What phx_poll() writes into the buffer, with the texts and the payload behind it. */
typedef struct phx_event {
	/* What happened: one of PHX_EVENT_*. */
	int32_t kind;
	/* Of a close frame, or an HTTP status, else 0. */
	int32_t code;
	/* The handle of the channel, 0 when the event is the socket's. */
	int64_t channel;
	/* What phx_push(), phx_channel_join() or phx_channel_leave() returned, 0 when the event completes nothing. */
	int64_t push;
	/* A combination of PHX_FLAG_*. */
	uint32_t flags;
	/* Milliseconds until the next attempt to connect; 0 when there is none or it begins at once. */
	uint32_t retry_in_ms;
	/* Where the topic begins: see phx_event_text(). */
	uint32_t topic;
	/* Where the event begins. */
	uint32_t event;
	/* Where the status begins: "ok", "error" or what the server chose; "timeout"; "closed" when the channel or the socket went for good. */
	uint32_t status;
	/* Where the text begins. */
	uint32_t text;
	/* Where the payload begins: one JSON value, or bytes when the flags have PHX_FLAG_BINARY. */
	uint32_t payload;
	/* The payload's size in bytes, without the NUL behind it. */
	uint32_t payload_size;
} phx_event;

/* A text of an event: its topic, event, status or text, and its payload. */
static inline const char *phx_event_text(const phx_event *event, uint32_t where) {
	return (const char *)event + where;
}

#ifdef __cplusplus
extern "C" {
#endif

/* The library shows these functions, also where all else is compiled to be hidden. */
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

/* phoenix_channels_init is the entry symbol of the GDExtension: the arguments and the result are those of
 * GDExtensionInitializationFunction. */
uint8_t phoenix_channels_init(void *get_proc_address, void *library, void *initialization);

/* phoenix_channels_version returns the version of the library, such as "0.1.0". The string is the library's own and lives as long as it is
 * loaded. */
const char *phoenix_channels_version(void);

/* phx_socket_new makes a socket for an endpoint such as "ws://localhost:4000/socket", without connecting it. options is a JSON object, or
 * NULL for the defaults; docs/c-abi.md lists its names. Returns the socket's handle. */
int64_t phx_socket_new(const char *endpoint, const char *options);

/* phx_socket_configure replaces the options that the JSON object names; the others stay. What a connection is made with (params,
 * auth_token, headers, transport and the like) holds from the next one on. On an error nothing changes. */
int64_t phx_socket_configure(int64_t socket, const char *options);

/* phx_socket_connect connects the socket, and keeps it connected from then on. It returns at once: PHX_EVENT_OPEN tells when the
 * connection is there. On a socket that is connected, or on the way there, it does nothing. */
int64_t phx_socket_connect(int64_t socket);

/* phx_socket_disconnect closes the connection, after what was pushed before, and stops reconnecting; PHX_EVENT_CLOSE tells when. code is
 * 1000 (also for 0) or from 3000 to 4999. reason has at most 123 bytes; it may be NULL. */
int64_t phx_socket_disconnect(int64_t socket, int32_t code, const char *reason);

/* phx_socket_state returns one of PHX_SOCKET_*. */
int64_t phx_socket_state(int64_t socket);

/* phx_socket_free disconnects, and ends the handles of the socket and of its channels. What was not polled is lost, and a phx_poll() that
 * waits in another thread returns PHX_ERROR_HANDLE. It returns at once; a host that ends right after it, and wants the server to be told,
 * disconnects first and polls until PHX_EVENT_CLOSE. */
int64_t phx_socket_free(int64_t socket);

/* phx_channel_new makes a channel for a topic of the socket, without joining it. params is the JSON object that the server's join gets, or
 * NULL for {}. flags is 0 or PHX_WITH_PRESENCE. Returns the channel's handle. */
int64_t phx_channel_new(int64_t socket, const char *topic, const char *params, uint32_t flags);

/* phx_channel_join joins the channel, now or once the socket is open, and keeps it joined. Returns the number that each of its
 * PHX_EVENT_JOIN has as push. timeout_ms is for each attempt; 0 is the socket's. */
int64_t phx_channel_join(int64_t channel, int32_t timeout_ms);

/* phx_channel_leave leaves the channel. Returns the number that its PHX_EVENT_REPLY has as push. timeout_ms 0 is the socket's. */
int64_t phx_channel_leave(int64_t channel, int32_t timeout_ms);

/* phx_channel_state returns one of PHX_CHANNEL_CLOSED, PHX_CHANNEL_ERRORED, PHX_CHANNEL_JOINED, PHX_CHANNEL_JOINING and
 * PHX_CHANNEL_LEAVING. */
int64_t phx_channel_state(int64_t channel);

/* phx_channel_free leaves the channel without waiting for the server, and ends its handle. Nothing more is told of it, nor of its pushes. */
int64_t phx_channel_free(int64_t channel);

/* phx_push sends an event with a JSON payload; NULL is {}. While the channel is not joined the push waits for the join. Returns the number
 * that its PHX_EVENT_REPLY has as push: one comes for each, by the timeout at the latest. timeout_ms 0 is the socket's. */
int64_t phx_push(int64_t channel, const char *event, const char *payload, int32_t timeout_ms);

/* phx_push_binary is phx_push with bytes, which travel in a binary frame. They are copied. payload may be NULL when the size is 0. */
int64_t phx_push_binary(int64_t channel, const char *event, const void *payload, size_t payload_size, int32_t timeout_ms);

/* phx_poll writes the socket's next event into the buffer: a phx_event, with its texts and the payload behind it. Align the buffer as for a
 * phx_event. It waits for one up to timeout_ms milliseconds; 0 does not wait, and a negative one waits without end. Returns 1 with an
 * event, and 0 when there is none. event_size, if not NULL, is set to the size of the event, which is what the buffer needs when this
 * returns PHX_ERROR_BUFFER; the event is then kept for the next call. */
int64_t phx_poll(int64_t socket, void *buffer, size_t buffer_size, size_t *event_size, int32_t timeout_ms);

/* phx_error_text says what an error code means. The text is the library's own. */
const char *phx_error_text(int64_t code);

/* phx_last_error says what exactly was wrong with the last call that failed in this thread; it is empty before the first. The text is the
 * library's own, and stays until the thread's next failure. */
const char *phx_last_error(void);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif

#ifdef __cplusplus
}
#endif

#endif
