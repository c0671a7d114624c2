extends "res://phoenix_case.gd"
## Reconnects: what a game can hasten, what a refusal says, and what is shown of an outage.

const NOT_ON_WEB := {
	"test_refusal_has_the_status_headers_and_body":
	"a browser shows nothing of a refused handshake",
	"test_body_of_a_refusal_is_cut": "a browser shows nothing of a refused handshake",
	"test_retry_after_is_obeyed": "a browser shows nothing of a refused handshake",
	"test_dead_token_is_not_tried_at_once": "a browser shows nothing of a refused handshake",
	"test_wrong_path_and_unknown_host_warn": "a browser shows nothing of a refused handshake",
	"test_user_agent_is_the_addons_unless_the_game_has_one": "a browser sends no headers of a game",
	"test_cookies_come_back_and_stay_out_of_the_log": "a browser keeps its cookies itself",
	"test_first_failed_attempt_of_an_outage_warns": "a release build does not warn",
}

const HttpServer := preload("res://http_server.gd")


func test_connect_socket_skips_the_delay() -> void:
	var server := own_server()
	var socket := await lost_socket(server)
	check(server.start(), "the server starts again")
	equal(socket.connect_socket(), OK, "connect_socket()")
	await await_signal(socket.on_open)


func test_reconnect_now_skips_the_delay() -> void:
	var server := own_server()
	var socket := await lost_socket(server)
	check(server.start(), "the server starts again")
	socket.reconnect_now()
	await await_signal(socket.on_open)


func test_reconnect_now_connects_no_socket_that_is_not_to_be_connected() -> void:
	var socket := new_socket()
	socket.reconnect_now()
	await frames(3)
	equal(socket.get_state(), PhoenixSocket.CLOSED, "the state")


func test_reconnect_now_keeps_an_open_connection() -> void:
	var socket := await open_socket()
	var closed := record(socket.on_close)
	socket.reconnect_now()
	await reply_to(socket.ping())
	equal(closed.calls, [], "on_close")


func test_offline_socket_waits_until_it_is_online() -> void:
	var socket := new_socket()
	socket.set_online(false)
	equal(socket.connect_socket(), OK, "connect_socket()")
	await frames(5)
	equal(socket.get_state(), PhoenixSocket.CLOSED, "the state offline")
	socket.set_online(true)
	await await_signal(socket.on_open)


func test_online_again_skips_the_delay() -> void:
	var server := own_server()
	var socket := await lost_socket(server)
	socket.set_online(false)
	check(server.start(), "the server starts again")
	socket.set_online(true)
	await await_signal(socket.on_open)


func test_refusal_has_the_status_headers_and_body() -> void:
	var headers: Array[String] = ["Server: edge", "X-Request-Id: 7", "Set-Cookie: secret=1"]
	var server := _http("429 Too Many Requests", headers, "slow down")
	var socket := new_socket({}, server.url)
	var errors := record(socket.on_error)
	socket.connect_socket()
	if await wait_for(errors):
		var data: Dictionary = errors.calls[0][0]
		equal(data.status_code, 429, "status_code")
		equal(data.body, "slow down", "body")
		equal((data.headers as Dictionary).get("X-Request-Id"), "7", "a header")
		check(not str(data).contains("secret"), "no cookie in %s" % data)


func test_body_of_a_refusal_is_cut() -> void:
	var server := _http("500 Oh", [], "x".repeat(10_000))
	var socket := new_socket({}, server.url)
	var errors := record(socket.on_error)
	socket.connect_socket()
	if await wait_for(errors):
		equal((errors.calls[0][0].body as String).length(), 4096, "the length of the body")


func test_retry_after_is_obeyed() -> void:
	for row: Array in [["503 Busy", "7", 7_000], ["429 Slow", "86400", 300_000]]:
		var server := _http(row[0] as String, ["Retry-After: %s" % row[1]])
		var socket := new_socket({}, server.url)
		record(socket.on_error)
		var closed := record(socket.on_close)
		socket.connect_socket()
		if await wait_for(closed):
			equal(closed.calls[0][0].retry_in_ms, row[2], "retry_in_ms of %s" % [row])


func test_dead_token_is_not_tried_at_once() -> void:
	for status: String in ["401 Unauthorized", "403 Forbidden"]:
		var server := _http(status)
		var socket := new_socket({"auth_token": "expired"}, server.url)
		record(socket.on_error)
		var closed := record(socket.on_close)
		socket.connect_socket()
		if await wait_for(closed):
			var retry_in_ms: int = closed.calls[0][0].retry_in_ms
			check(retry_in_ms >= 30_000, "%s: the next attempt in %d ms" % [status, retry_in_ms])
		socket.auth_token = "fresh"
		await wait_until(
			func() -> bool: return server.requests.size() >= 2, "an attempt with the new token"
		)


func test_user_agent_is_the_addons_unless_the_game_has_one() -> void:
	var server := _http("503 Busy")
	for row: Array in [[{}, "phoenix-channels-godot/"], [{"user-agent": "my-game/2"}, "my-game/2"]]:
		var socket := new_socket({"headers": row[0]}, server.url)
		record(socket.on_error)
		socket.connect_socket()
		await await_signal(socket.on_close)
		var sent := "User-Agent: %s" % row[1]
		check(server.requests[-1].contains(sent), "%s in %s" % [sent, server.requests[-1]])
		socket.free()


func test_cookies_come_back_and_stay_out_of_the_log() -> void:
	forbid_line("kitchen-7")
	var server := _http("503 Busy", ["Set-Cookie: node=kitchen-7; Path=/; HttpOnly"])
	var socket := new_socket({"debug_log": true}, server.url)
	var errors := record(socket.on_error)
	socket.connect_socket()
	await wait_until(func() -> bool: return server.requests.size() >= 2, "the second request")
	check(not server.requests[0].contains("Cookie"), "no cookie at first: %s" % server.requests[0])
	check(server.requests[1].contains("node=kitchen-7"), "the cookie in %s" % server.requests[1])
	check(not str(errors.calls).contains("kitchen-7"), "no cookie in %s" % [errors.calls])


func test_server_that_ends_each_connection_is_met_ever_more_rarely() -> void:
	var socket := new_socket({"reconnect_after": PackedInt32Array([5, 20, 50, 100, 200])})
	var channel := socket.channel(new_topic())
	var opened := record(socket.on_open)
	var closed := record(socket.on_close)
	channel.on_join_result.connect(
		func(_s: String, _r: Variant) -> void: channel.push("disconnect_me")
	)
	socket.connect_socket()
	channel.join()
	var is_late := func() -> bool: return closed.calls.any(_waits_for.bind(200))
	await wait_until(is_late, "the last delay")
	check(opened.calls.size() <= 6, "connections until then: %d" % opened.calls.size())


func _waits_for(call: Array, ms: int) -> bool:
	return call[0].retry_in_ms >= ms


func test_first_failed_attempt_of_an_outage_warns() -> void:
	expect_error("nothing listens there: start the server")
	var server := own_server()
	server.stop()
	var socket := new_socket({}, server.url)
	var closed := record(socket.on_close)
	socket.connect_socket()
	await wait_for(closed, 3)
	check(server.start(), "the server starts")
	await await_signal(socket.on_open)
	expect_error("nothing listens there: start the server")
	server.stop()
	await wait_for(closed, closed.calls.size() + 4)


func test_wrong_path_and_unknown_host_warn() -> void:
	expect_error("check the path of the endpoint")
	var socket := new_socket({}, server_url.replace("/socket", "/nothing"))
	var closed := record(socket.on_close)
	socket.connect_socket()
	await wait_for(closed, 2)
	expect_error("check the spelling of the host")
	var other := new_socket({}, "ws://nowhere.invalid/socket")
	var other_closed := record(other.on_close)
	other.connect_socket()
	await wait_for(other_closed, 2)


func test_game_that_listens_to_errors_is_not_warned() -> void:
	var socket := new_socket({}, "ws://127.0.0.1:1/socket")
	var errors := record(socket.on_error)
	socket.connect_socket()
	if await wait_for(errors, 2):
		check(refusal() in str(errors.calls[0][0].message), "the advice in %s" % errors.calls[0])


func test_push_that_timed_out_says_why() -> void:
	var socket := new_socket({"timeout": 100}, "ws://127.0.0.1:1/socket")
	record(socket.on_error)
	var channel := socket.channel(new_topic())
	var results := record(channel.on_join_result)
	socket.connect_socket()
	var join := channel.join()
	var push := channel.push("echo", {})
	for timed_out: PhoenixPush in [join, push]:
		var reply := await reply_to(timed_out)
		equal(reply[0], "timeout", "the status of %s" % timed_out.get_event())
		check(refusal() in str((reply[1] as Dictionary).get("reason")), "the reason: %s" % [reply])
	if await wait_for(results):
		check(refusal() in str(results.calls[0][1]), "on_join_result: %s" % [results.calls])


func test_push_that_the_server_did_not_answer_has_no_reason() -> void:
	var channel := await joined(await open_socket())
	equal(await reply_to(channel.push("noreply", {}, 50)), ["timeout", {}], "the reply")


func test_join_of_a_socket_that_was_never_asked_to_connect_says_so() -> void:
	expect_error("timed out, as its socket is not connected")
	var reply := await reply_to(new_socket({"timeout": 50}).channel(new_topic()).join())
	check("connect_socket()" in str(reply[1]), "the reason: %s" % [reply])


func _http(status: String, headers: Array[String] = [], body: String = "") -> HttpServer:
	var server := HttpServer.new(HttpServer.response(status, headers, body))
	add_child(server)
	return server
