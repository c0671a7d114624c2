extends RefCounted
## The settings that core has: of each its default, the least and the greatest value if it has a
## range, and what it can be if it is one of several. A test of web/worker writes this file.

const TABLE: Dictionary[String, Array] = {
	"auth_token": [""],
	"compression": [false],
	"heartbeat_interval": [30000, 1, 1099511627776],
	"longpoll_fallback_after": [0, 0, 1099511627776],
	"max_message_size": [16777216, 1, 1073741824],
	"max_queued_bytes": [67108864, 1, 1099511627776],
	"params": [{}],
	"reconnect_after": [[10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000], 0, 1099511627776],
	"reconnect_jitter": [0.25, 0, 1],
	"rejoin_after": [[1000, 2000, 5000, 10000], 0, 1099511627776],
	"timeout": [10000, 1, 1099511627776],
	"transport": ["websocket", ["websocket", "longpoll"]],
}

## The keys of a simulation: the least and the greatest value of a number, nothing for a bool.
const SIMULATION: Dictionary[String, Array] = {
	"latency_ms": [0, 86400000],
	"jitter_ms": [0, 86400000],
	"bytes_per_second": [0, 1099511627776],
	"stall_ms": [0, 86400000],
	"stall_every_ms": [0, 86400000],
	"cut": [],
	"offline_ms": [0, 86400000],
	"refuse_status": [400, 599],
	"refuse_ms": [0, 86400000],
}

## What each preset begins with.
const PRESETS: Dictionary[String, Dictionary] = {
	"3G": {"stall_ms": 0, "stall_every_ms": 0, "refuse_status": 0, "refuse_ms": 0},
	"server deploy": {"stall_ms": 0, "stall_every_ms": 0, "refuse_status": 503, "refuse_ms": 5000},
	"train": {"stall_ms": 4000, "stall_every_ms": 20000, "refuse_status": 0, "refuse_ms": 0},
}
