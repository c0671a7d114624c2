# gdlint: disable=max-public-methods
## on_close: the same keys whatever ends a connection, once for each that on_connecting announced.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_free_before_the_close_by_the_server_was_told":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_removal_before_the_close_by_the_server_was_told":
	"blocks the main thread until events are there, which a browser hands over between frames",
}

const SilentServer := preload("res://silent_server.gd")

const KEYS := ["was_requested", "will_reconnect", "retry_in_ms", "code", "reason"]
const UNREACHABLE := "ws://127.0.0.1:1/socket"
const LATE := 60_000  # until the next attempt

## Of the socket of the running test, which may be freed before the test looks.
var _socket: PhoenixSocket
var _closed: Recorder
var _attempts: Recorder
var _silent: SilentServer


func test_disconnect_socket() -> void:
	await _open()
	_socket.disconnect_socket(3001, "enough")
	await wait_for(_closed)
	await _equal_closes([_asked_for(3001, "enough")])


func test_disconnect_socket_twice_and_free() -> void:
	await _open()
	_socket.disconnect_socket()
	_socket.disconnect_socket()
	await wait_for(_closed)
	_socket.free()
	await _equal_closes([_asked_for(1000, "")])


func test_disconnect_socket_while_connecting() -> void:
	await _begin()
	_socket.disconnect_socket()
	await wait_for(_closed)
	await _equal_closes([_asked_for(1000, "")])


func test_free() -> void:
	await _open()
	_socket.free()
	equal(_closed.calls.size(), 1, "at once")
	await _equal_closes([_left()])


func test_queue_free() -> void:
	await _open()
	_socket.queue_free()
	await _equal_closes([_left()])


func test_removal() -> void:
	await _open()
	remove_child(_socket)
	await _equal_closes([_left()])
	_socket.free()
	await _equal_closes([_left()])


func test_removal_and_free_in_one_frame() -> void:
	await _open()
	remove_child(_socket)
	_socket.free()
	equal(_closed.calls.size(), 1, "at once")
	await _equal_closes([_left()])


func test_free_of_a_node_above() -> void:
	await _open()
	var parent := Node.new()
	add_child(parent)
	_socket.reparent(parent)
	parent.free()
	equal(_closed.calls.size(), 1, "at once")
	await _equal_closes([_left()])


func test_queue_free_of_a_node_above() -> void:
	await _open()
	var parent := Node.new()
	add_child(parent)
	_socket.reparent(parent)
	parent.queue_free()
	await _equal_closes([_left()])


func test_free_while_it_says_goodbye() -> void:
	var server := own_server()
	await _open({}, server.url)
	server.freeze()  # else it may have answered before the next line
	_socket.disconnect_socket()
	equal(_socket.get_state(), PhoenixSocket.CLOSING, "state")
	_socket.free()
	await _equal_closes([_left()])


func test_removal_while_it_says_goodbye() -> void:
	await _open()
	_socket.disconnect_socket()
	remove_child(_socket)
	await _equal_closes([_left()])
	await wait_until(_is_closed, "the goodbye")
	add_child(_socket)
	await _equal_closes([_left()])


func test_free_of_a_socket_that_never_connected() -> void:
	_watch(new_socket())
	_socket.free()
	await _equal_closes([])


func test_removal_of_a_socket_that_never_connected() -> void:
	_watch(new_socket())
	remove_child(_socket)
	await frames(2)
	add_child(_socket)
	remove_child(_socket)
	_socket.free()
	await _equal_closes([])


func test_free_right_after_connect_socket() -> void:
	_watch(new_socket())
	_socket.connect_socket()
	_socket.free()
	await _equal_closes([])


func test_free_while_connecting() -> void:
	await _begin()
	_socket.free()
	await _equal_closes([_left()])


func test_removal_while_connecting() -> void:
	await _begin()
	remove_child(_socket)
	await _equal_closes([_left()])
	equal(_attempts.calls, [[true], [false]] as Array[Array], "on_connecting")
	_socket.free()


func test_free_of_a_socket_outside_of_the_tree() -> void:
	await _open()
	remove_child(_socket)
	expect_error("not in the scene tree")
	_socket.connect_socket()  # keeps it
	await frames(3)
	equal(_closed.calls.size(), 0, "closes of a socket that was told to stay")
	_socket.free()
	await _equal_closes([_left()])


func test_each_connection_of_a_socket_that_comes_back() -> void:
	await _open()
	for i: int in 3:
		remove_child(_socket)
		await wait_for(_closed, i + 1)
		add_child(_socket)
		_socket.connect_socket()
		await await_signal(_socket.on_open)
	_socket.free()
	await _equal_closes([_left(), _left(), _left(), _left()])


func test_failed_attempt_and_free() -> void:
	expect_outage()
	_watch(new_socket({"reconnect_after": [LATE]}, UNREACHABLE))
	_socket.connect_socket()
	await wait_for(_closed)
	_socket.free()
	await _equal_closes([_lost(1006)])


func test_failed_attempt_and_removal() -> void:
	expect_outage()
	_watch(new_socket({"reconnect_after": [LATE]}, UNREACHABLE))
	_socket.connect_socket()
	await wait_for(_closed)
	remove_child(_socket)
	await frames(2)
	_socket.free()
	await _equal_closes([_lost(1006)])


func test_failed_attempt_and_disconnect_socket() -> void:
	expect_outage()
	_watch(new_socket({"reconnect_after": [LATE]}, UNREACHABLE))
	_socket.connect_socket()
	await wait_for(_closed)
	_socket.disconnect_socket()
	await wait_for(_closed, 2)
	_socket.free()
	await _equal_closes([_lost(1006), _asked_for(1000, "")])


func test_each_close_by_the_server() -> void:
	await _open()
	var opened := record(_socket.on_open)
	for i: int in 2:
		var channel := await joined(_socket)
		channel.push("kill_transport")
		await wait_for(_closed, i + 1)
		await wait_for(opened, i + 1)
	_socket.free()
	var codes := _closed.calls.map(func(call: Array) -> int: return call[0].code)
	equal(codes.size(), 3, "closes %s" % [_closed.calls])
	await _equal_closes([_lost(codes[0] as int), _lost(codes[1] as int), _left()])


func test_free_before_the_close_by_the_server_was_told() -> void:
	await _open({"reconnect_after": [LATE]})
	(await joined(_socket)).push("kill_transport")
	wait_without_frames(
		func() -> bool: return not _socket.get_is_connected(), "the connection ends"
	)
	check(_is_closed(), "closed")
	_socket.free()
	await _equal_closes([_left()])


func test_removal_before_the_close_by_the_server_was_told() -> void:
	await _open({"reconnect_after": [LATE]})
	(await joined(_socket)).push("kill_transport")
	wait_without_frames(
		func() -> bool: return not _socket.get_is_connected(), "the connection ends"
	)
	remove_child(_socket)
	await _equal_closes([_left()])
	_socket.free()


func test_channel_has_a_reason_whatever_closes_it() -> void:
	var socket := await open_socket()
	var ways := {
		"leave": func(channel: PhoenixChannel) -> void: channel.leave(),
		"unexpected_close": func(channel: PhoenixChannel) -> void: channel.push("stop"),
		"exit tree": func(channel: PhoenixChannel) -> void: socket.remove_child(channel),
	}
	for reason: String in ways:
		var channel := await joined(socket)
		var closed := record(channel.on_close)
		(ways[reason] as Callable).call(channel)
		await wait_for(closed)
		await frames(3)
		equal(closed.calls, [[{"reason": reason}]] as Array[Array], "on_close")
		channel.free()
		equal(closed.calls.size(), 1, "on_close after free()")


func test_channel_that_is_freed_says_so_once() -> void:
	var socket := await open_socket()
	for way: String in ["free", "queue_free"]:
		var channel := await joined(socket)
		var closed := record(channel.on_close)
		channel.call(way)
		await frames(3)
		equal(closed.calls, [[{"reason": "exit tree"}]] as Array[Array], way)


func _open(options: Dictionary = {}, url: String = server_url) -> void:
	_watch(new_socket(options, url))
	_socket.connect_socket()
	await await_signal(_socket.on_open)


## A socket whose attempt to connect is under way.
func _begin() -> void:
	allow_error("connection reset")
	_silent = SilentServer.new()
	_watch(new_socket({}, _silent.url))
	_socket.connect_socket()
	await wait_until(_silent.has_connection, "the connection")
	await wait_for(_attempts)
	equal(_socket.get_state(), PhoenixSocket.CONNECTING, "state")


func _watch(socket: PhoenixSocket) -> void:
	_socket = socket
	_closed = record(socket.on_close)
	_attempts = record(socket.on_connecting)


func _is_closed() -> bool:
	return _socket.get_state() == PhoenixSocket.CLOSED


func _asked_for(code: int, message: String) -> Dictionary:
	return {
		"was_requested": true,
		"will_reconnect": false,
		"retry_in_ms": 0,
		"code": code,
		"reason": {"message": message},
	}


func _left() -> Dictionary:
	return _asked_for(1000, "exit tree")


## What the server or the network ended; the words and the delay are not looked at.
func _lost(code: int) -> Dictionary:
	return {"was_requested": false, "will_reconnect": true, "code": code}


## Compares all that on_close told with what is expected.
func _equal_closes(expected: Array[Dictionary]) -> void:
	await frames(5)
	if not equal(_closed.calls.size(), expected.size(), "closes %s" % [_closed.calls]):
		return
	for i: int in expected.size():
		var told := _closed.calls[i][0] as Dictionary
		equal(told.keys(), KEYS, "keys")
		equal((told.reason as Dictionary).keys(), ["message"], "keys of the reason")
		for key: String in expected[i]:
			equal(told[key], expected[i][key], "%s of close %d" % [key, i])
