extends "res://phoenix_case.gd"
## Params and tokens that are functions: asked before each attempt, on the main thread.

signal never

const NOT_ON_WEB := {
	"test_refused_credentials_are_asked_for_again_soon":
	"a browser shows nothing of a refused handshake",
}

var _asked := 0


func test_params_are_asked_for_before_each_attempt() -> void:
	var server := own_server()
	var socket := new_socket({"params": _next_user}, server.url)
	record(socket.on_error)
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal((await _known(socket)).user_id, "user-1", "the user of the first connection")
	server.stop()
	await await_signal(socket.on_close)
	check(server.start(), "the server starts again")
	await await_signal(socket.on_open)
	equal((await _known(socket)).user_id, "user-%d" % _asked, "the user of the last connection")
	check(_asked > 1, "asked %d times" % _asked)


func test_functions_may_await() -> void:
	var socket := new_socket({"params": _slow_params, "auth_token": _slow_token})
	var opened := record(socket.on_open)
	socket.connect_socket()
	await frames(2)
	equal(opened.calls.size(), 0, "connections before the functions have returned")
	if await wait_for(opened):
		var known := await _known(socket)
		equal(known.user_id, "slow", "the user")
		equal(known.auth_token, "slow token", "the token")


func test_functions_run_on_the_main_thread() -> void:
	var threads: Array[int] = []
	var socket := new_socket()
	socket.params = func() -> Dictionary:
		threads.append(OS.get_thread_caller_id())
		return {}
	socket.auth_token = func() -> String:
		threads.append(OS.get_thread_caller_id())
		return "a token"
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal(threads, [OS.get_main_thread_id(), OS.get_main_thread_id()], "the threads")


func test_refused_credentials_are_asked_for_again_soon() -> void:
	var given: Array[Dictionary] = [{"token": "bad"}, {"user_id": "fresh"}]
	var socket := new_socket({"params": func() -> Dictionary: return given.pop_front()})
	var errors := record(socket.on_error)
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal(
		errors.calls.map(func(call: Array) -> int: return call[0].status_code), [403], "the errors"
	)
	equal((await _known(socket)).user_id, "fresh", "the user")


func test_params_of_a_channel_are_asked_for_before_each_join() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic(), _next_seat)
	var results := record(channel.on_join_result)
	channel.join()
	if not await wait_for(results):
		return
	equal(results.calls[0][1].params, {"seat": 1}, "the params of the join")
	socket.disconnect_socket()
	await await_signal(socket.on_close)
	socket.connect_socket()
	if await wait_for(results, 2):
		equal(results.calls[1][1].params, {"seat": 2}, "the params of the rejoin")


func test_params_of_a_channel_may_await() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic())
	channel.params = _slow_seat
	var reply := await reply_to(channel.join())
	equal(reply[0], "ok", "the status")
	equal(reply[1].params, {"seat": "late"}, "the params")


func test_function_set_while_the_channel_is_joined_is_for_the_rejoin() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	channel.params = _next_seat
	var results := record(channel.on_join_result)
	socket.disconnect_socket()
	await await_signal(socket.on_close)
	socket.connect_socket()
	if await wait_for(results):
		equal(results.calls[0][1].params, {"seat": 1}, "the params of the rejoin")


func test_functions_are_what_the_properties_hold() -> void:
	var socket := new_socket({"params": _next_user, "auth_token": _slow_token})
	equal(socket.params, _next_user, "params")
	equal(socket.auth_token, _slow_token, "auth_token")
	equal(socket.get_settings().params, _next_user, "params in get_settings()")
	var channel := socket.channel(new_topic(), _next_seat)
	equal(channel.params, _next_seat, "params of the channel")
	channel.params = {"a": 1}
	equal(channel.params, {"a": 1}, "params set to a Dictionary")


func test_what_a_function_must_not_return_is_an_error() -> void:
	for row: Array in [
		[
			"params",
			func() -> int: return 3,
			"the function returned an int; it must return a Dictionary"
		],
		["params", func() -> void: pass, "the function returned null; it must return a Dictionary"],
		["params", _slow_token, "the function returned a String; it must return a Dictionary"],
		["params", func() -> Dictionary: return {"n": NAN}, "JSON has no NaN"],
		[
			"auth_token",
			func() -> int: return 3,
			"the function returned an int; it must return a String"
		],
		["params", func(a: int) -> int: return a, "it needs 1 argument"],
		["auth_token", func(a: int) -> int: return a, "it needs 1 argument"],
	]:
		var socket := new_socket({row[0]: row[1]})
		var errors := record(socket.on_error)
		socket.connect_socket()
		if await wait_for(errors):
			check(
				(row[2] as String) in str(errors.calls[0][0].message),
				"%s in %s" % [row[2], errors.calls[0]]
			)
		socket.free()


func test_function_whose_object_is_gone_is_an_error() -> void:
	var holder := Holder.new()
	var socket := new_socket({"params": holder.params})
	holder.free()
	var errors := record(socket.on_error)
	socket.connect_socket()
	if await wait_for(errors):
		check(
			"its object was freed" in str(errors.calls[0][0].message),
			"the error: %s" % errors.calls[0]
		)


func test_function_of_a_join_that_fails_is_an_error_of_the_join() -> void:
	var socket := await open_socket()
	var errors := record(socket.on_error)
	var reply := await reply_to(socket.channel(new_topic(), func() -> int: return 3).join())
	equal(reply[0], "error", "the status")
	check("must return a Dictionary" in str(reply[1]), "the response: %s" % [reply])
	check("must return a Dictionary" in str(errors.calls), "on_error: %s" % [errors.calls])


func test_function_that_never_returns_is_limited_in_time() -> void:
	var socket := new_socket({"params": _never, "timeout": 100})
	var errors := record(socket.on_error)
	socket.connect_socket()
	if await wait_for(errors):
		check(
			"has not returned within" in str(errors.calls[0][0].message),
			"the error: %s" % errors.calls[0]
		)
	socket.disconnect_socket()
	never.emit()


func test_socket_may_be_freed_while_a_function_awaits() -> void:
	var socket := new_socket({"params": _slow_params, "auth_token": _never})
	socket.connect_socket()
	await wait_until(func() -> bool: return _asked > 0, "the function is called")
	await frames(8)
	socket.free()
	never.emit()
	await frames(5)


func test_function_may_free_its_socket() -> void:
	var socket := new_socket()
	socket.params = func() -> Dictionary:
		_asked += 1
		socket.free()
		return {}
	socket.connect_socket()
	await wait_until(func() -> bool: return _asked > 0, "the function is called")
	await frames(2)
	check(not is_instance_valid(socket), "the socket was freed")


func test_disconnected_socket_does_not_wait_for_its_function() -> void:
	var socket := new_socket({"params": _slow_params})
	socket.connect_socket()
	await wait_until(func() -> bool: return _asked > 0, "the function is called")
	socket.disconnect_socket()
	socket.params = {"user_id": "plain"}
	socket.connect_socket()
	await await_signal(socket.on_open)
	equal((await _known(socket)).user_id, "plain", "the user")


func test_values_of_another_type_are_refused() -> void:
	expect_error(
		"PhoenixSocket.params: must be a Dictionary, or a Callable that returns one; this is an int"
	)
	var socket := new_socket()
	socket.set("params", 3)
	equal(socket.params, {}, "params")
	expect_error(
		"PhoenixSocket.auth_token: must be a String, or a Callable that returns one; this is null"
	)
	socket.set("auth_token", null)
	equal(socket.auth_token, "", "auth_token")
	expect_error("this Callable is empty")
	socket.params = Callable()
	expect_error("PhoenixChannel.set_params(): params must be a Dictionary, or a Callable that")
	var channel := socket.channel(new_topic())
	channel.set("params", "a text")
	equal(channel.params, {}, "params of the channel")


## What the server knows of a connection.
func _known(socket: PhoenixSocket) -> Dictionary:
	var channel := await joined(socket)
	var reply := await reply_to(channel.push("whoami", {}))
	channel.queue_free()
	return reply[1]


func _next_user() -> Dictionary:
	_asked += 1
	return {"user_id": "user-%d" % _asked}


func _next_seat() -> Dictionary:
	_asked += 1
	return {"seat": _asked}


func _slow_params() -> Dictionary:
	_asked += 1
	await frames(5)
	return {"user_id": "slow"}


func _slow_token() -> String:
	await frames(3)
	return "slow token"


func _slow_seat() -> Dictionary:
	await frames(3)
	return {"seat": "late"}


func _never() -> Variant:
	_asked += 1
	await never
	return {}


class Holder:
	extends Object

	func params() -> Dictionary:
		return {}
