## The part of the game that uses the addon.
extends Node

## So many messages are on their way at once.
const WINDOW := 500

var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _received := 0


func enter(url: String, heartbeat_ms: int) -> void:
	_socket = PhoenixSocket.create(
		url, {"heartbeat_interval": heartbeat_ms, "max_messages_per_frame": 0}
	)
	add_child(_socket)
	_socket.connect_socket()
	await _socket.on_open
	_channel = _socket.channel("room:game", {"presence": false})
	_channel.on_event.connect(_on_event)
	await _channel.join().completed


func sent() -> int:
	return _socket.get_statistics().messages_out


## Sends messages, and receives as many.
func exchange(messages: int) -> void:
	_received = 0
	var pushed := 0
	while _received < messages:
		while pushed < mini(messages, _received + WINDOW):
			_channel.push("echo", {"n": pushed, "text": "number %d" % pushed, "list": [1.5, true]})
			pushed += 1
		await get_tree().process_frame


func _on_event(_event: String, _payload: Variant, _status: String) -> void:
	_received += 1
