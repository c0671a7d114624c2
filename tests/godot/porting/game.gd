# gdlint: disable=max-public-methods
## A game as it is written for the GDScript addon: untyped, signals connected by name, the socket
## added by call_deferred, the presence synced by hand. Only the constructor and the names of the
## presence events are this addon's.
extends Node

var socket
var channel
var presence

## What each handler was given, in order: its name and arguments.
var log: Array = []
## Asked for the next push, as a checkbox would be.
var broadcast := false


func connect_to(host: String, user_id: String) -> void:
	if socket:
		if socket.get_is_connected():
			socket.disconnect_socket()
		else:
			socket.set_endpoint(host)
			socket.set_params({user_id = user_id})
			socket.connect_socket()
		return
	var options := {
		params = {user_id = user_id},
		heartbeat_interval = 30000,
		timeout = 10000,
		reconnect_after = [20, 50],
		tls_options = null,
	}
	socket = PhoenixSocket.create(host, options)
	socket.connect("on_open", Callable(self, "_on_socket_open"))
	socket.connect("on_close", Callable(self, "_on_socket_close"))
	socket.connect("on_error", Callable(self, "_on_socket_error"))
	socket.connect("on_connecting", Callable(self, "_on_socket_connecting"))
	presence = PhoenixPresence.new()
	presence.connect("on_join", _on_presence_join)
	presence.connect("on_leave", _on_presence_leave)
	call_deferred("add_child", socket, true)
	socket.connect_socket()


func open_channel(topic: String) -> void:
	channel = socket.channel(topic, {}, presence)
	channel.connect("on_event", _on_channel_event)
	channel.connect("on_join_result", _on_channel_join_result)
	channel.connect("on_error", _on_channel_error)
	channel.connect("on_close", _on_channel_close)


func toggle_channel(topic: String) -> void:
	if channel.is_joined():
		channel.leave()
	elif channel.is_closed():
		channel.set_topic(topic)
		channel.join()


func send(event: String, payload: Dictionary) -> void:
	if broadcast:
		payload.broadcast = true
	if channel.can_push(event) and socket.can_push(event):
		channel.push(event, payload)


func users() -> Array:
	var keys: Array = presence.list(func(key, _entry): return key)
	keys.sort()
	return keys


func calls_of(handler: String) -> Array:
	return (
		log
		. filter(func(entry: Array) -> bool: return entry[0] == handler)
		. map(func(entry: Array) -> Array: return entry.slice(1))
	)


func events(event: String) -> Array:
	return calls_of("channel event").filter(func(call: Array) -> bool: return call[0] == event)


func _on_socket_open(payload):
	log.append(["socket open", payload])
	if channel:
		channel.join()


func _on_socket_close(payload):
	log.append(["socket close", payload])


func _on_socket_error(payload):
	log.append(["socket error", payload])


func _on_socket_connecting(is_connecting):
	log.append(["socket connecting", is_connecting])


func _on_channel_event(event, payload, status):
	log.append(["channel event", event, payload, status])
	if event == "presence_state":
		presence.sync_state(payload)
	elif event == "presence_diff":
		presence.sync_diff(payload)


func _on_channel_join_result(status, result):
	log.append(["channel join", status, result])


func _on_channel_error(error):
	log.append(["channel error", error])


func _on_channel_close(closed):
	log.append(["channel close", closed])


func _on_presence_join(joins):
	log.append(["presence join", joins])


func _on_presence_leave(leaves):
	log.append(["presence leave", leaves])


func _exit_tree() -> void:
	if is_instance_valid(presence):
		presence.free()
