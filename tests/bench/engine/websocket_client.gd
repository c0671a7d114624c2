## The baseline: Phoenix Channels on the engine's own WebSocketPeer, with no more than what the
## benchmarks need, as fast as GDScript does it.
extends RefCounted

signal on_event(event: String, payload: Variant, status: String)

var topic := ""
## Every text that came, if wanted.
var keeps := false
var texts := PackedStringArray()

var _peer := WebSocketPeer.new()
var _ref := 0


func connect_to(url: String) -> void:
	_peer.inbound_buffer_size = 64 << 20
	_peer.outbound_buffer_size = 16 << 20
	_peer.max_queued_packets = 1 << 18
	_peer.connect_to_url(url + "/websocket?vsn=2.0.0")


func is_open() -> bool:
	_peer.poll()
	return _peer.get_ready_state() == WebSocketPeer.STATE_OPEN


func join(to: String, params: Dictionary) -> void:
	topic = to
	push("phx_join", params)


func push(event: String, payload: Variant) -> void:
	_ref += 1
	_peer.send_text(JSON.stringify(["1", str(_ref), topic, event, payload]))


## Handles incoming messages. Call it in each frame.
func poll() -> void:
	_peer.poll()
	while _peer.get_available_packet_count() > 0:
		var text := _peer.get_packet().get_string_from_utf8()
		if keeps:
			texts.append(text)
		var message: Array = JSON.parse_string(text)
		var payload: Variant = message[4]
		if message[3] == "phx_reply":
			on_event.emit("phx_reply", payload.response, payload.status)
		else:
			on_event.emit(message[3], payload, "ok")


func close() -> void:
	_peer.close()
