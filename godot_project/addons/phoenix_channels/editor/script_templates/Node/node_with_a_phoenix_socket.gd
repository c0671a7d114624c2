# meta-name: Node with a PhoenixSocket
# meta-description: Connects to a Phoenix server, joins a channel and handles its messages
# meta-default: false
extends _BASE_

const TOPIC := "room:lobby"

var channel: PhoenixChannel

var _socket: PhoenixSocket


func _ready() -> void:
	# An empty endpoint is that of the project setting phoenix_channels/endpoint.
	_socket = PhoenixSocket.create("", {"params": {}})
	_socket.on_error.connect(_on_socket_error)
	add_child(_socket)
	channel = _socket.channel(TOPIC)
	channel.on_event.connect(_on_event)
	_socket.connect_socket()
	var joined: Array = await channel.join().completed
	if joined[0] != "ok":
		push_warning("The server refused %s: %s" % [TOPIC, joined[1]])


func _on_event(event: String, payload: Variant, _status: String) -> void:
	match event:
		"message":
			print(payload)


func _on_socket_error(data: Dictionary) -> void:
	push_warning("Connection: %s" % data.message)
