## The way from the worker to the editor's debugger and back. Another player takes the debugger's
## part: the engine of a release has none.
extends "res://web_case.gd"

const LIMIT_MS := 60_000

const Server := preload("res://debugger_server.gd")

var _core: GDScript = load("res://addons/phoenix_channels/web/core.gd")
var _editor := Server.new()
var _debugger: RefCounted


func _ready() -> void:
	var script: GDScript = load("res://addons/phoenix_channels/web/debugger.gd")
	check(not script.call("is_wanted"), "a release has no debugger")
	_debugger = script.new(_core.send, _core.collect, _core.nodes)
	_debugger.set("tell", _editor.take)
	_editor.keeps_up = false  # it has no way to the game; there are credits enough
	_core.set("_debugger", _debugger)


func _exit_tree() -> void:
	_core.call("_end_debugger")
	_editor.free()


func test_tab_sees_and_commands_a_game() -> void:
	_hear("watch", [1, 1_000])
	await wait_until(func() -> bool: return not _editor.hellos.is_empty(), "hello")
	equal(_editor.hellos[0].platform, "Web", "platform")
	var socket := await open_socket({"params": {"access_token": "param-PLANTED"}})
	socket.name = "Watched"
	var channel := await joined(socket, new_topic())
	await _the_tree_has(socket, channel)
	await _messages_are_seen(channel)
	await _commands_are_carried_out(socket, channel)
	for message: PackedByteArray in _editor.raw:
		check(message.hex_encode().find("PLANTED".to_ascii_buffer().hex_encode()) < 0, "no secret")


func test_tab_sees_the_host_of_a_room() -> void:
	_hear("watch", [1, 1_000])
	var topic := new_topic("relay")
	var peers: Array[PhoenixMultiplayerPeer] = []
	for i: int in 2:
		var socket := await open_socket()
		var options := {"shape": PhoenixMultiplayerPeer.SHAPE_MESH}
		peers.append(PhoenixMultiplayerPeer.create(socket.channel(topic), options))
		await wait_until(_is_connected.bind(peers[i]), "peer %d" % i)
	await wait_until(func() -> bool: return _rooms().size() == 2 and _knows_peers(), "two rooms")
	equal(_rooms()[0].is_host, true, "the first is the host")
	equal(_rooms()[1].is_host, false, "the second is not")
	for i: int in 2:
		equal(_rooms()[i].shape, PhoenixMultiplayerPeer.SHAPE_MESH, "shape")
		equal(_rooms()[i].unique_id, peers[i].get_unique_id(), "its id")
		equal(_rooms()[i].peers[0], peers[1 - i].get_unique_id(), "the other's id")
	for peer: PhoenixMultiplayerPeer in peers:
		peer.close()


func _the_tree_has(socket: PhoenixSocket, channel: PhoenixChannel) -> void:
	await wait_until(func() -> bool: return not _channels().is_empty(), "the channel in the tree")
	equal(_socket().id, socket.get_instance_id(), "the socket's id")
	equal(_socket().name, str(socket.get_path()), "its name")
	equal(_socket().state, PhoenixSocket.OPEN, "its state")
	equal(_channels()[0].id, channel.get_instance_id(), "the channel's id")
	await wait_until(func() -> bool: return _channels()[0].state == PhoenixChannel.JOINED, "joined")


func _messages_are_seen(channel: PhoenixChannel) -> void:
	await channel.push("echo", {"x": 1, "token": "payload-PLANTED"}).completed
	await wait_until(func() -> bool: return _pushes("echo").size() == 1, "the push")
	equal(_text(_pushes("echo")[0]), '{"x":1,"token":"[hidden]"}', "its payload")


func _commands_are_carried_out(socket: PhoenixSocket, channel: PhoenixChannel) -> void:
	var of_channel := channel.get_instance_id()
	equal(await _do("push", of_channel, ["echo", {"by": "hand"}]), "", "a push")
	equal(await _do("push", of_channel, ["echo", "[1]", "json"]), "", "a push of JSON")
	await wait_until(func() -> bool: return _pushes("echo").size() == 3, "the pushes")
	check("not JSON" in await _do("push", of_channel, ["echo", "[1", "json"]), "what is not JSON")
	check("arguments" in await _do("push", of_channel, []), "no event")
	equal(await _do("leave", of_channel), "", "leave")
	await wait_until(channel.is_closed, "the leave")
	check(not (await _do("push", of_channel, ["echo", {}])).is_empty(), "a push to nothing")
	equal(await _do("join", of_channel), "", "join")
	await wait_until(channel.is_joined, "the join")
	var of_socket := socket.get_instance_id()
	var refusal := await _do("simulate", of_socket, [{"latency_ms": 1}])
	check("release builds" in refusal, "simulate in a release: %s" % refusal)
	equal(await _do("disconnect", of_socket), "", "disconnect")
	await wait_until(func() -> bool: return socket.state == PhoenixSocket.CLOSED, "the end")
	equal(await _do("connect", of_socket), "", "connect")
	await wait_until(socket.get_is_connected, "connected")
	check("freed" in await _do("connect", 5), "what is gone")
	check("no command" in await _do("dance", of_socket), "an unknown command")


func _hear(message: String, data: Array) -> void:
	_debugger.call("_captured", message, data)


## Has the game do something, and returns the error.
func _do(verb: String, target: int, arguments: Array = []) -> String:
	var number := _editor.answers.size() + 1
	_hear("do", [number, verb, target, arguments])
	await wait_until(func() -> bool: return _editor.answers.has(number), "did of " + verb)
	return _editor.answers.get(number, "no answer")


func _socket() -> Dictionary:
	return _editor.states[-1][0]


func _channels() -> Array:
	if _editor.states.is_empty() or (_editor.states[-1] as Array).is_empty():
		return []
	return _socket().channels


func _rooms() -> Array:
	var found: Array = []
	for socket: Dictionary in _editor.states[-1] if not _editor.states.is_empty() else []:
		found.append_array(socket.peers as Array)
	return found


func _knows_peers() -> bool:
	return _rooms().all(func(room: Dictionary) -> bool: return room.peers.size() == 1)


func _is_connected(peer: PhoenixMultiplayerPeer) -> bool:
	peer.poll()
	return peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED


func _pushes(event: String) -> Array[Dictionary]:
	return _editor.rows().filter(
		func(row: Dictionary) -> bool: return row.event == event and row.kind == 1
	)


func _text(row: Dictionary) -> String:
	return (row.bytes as PackedByteArray).get_string_from_utf8()
