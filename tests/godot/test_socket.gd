# gdlint: disable=max-public-methods
## PhoenixSocket: connecting, staying connected, coming back.
extends "res://phoenix_case.gd"

const SilentServer := preload("res://silent_server.gd")

const NOT_ON_WEB := {
	"test_sends_params_headers_and_token": "a browser sends no headers of a game",
	"test_refused_connection_tells_the_status": "a browser shows nothing of a refused handshake",
	"test_settings_that_a_connection_is_made_with_hold_from_the_next":
	"a browser sends no headers of a game",
}


func test_connects_and_tells_so() -> void:
	var socket := new_socket()
	var connecting := record(socket.on_connecting)
	var opened := record(socket.on_open)
	equal(socket.get_state(), PhoenixSocket.CLOSED, "state before")

	equal(socket.connect_socket(), OK, "connect_socket()")
	if not await wait_for(opened):
		return
	equal(socket.get_state(), PhoenixSocket.OPEN, "state after")
	check(socket.get_is_connected(), "get_is_connected()")
	equal(connecting.calls, [[true], [false]] as Array[Array], "on_connecting")
	var params := opened.calls[0][0] as Dictionary
	check(str(params.endpoint).begins_with(server_url), "the endpoint %s" % params)


func test_is_connecting_until_the_server_answers() -> void:
	var silent := SilentServer.new()
	var socket := new_socket({}, silent.url)
	socket.connect_socket()
	await await_signal(socket.on_connecting)
	check(socket.get_is_connecting(), "get_is_connecting()")
	equal(socket.get_state(), PhoenixSocket.CONNECTING, "state")
	socket.disconnect_socket()
	await wait_until(
		func() -> bool: return socket.get_state() == PhoenixSocket.CLOSED, "state CLOSED"
	)


func test_delivers_nothing_within_the_call() -> void:
	var socket := new_socket()
	var connecting := record(socket.on_connecting)
	socket.connect_socket()
	equal(connecting.calls.size(), 0, "signals before the next frame")
	await wait_for(connecting)


func test_works_as_a_plain_node() -> void:
	var socket := PhoenixSocket.new()
	socket.endpoint = server_url
	add_child(socket)
	equal(socket.connect_socket(), OK, "connect_socket()")
	await await_signal(socket.on_open)


func test_connects_by_itself_with_auto_connect() -> void:
	var socket := PhoenixSocket.create(server_url, {"auto_connect": true})
	add_child(socket)
	await await_signal(socket.on_open)


func test_sends_params_headers_and_token() -> void:
	var options := {
		"params": {"user_id": "ada", "team": {"name": "red"}},
		"headers": {"X-Build": "7"},
		"auth_token": "secret",
	}
	var socket := await open_socket(options)
	var channel := await joined(socket)
	var reply := await reply_to(channel.push("whoami"))
	var known := reply[1] as Dictionary
	equal(known.user_id, "ada", "user_id")
	equal(known.params.team, {"name": "red"}, "a nested param")
	check((known.x_headers as Array).has(["x-build", "7"]), "X-Build in %s" % [known.x_headers])
	equal(known.auth_token, "secret", "auth_token")


func test_params_with_nested_lists_arrive_whole() -> void:
	var params := {
		"ids": [3, 1.5, true],
		"names": PackedStringArray(["ada", "bob"]),
		"squad": [{"name": "a", "hp": 1}, {"name": "b & c", "items": [&"map", null]}],
		"grid": [[1, 2], [3, 4]],
	}
	for transport: PhoenixSocket.Transport in [PhoenixSocket.WEBSOCKET, PhoenixSocket.LONGPOLL]:
		var socket := await open_socket({"params": params, "transport": transport})
		var reply := await reply_to((await joined(socket)).push("whoami"))
		var known := (reply[1] as Dictionary).params as Dictionary
		equal(known.ids, ["3", "1.5", "true"], "a plain list")
		equal(known.names, ["ada", "bob"], "a packed one")
		equal(
			known.squad,
			{"0": {"name": "a", "hp": "1"}, "1": {"name": "b & c", "items": ["map", ""]}},
			"dictionaries in a list"
		)
		equal(known.grid, {"0": ["1", "2"], "1": ["3", "4"]}, "lists in a list")


func test_refused_connection_tells_the_status() -> void:
	var socket := new_socket({"params": {"token": "bad"}})
	socket.connect_socket()
	var data := await await_signal(socket.on_error)
	if not data.is_empty():
		equal((data[0] as Dictionary).get("status_code"), 403, "status_code in %s" % data)
	check(not socket.get_is_connected(), "not connected")


func test_server_that_is_not_there_is_an_error_and_is_tried_again() -> void:
	var socket := new_socket({}, "ws://127.0.0.1:1/socket")
	var errors := record(socket.on_error)
	socket.connect_socket()
	await wait_for(errors, 3)
	if errors.calls.size() > 0:
		check("127.0.0.1:1" in str(errors.calls[0][0]), "the address in %s" % [errors.calls[0]])


func test_disconnects_and_connects_again() -> void:
	var socket := await open_socket()
	var closed := record(socket.on_close)
	equal(socket.disconnect_socket(1000, "enough"), OK, "disconnect_socket()")
	if not await wait_for(closed):
		return
	var params := closed.calls[0][0] as Dictionary
	equal(params.was_requested, true, "was_requested")
	equal(params.will_reconnect, false, "will_reconnect")
	equal(params.retry_in_ms, 0, "retry_in_ms")
	equal(params.code, 1000, "code")
	equal(params.reason, {"message": "enough"}, "reason")
	equal(socket.get_state(), PhoenixSocket.CLOSED, "state")

	socket.connect_socket()
	await await_signal(socket.on_open)
	equal(closed.calls.size(), 1, "closes told")


func test_heartbeats_go_on_by_themselves() -> void:
	var socket := await open_socket({"heartbeat_interval": 200})
	await wait_until(
		func() -> bool: return socket.get_statistics().messages_in >= 3, "three heartbeats answered"
	)
	var statistics := socket.get_statistics()
	check(statistics.messages_out >= 3, "heartbeats sent, in %s" % statistics)
	check(statistics.round_trip_ms > 0.0, "a round trip, in %s" % statistics)
	check(socket.get_is_connected(), "still connected")


func test_heartbeats_go_on_while_the_main_thread_is_busy() -> void:
	# The server of this socket closes it after 1500 ms of silence.
	var socket := await open_socket(
		{"heartbeat_interval": 400}, server_url.replace("/socket", "/small")
	)
	var closed := record(socket.on_close)
	OS.delay_msec(2_500)
	await frames(3)
	equal(closed.calls.size(), 0, "closes")
	check(socket.get_is_connected(), "still connected")


func test_ping_completes_with_the_round_trip() -> void:
	var socket := await open_socket()
	var reply := await reply_to(socket.ping())
	equal(reply[0], "ok", "status")
	check((reply[1] as Dictionary).round_trip_ms > 0.0, "the round trip in %s" % [reply])


func test_delivers_while_the_tree_is_paused() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	get_tree().paused = true
	var reply := await reply_to(channel.push("echo", {"n": 1}))
	equal(reply, ["ok", {"n": 1}], "the reply")
	get_tree().paused = false


func test_comes_back_and_rejoins_when_the_connection_drops() -> void:
	var socket := await open_socket({"params": {"user_id": "drop"}})
	var channel := await joined(socket)
	var closed := record(socket.on_close)
	var opened := record(socket.on_open)
	var rejoined := record(channel.on_join_result)
	channel.push("kill_transport")

	if not await wait_for(closed):
		return
	var params := closed.calls[0][0] as Dictionary
	equal(params.was_requested, false, "was_requested")
	equal(params.will_reconnect, true, "will_reconnect")
	equal(params.retry_in_ms, 20, "retry_in_ms")
	equal(params.code, 1006, "code")
	await wait_for(opened)
	await wait_for(rejoined)
	equal((await reply_to(channel.push("echo", {"n": 2})))[1], {"n": 2}, "a push afterwards")
	equal(socket.get_statistics().reconnects, 1, "reconnects counted")


func test_reports_what_it_sends_when_asked_to() -> void:
	var socket := await open_socket({"report_sent": true})
	var sent := record(socket.on_sent)
	var topic := new_topic()
	var channel := await joined(socket, topic, {"device": "phone"})
	await reply_to(channel.push("echo", {"n": 1}))
	await reply_to(channel.push("binary", PackedByteArray([1, 2])))
	var seen := sent.calls.map(func(call: Array) -> Array: return call.slice(0, 3))
	equal(
		seen,
		[
			[topic, "phx_join", {"device": "phone"}],
			[topic, "echo", {"n": 1}],
			[topic, "binary", PackedByteArray([1, 2])],
		],
		"what was sent"
	)
	equal(sent.calls[1][4], sent.calls[0][3], "the join's ref")

	socket.report_sent = false
	await reply_to(channel.push("echo"))
	equal(sent.calls.size(), 3, "reports after it was switched off")
	socket.report_sent = true
	await reply_to(channel.push("echo"))
	equal(sent.calls.size(), 4, "reports after it was switched on again")


func test_comes_back_when_the_server_disconnects_it() -> void:
	var user := "user-%d" % Time.get_ticks_usec()
	var socket := await open_socket({"params": {"user_id": user}})
	var channel := await joined(socket)
	var closed := record(socket.on_close)
	var rejoined := record(channel.on_join_result)
	channel.push("disconnect_me")
	if await wait_for(closed):
		equal((closed.calls[0][0] as Dictionary).code, 1001, "code")
	await wait_for(rejoined)
	check(channel.is_joined(), "joined again")


func test_comes_back_when_the_server_does() -> void:
	var server := own_server()
	var socket := await open_socket({}, server.url)
	var channel := await joined(socket)
	var closed := record(socket.on_close)
	var errors := record(socket.on_error)
	var rejoined := record(channel.on_join_result)

	server.stop()
	await wait_for(closed)
	await wait_for(errors, 2)
	check(not socket.get_is_connected(), "not connected without a server")
	check(channel.is_errored(), "the channel is errored, its state is %d" % channel.get_state())
	var pushed := channel.push("echo", {"waited": true})

	check(server.start(), "the server starts again at %s" % server.url)
	await wait_for(rejoined)
	equal(rejoined.calls_with("ok").size(), 1, "rejoins")
	equal(await reply_to(pushed), ["ok", {"waited": true}], "what was pushed meanwhile")


func test_shows_every_message() -> void:
	var socket := await open_socket()
	var messages := record(socket.on_message)
	var topic := new_topic()
	var channel := await joined(socket, topic, {"presence": false})
	await reply_to(channel.push("echo", {"n": 1}))
	await wait_for(messages, 2)
	var join_ref := messages.calls[0][4] as String
	equal(messages.calls[0].slice(0, 2), [topic, "phx_reply"], "the join's reply")
	equal(
		messages.calls[1].slice(0, 3),
		[topic, "phx_reply", {"status": "ok", "response": {"n": 1}}],
		"the push's reply"
	)
	equal(messages.calls[1][4], join_ref, "join_ref")
	check(messages.calls[1][3] != join_ref, "another ref than the join's")


func test_sends_raw_messages() -> void:
	var socket := await open_socket()
	var messages := record(socket.on_message)
	var ref := socket.make_ref()
	check(ref != socket.make_ref(), "refs differ")
	equal(
		socket.push({"topic": "phoenix", "event": "heartbeat", "payload": {}, "ref": ref}),
		OK,
		"push()"
	)
	if await wait_for(messages):
		equal(messages.calls[0][3], ref, "the ref of the answer")


func test_names_its_channels_and_settings() -> void:
	var socket := new_socket({"timeout": 1234})
	var channel := socket.channel("room:a")
	equal(socket.get_channels().size(), 1, "channels")
	check(socket.get_channels()[0] == channel, "the channel")
	check(channel.get_parent() == socket, "is a child of the socket")
	equal(socket.get_settings().timeout, 1234, "the timeout in get_settings()")
	equal(socket.timeout, 1234, "the property timeout")
	equal(socket.heartbeat_interval, 30_000, "the default heartbeat_interval")
	equal(socket.process_mode, Node.PROCESS_MODE_ALWAYS, "process_mode")


func test_takes_new_params_for_the_next_connect() -> void:
	var socket := await open_socket({"params": {"user_id": "before"}})
	socket.disconnect_socket()
	await await_signal(socket.on_close)
	socket.set_params({"user_id": "after"})
	socket.connect_socket()
	await await_signal(socket.on_open)
	var channel := await joined(socket)
	equal(((await reply_to(channel.push("whoami")))[1] as Dictionary).user_id, "after", "user_id")


func test_leaving_the_tree_disconnects() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var closed := record(socket.on_close)
	var channel_closed := record(channel.on_close)
	remove_child(socket)
	await wait_for(closed)
	equal(
		channel_closed.calls, [[{"reason": "exit tree"}]] as Array[Array], "the channel's on_close"
	)
	check(not socket.get_is_connected(), "not connected")

	add_child(socket)
	socket.connect_socket()
	await await_signal(socket.on_open)


func test_free_ends_everything() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var push := channel.push("delay", {"ms": 10_000})
	var completed := record(push.completed)
	socket.free()
	await wait_for(completed)
	equal(completed.calls.size(), 1, "completions of the push that waited")
	equal(push.get_status(), "closed", "its status")
	check(not is_instance_valid(channel), "the channel is gone as well")


func test_free_while_connecting() -> void:
	var socket := new_socket()
	socket.connect_socket()
	socket.free()
	await frames(3)


func test_queue_free_within_a_handler() -> void:
	var socket := new_socket()
	var id := socket.get_instance_id()
	socket.on_open.connect(func(_params: Dictionary) -> void: socket.queue_free())
	socket.connect_socket()
	await wait_until(func() -> bool: return not is_instance_id_valid(id), "the socket was freed")


func test_unknown_option_is_an_error_that_names_it() -> void:
	expect_error("heartbeat_seconds")
	check(PhoenixSocket.create(server_url, {"heartbeat_seconds": 30}) == null, "create() is null")


func test_endpoint_that_is_no_url_is_an_error_that_names_it() -> void:
	expect_error("127.0.0.1:4000")
	check(PhoenixSocket.create("127.0.0.1:4000") == null, "create() is null")
	expect_error("begins or ends with white space; remove it")
	check(PhoenixSocket.create(server_url + " ") == null, "create() is null")


func test_empty_topic_is_an_error() -> void:
	var socket := new_socket()
	expect_error("topic")
	check(socket.channel("") == null, "channel() is null")
	expect_error("topic")
	check(socket.channel("phoenix") == null, "channel() is null")


func test_ping_without_a_connection_is_an_error() -> void:
	var socket := new_socket()
	expect_error("connect_socket()")
	check(socket.ping() == null, "ping() is null")


func test_settings_change_while_connected() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	socket.timeout = 200
	equal((await reply_to(channel.push("noreply"), 3_000))[0], "timeout", "the new timeout holds")
	socket.heartbeat_interval = 200
	await wait_until(
		func() -> bool: return socket.get_statistics().round_trip_ms > 0.0, "the new heartbeats"
	)
	equal(socket.get_statistics().connects, 1, "connections")


func test_settings_that_a_connection_is_made_with_hold_from_the_next() -> void:
	var socket := await open_socket({"headers": {"X-Build": "1"}})
	socket.headers = {"X-Build": "2"}
	socket.disconnect_socket()
	socket.connect_socket()
	await await_signal(socket.on_open)
	var channel := await joined(socket)
	var known := (await reply_to(channel.push("whoami")))[1] as Dictionary
	check((known.x_headers as Array).has(["x-build", "2"]), "X-Build in %s" % [known.x_headers])


func test_setting_that_cannot_work_leaves_the_old_value() -> void:
	allow_error("no effect here: headers")
	var socket := await open_socket({"headers": {"X-Build": "1"}})
	expect_error("PhoenixSocket.headers")
	socket.headers = {"X-Build": 2}
	equal(socket.headers, {"X-Build": "1"}, "headers")


func test_disconnects_with_a_code_and_a_reason() -> void:
	var socket := await open_socket()
	var closed := record(socket.on_close)
	equal(socket.disconnect_socket(4001, "enough"), OK, "disconnect_socket()")
	if await wait_for(closed):
		equal(closed.calls[0][0].code, 4001, "code")
		equal(closed.calls[0][0].reason, {"message": "enough"}, "reason")


func test_code_or_reason_that_cannot_be_is_an_error() -> void:
	var socket := await open_socket()
	expect_error("close code 1005")
	equal(socket.disconnect_socket(1005), ERR_INVALID_PARAMETER, "disconnect_socket(1005)")
	expect_error("close reason")
	equal(socket.disconnect_socket(1000, "é".repeat(80)), ERR_INVALID_PARAMETER, "a long reason")
	check(socket.get_is_connected(), "is connected")


func test_disconnect_of_a_socket_that_never_connected_is_nothing() -> void:
	var socket := PhoenixSocket.new()
	add_child(socket)
	equal(socket.disconnect_socket(), OK, "disconnect_socket()")
	equal(new_socket().disconnect_socket(), OK, "disconnect_socket() of another")


func test_raw_message_that_is_none_is_an_error() -> void:
	var socket := await open_socket()
	for message: Dictionary in [
		{},
		{"topic": "phoenix"},
		{"topic": "phoenix", "event": 3},
		{"topic": "phoenix", "event": "heartbeat", "body": {}},
		{"topic": "phoenix", "event": "heartbeat", "payload": 3},
		{1: 2},
	]:
		expect_error("PhoenixSocket.push")
		equal(socket.push(message), ERR_INVALID_PARAMETER, "push(%s)" % message)


func test_raw_message_waits_for_the_connection() -> void:
	var socket := new_socket()
	var messages := record(socket.on_message)
	var message := {"topic": "phoenix", "event": "heartbeat", "ref": "early", "payload": null}
	message.erase("payload")
	equal(socket.push(message), OK, "push()")
	socket.connect_socket()
	if await wait_for(messages):
		equal(messages.calls[0][3], "early", "the ref of the answer")


func test_pings_complete_also_when_the_connection_ends() -> void:
	var socket := await open_socket()
	var pings: Array[PhoenixPush] = []
	for i: int in 200:
		pings.append(socket.ping())
	socket.disconnect_socket()
	for ping: PhoenixPush in pings:
		var status := (await reply_to(ping))[0] as String
		check(status in ["ok", "closed"], "a ping completed with '%s'" % status)


func test_all_channels_share_one_connection() -> void:
	var socket := await open_socket()
	var channels: Array[PhoenixChannel] = []
	for i: int in 20:
		channels.append(socket.channel(new_topic()))
	for channel: PhoenixChannel in channels:
		channel.join()
	for channel: PhoenixChannel in channels:
		await wait_until(channel.is_joined, "joined")
	equal(socket.get_channels(), channels, "get_channels()")
	equal(socket.get_statistics().connects, 1, "connections")


func test_new_channel_of_a_topic_takes_over_from_the_one_before() -> void:
	var socket := await open_socket()
	var topic := new_topic()
	var before := await joined(socket, topic)
	var closed := record(before.on_close)
	var after := await joined(socket, topic)
	await wait_for(closed)
	check(before.is_closed() and after.is_joined(), "one of them is joined")
