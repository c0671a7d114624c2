extends "res://transport.gd"

var _socket: PhoenixSocket
var _room: String
var _channels: Array[PhoenixChannel] = []


func _init(server_url: String) -> void:
	_socket = PhoenixSocket.create(server_url)
	add_child(_socket)


func _ready() -> void:
	_socket.connect_socket()


func begin(room: String) -> void:
	super(room)
	_room = room


func end() -> void:
	for channel: PhoenixChannel in _channels:
		channel.queue_free()
	_channels.clear()


func host() -> MultiplayerPeer:
	return _peer(PhoenixMultiplayerPeer.ROLE_HOST)


func client(_address: Variant) -> MultiplayerPeer:
	return _peer(PhoenixMultiplayerPeer.ROLE_CLIENT)


func mesh() -> PhoenixMultiplayerPeer:
	return _create({"shape": PhoenixMultiplayerPeer.SHAPE_MESH})


func bytes_sent(_peer: MultiplayerPeer) -> int:
	return _socket.get_statistics().bytes_out


func bytes_received(_peer: MultiplayerPeer) -> int:
	return _socket.get_statistics().bytes_in


func announce_refusal() -> void:
	print("[play] expect-error room locked")


func _peer(role: PhoenixMultiplayerPeer.Role) -> PhoenixMultiplayerPeer:
	return _create({"role": role})


func _create(options: Dictionary) -> PhoenixMultiplayerPeer:
	var channel := _socket.channel("relay:" + _room)
	_channels.append(channel)
	return PhoenixMultiplayerPeer.create(channel, options.merged({"seat_timeout": patience_ms}))
