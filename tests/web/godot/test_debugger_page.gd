# gdlint: disable=private-method-call
## The game's side of the tab "Phoenix" in the editor's debugger, in a page: what it would say to
## the debugger, which a release template does not have.
extends "res://phoenix_case.gd"

const Core := preload("res://addons/phoenix_channels/web/core.gd")
const Editor := preload("res://debugger_server.gd")

var _editor: Editor
var _debugger: Core.Debugger


func test_page_tells_an_editor_what_it_does() -> void:
	var before := await open_socket()  # nobody observes it
	_attach()
	var presence := PhoenixPresence.new()
	add_child(presence)
	var socket := await open_socket({"params": {"access_token": "param-PLANTED"}})
	var channel := await joined(socket, new_topic(), {"password": "join-PLANTED"}, presence)
	check(_editor.raw.is_empty(), "nothing is said before it is asked")
	_debugger._captured("watch", [1, 100])
	await wait_until(
		func() -> bool: return not _find({"event": "phx_reply"}).is_empty(), "the join"
	)
	equal(_editor.hellos[0].platform, "Web", "platform")
	await reply_to(channel.push("echo", {"x": 1, "token": "payload-PLANTED"}))
	await wait_until(func() -> bool: return not _find({"event": "echo"}).is_empty(), "the push")
	var push := _find({"event": "echo"})[0]
	equal(_text(push), '{"x":1,"token":"[hidden]"}', "the payload")
	await wait_until(
		func() -> bool: return not _find({"link": push.number}).is_empty(), "the reply"
	)
	check(not _find({"event": "connecting"}).is_empty(), "happenings")
	await wait_until(
		func() -> bool:
			return (
				not _editor.states.is_empty()
				and _editor.states[-1].size() == 2
				and _editor.states[-1][1].channels[0].presence.keys == 1
			),
		"the tree"
	)
	var item := _editor.states[-1][1] as Dictionary
	equal(_editor.states[-1][0].id, before.get_instance_id(), "the other socket's id")
	equal([item.id, item.name], [socket.get_instance_id(), str(socket.get_path())], "the socket")
	equal(item.channels[0].id, channel.get_instance_id(), "the channel's id")
	equal(item.channels[0].presence.id, presence.get_instance_id(), "the presence's id")
	for message: PackedByteArray in _editor.raw:
		check(message.hex_encode().find("PLANTED".to_ascii_buffer().hex_encode()) < 0, "no secret")

	await _commands_work(socket, channel)


func _commands_work(socket: PhoenixSocket, channel: PhoenixChannel) -> void:
	var id := channel.get_instance_id()
	equal(await _answer("push", id, ["echo", {"by": "hand"}]), "", "push")
	equal(await _answer("push", id, ["echo", '[1, "text"]', "json"]), "", "push of JSON")
	await wait_until(func() -> bool: return _find({"event": "echo"}).size() == 3, "the pushes")
	equal(_text(_find({"event": "echo"})[2]), '[1, "text"]', "JSON that is not an object")
	equal(await _answer("leave", id), "", "leave")
	await wait_until(channel.is_closed, "the leave")
	var refused := await _answer("push", id, ["echo", {}])
	check("the channel is closed" in refused, refused)
	equal(await _answer("join", id), "", "join")
	await wait_until(channel.is_joined, "the join")
	equal(await _answer("disconnect", socket.get_instance_id()), "", "disconnect")
	await wait_until(func() -> bool: return socket.state == PhoenixSocket.CLOSED, "the end")
	equal(await _answer("connect", socket.get_instance_id()), "", "connect")
	await wait_until(func() -> bool: return socket.get_is_connected(), "connected")
	refused = await _answer("push", id, ["echo", "{", "json"])
	check("this is not JSON" in refused, refused)
	check("has been freed" in await _answer("join", 12345), "a node that is gone")
	check("no command" in await _answer("dance", id), "an unknown command")
	check(not (await _answer("push", id, [])).is_empty(), "arguments")


func _exit_tree() -> void:
	_debugger.tell = Callable()
	_debugger = null
	Core._end_debugger()


func _attach() -> void:
	_editor = Editor.new()
	_editor.keeps_up = false  # it has no connection
	_debugger = Core.Debugger.new(Core.send, Core.collect, Core.nodes)
	_debugger.tell = func(message: String, data: Array) -> void: _editor._take([message, 1, data])
	Core._debugger = _debugger


func _answer(verb: String, target: int, arguments: Array = []) -> String:
	var number := _editor.answers.size() + 1
	_debugger._captured("do", [number, verb, target, arguments])
	await wait_until(func() -> bool: return _editor.answers.has(number), "did of " + verb)
	return _editor.answers.get(number, "no answer")


func _text(row: Dictionary) -> String:
	return (row.bytes as PackedByteArray).get_string_from_utf8()


## The rows that have all of these values.
func _find(values: Dictionary) -> Array[Dictionary]:
	return _editor.rows().filter(
		func(row: Dictionary) -> bool:
			return values.keys().all(func(key: String) -> bool: return row[key] == values[key])
	)
