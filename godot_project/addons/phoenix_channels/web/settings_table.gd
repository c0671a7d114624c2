extends RefCounted
## The properties of a PhoenixSocket, in the order of the inspector.

const MOST := 1 << 40

## Each has its type, its default, and of numbers the least and the greatest value.
const TABLE: Dictionary[String, Array] = {
	"endpoint": [TYPE_STRING, "ws://localhost:4000/socket"],
	"params": [TYPE_DICTIONARY, {}],
	"auth_token": [TYPE_STRING, ""],
	"headers": [TYPE_DICTIONARY, {}],
	"auto_connect": [TYPE_BOOL, false],
	"heartbeat_interval": [TYPE_INT, 30_000, 1, MOST],
	"timeout": [TYPE_INT, 10_000, 1, MOST],
	"reconnect_after":
	[TYPE_PACKED_INT32_ARRAY, [10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000]],
	"rejoin_after": [TYPE_PACKED_INT32_ARRAY, [1000, 2000, 5000, 10_000]],
	"reconnect_jitter": [TYPE_FLOAT, 0.25],
	"transport": [TYPE_INT, 0, 0, 1],
	"longpoll_fallback_after": [TYPE_INT, 0, 0, MOST],
	"compression": [TYPE_BOOL, false],
	"proxy": [TYPE_STRING, ""],
	"tls_options": [TYPE_OBJECT, null],
	"max_message_size": [TYPE_INT, 16_777_216, 1, MOST],
	"max_queued_bytes": [TYPE_INT, 67_108_864, 1, MOST],
	"max_messages_per_frame": [TYPE_INT, 1000, 0, MOST],
	"report_sent": [TYPE_BOOL, false],
	"debug_log": [TYPE_BOOL, false],
}
