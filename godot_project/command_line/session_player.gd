## One player of the scripted session: a socket, a channel and the presences in it.
extends Node

signal changed

var socket: PhoenixSocket
var channel: PhoenixChannel
var presence: PhoenixPresence

var _user: String
var _was_open := false
var _events: Array[Array] = []


func _init(server: String, user: String, topic: String) -> void:
	_user = user
	socket = PhoenixSocket.create(server, {"params": {"user_id": user}})
	add_child(socket)
	presence = PhoenixPresence.new()
	add_child(presence)
	channel = socket.channel(topic, {}, presence)

	socket.on_open.connect(func(_params: Dictionary) -> void: _was_open = true)
	socket.on_close.connect(_tell_close)
	channel.on_event.connect(_remember)
	presence.on_sync.connect(changed.emit)


func open() -> bool:
	socket.connect_socket()
	if not socket.get_is_connected():
		await socket.on_open
	return socket.get_is_connected()


func join() -> bool:
	var reply: Array = await channel.join().completed
	return reply[0] == "ok" and reply[1].has("connection_id")


## Waits until this event with this payload has come.
func saw(event: String, payload: Dictionary) -> bool:
	while not _events.has([event, payload]):
		await changed
	return true


## Waits until exactly these users, named in order, are present.
func sees(users: Array) -> bool:
	while _present() != users:
		await changed
	return true


func disconnected() -> bool:
	socket.disconnect_socket()
	if socket.get_state() != PhoenixSocket.CLOSED:
		await socket.on_close
	return not socket.get_is_connected()


func _remember(event: String, payload: Variant, _status: String) -> void:
	_events.append([event, payload])
	changed.emit()


func _tell_close(params: Dictionary) -> void:
	# Told again for each attempt to reconnect that fails.
	if _was_open and params.get("will_reconnect", false):
		_was_open = false
		print("connection: %s lost its connection (%d), reconnecting" % [_user, params.code])


func _present() -> Array:
	var users := presence.get_state().keys()
	users.sort()
	return users
