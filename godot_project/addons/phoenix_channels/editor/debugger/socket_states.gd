@tool
extends RefCounted
## The game's sockets as it reports them, made complete: what a game leaves out or sends in another
## type has its default. Rates come from two reports.

const SOCKET := {
	"number": 0,
	"id": 0,
	"name": "",
	"endpoint": "",
	"state": 0,
	"round_trip_ms": -1.0,
	"next_attempt_ms": -1.0,
	"reason": "",
	"messages_in": 0,
	"messages_out": 0,
	"bytes_in": 0,
	"bytes_out": 0,
	"pending_pushes": 0,
	"buffered_pushes": 0,
	"queued_events": 0,
	"queued_bytes": 0,
	"reconnects": 0,
	"simulation": {},
	"channels": [],
	"peers": [],
}
const CHANNEL := {"id": 0, "topic": "", "state": 0, "joins": 0, "unsent": 0, "presence": {}}
const PRESENCE := {"id": 0, "keys": 0, "metas": 0, "entries": {}}
const PEER := {
	"id": 0,
	"room": "",
	"state": 0,
	"unique_id": 0,
	"is_host": false,
	"shape": 0,
	"peers": [],
	"packets_in": 0,
	"packets_out": 0,
	"bytes_in": 0,
	"bytes_out": 0,
}

## Totals of which a rate is made, with its name.
const RATES := {
	"messages_in": "messages_in_s",
	"messages_out": "messages_out_s",
	"packets_in": "packets_in_s",
	"packets_out": "packets_out_s",
	"bytes_in": "bytes_in_s",
	"bytes_out": "bytes_out_s",
}

# The latest report of each socket and peer, by id, with its time.
var _before := {}


## The sockets in a report that came at [param now_ms].
func read(reported: Array, now_ms: int) -> Array[Dictionary]:
	var seen := {}
	var sockets: Array[Dictionary] = []
	for socket: Dictionary in _complete_all(reported, SOCKET):
		socket.channels = _complete_all(socket.channels as Array, CHANNEL)
		for channel: Dictionary in socket.channels:
			if channel.presence:
				channel.presence = _complete(channel.presence as Dictionary, PRESENCE)
		socket.peers = _complete_all(socket.peers as Array, PEER)
		_add_rates(socket, now_ms, seen)
		for peer: Dictionary in socket.peers:
			_add_rates(peer, now_ms, seen)
		sockets.append(socket)
	_before = seen
	return sockets


func _add_rates(of: Dictionary, now_ms: int, seen: Dictionary) -> void:
	var before: Dictionary = _before.get(of.id, {})
	var seconds: float = (now_ms - before.get("at_ms", now_ms)) / 1000.0
	for total: String in RATES:
		if of.has(total):
			var more: int = of[total] - before.get(total, 0)
			of[RATES[total]] = maxf(0.0, more / seconds) if seconds > 0.0 else 0.0
	of.at_ms = now_ms
	seen[of.id] = of


static func _complete_all(reported: Array, template: Dictionary) -> Array[Dictionary]:
	var complete: Array[Dictionary] = []
	for one: Variant in reported:
		if one is Dictionary:
			complete.append(_complete(one as Dictionary, template))
	return complete


static func _complete(reported: Dictionary, template: Dictionary) -> Dictionary:
	var complete := {}
	for key: String in template:
		var value: Variant = reported.get(key)
		var default: Variant = template[key]
		if default is float and value is int:
			value = float(value)
		if default is int and value is float:
			value = int(value)
		if default is Array and value is PackedInt32Array:
			value = Array(value as PackedInt32Array)
		complete[key] = value if typeof(value) == typeof(default) else default
	return complete
