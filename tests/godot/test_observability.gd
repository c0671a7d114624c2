## What a developer can see of a connection: the debug log, the statistics, the monitors.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_statistics_count_what_waits":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_monitors_of_what_waits":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_calls_into_the_engine_are_not_logged": "starts a second engine",
	"test_debug_log_prints_how_a_connection_comes_and_goes": "a browser sends no headers of a game",
}


func test_debug_log_prints_each_message() -> void:
	var socket := await open_socket({"debug_log": true, "params": {"user_id": "logged"}})
	var topic := new_topic()
	expect_line('[phoenix] push topic=%s event=phx_join ref=1 join_ref=1 payload={"a":1,' % topic)
	expect_line("[phoenix] receive topic=%s event=phx_reply ref=1 join_ref=1 status=ok" % topic)
	expect_line('event=echo ref=2 join_ref=1 payload={"text":"é ✓"}')
	expect_line('event=phx_reply ref=2 join_ref=1 status=ok payload={"text":"é ✓"}')
	expect_line("event=binary ref=3 join_ref=1 payload=binary payload of 5 bytes")
	var channel := await joined(socket, topic, {"a": 1, "presence": false})
	await reply_to(channel.push("echo", {"text": "é ✓"}))
	await reply_to(channel.push("binary", PackedByteArray([0, 1, 2, 3, 4])))
	await frames(3)


func test_debug_log_prints_how_a_connection_comes_and_goes() -> void:
	var params := 'transport=websocket params={"user_id":"logged"}'
	expect_line("%s headers=User-Agent: phoenix-channels-godot/" % params)
	expect_line(", X-Build: 7 auth_token=true")
	expect_line("[phoenix] connected endpoint=%s transport=websocket" % server_url)
	expect_line("[phoenix] disconnected code=1000 reason=enough will_reconnect=false")
	var socket := await open_socket(
		{
			"debug_log": true,
			"params": {"user_id": "logged"},
			"headers": {"X-Build": "7"},
			"auth_token": "a token",
		}
	)
	socket.disconnect_socket(1000, "enough")
	await await_signal(socket.on_close)
	await frames(3)


func test_debug_log_can_be_switched_while_connected() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	forbid_line("not for the log")
	await reply_to(channel.push("echo", {"text": "not for the log"}))
	socket.debug_log = true
	expect_line("for the log now")
	await reply_to(channel.push("echo", {"text": "for the log now"}))
	await frames(3)
	socket.debug_log = false
	await reply_to(channel.push("echo", {"text": "not for the log"}))


func test_debug_log_cuts_long_messages() -> void:
	var channel := await joined(await open_socket({"debug_log": true}))
	expect_line("xxxxx… (100011 bytes)")
	forbid_line("x".repeat(3000))
	await reply_to(channel.push("big", {"size": 100_000}))
	await frames(3)


func test_debug_log_hides_secrets_wherever_they_are() -> void:
	forbid_line("PLANTED")
	for planted: String in ["token-PLANTED", "pass-PLANTED", "user:pass-PLANTED"]:
		forbid_line(Marshalls.utf8_to_base64(planted).trim_suffix("=").trim_suffix("="))
	for transport: PhoenixSocket.Transport in [PhoenixSocket.WEBSOCKET, PhoenixSocket.LONGPOLL]:
		await _talk_with_secrets(transport)
	# Errors and closes, too.
	var host := server_url.trim_prefix("ws://")
	var refused := new_socket(
		{"debug_log": true, "params": {"token": "bad", "password": "param-PLANTED"}},
		"ws://user:pass-PLANTED@%s?access_token=query-PLANTED" % host
	)
	refused.connect_socket()
	await await_signal(refused.on_error)
	var unreachable := new_socket(
		{"debug_log": true, "auth_token": "token-PLANTED"},
		"ws://user:pass-PLANTED@127.0.0.1:1/socket?access_token=query-PLANTED"
	)
	unreachable.connect_socket()
	await await_signal(unreachable.on_error)
	await frames(3)


func test_statistics_count_what_happened() -> void:
	var socket := new_socket()
	var names := socket.get_statistics().keys()
	for number: String in names:
		equal(float(socket.get_statistics()[number]), 0.0, "%s before" % number)
	socket.connect_socket()
	await await_signal(socket.on_open)
	var channel := await joined(socket, new_topic(), {"presence": false})
	await reply_to(channel.push("echo", {"text": "x".repeat(1000)}))
	await reply_to(socket.ping())
	channel.push("noreply")
	await wait_until(
		func() -> bool: return socket.get_statistics().messages_out == 4, "all messages sent"
	)
	var after := socket.get_statistics()
	equal(after.keys(), names, "the same names")
	equal(after.connects, 1, "connects")
	equal(after.reconnects, 0, "reconnects")
	equal(after.messages_in, 3, "messages_in")
	equal(after.pending_pushes, 1, "pending_pushes, for noreply")
	check(after.bytes_in > 1000 and after.bytes_out > 1000, "bytes in %s" % after)
	check(after.round_trip_ms > 0.0, "round_trip_ms in %s" % after)
	equal(typeof(after.round_trip_ms), TYPE_FLOAT, "the type of round_trip_ms")


func test_statistics_count_what_waits() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	channel.push("flood", {"n": 200})
	wait_without_frames(
		func() -> bool: return socket.get_statistics().messages_in >= 201, "201 messages came in"
	)
	var waiting := socket.get_statistics()
	check(waiting.queued_events >= 200, "queued_events in %s" % waiting)
	check(waiting.queued_bytes > 200 * 100, "queued_bytes in %s" % waiting)
	await frames(2)
	equal(socket.get_statistics().queued_events, 0, "queued_events after a frame")
	equal(socket.get_statistics().queued_bytes, 0, "queued_bytes after a frame")

	socket.disconnect_socket()
	await await_signal(socket.on_close)
	channel.push("echo", {"text": "x".repeat(1000)})
	equal(socket.get_statistics().buffered_pushes, 1, "buffered_pushes")
	check(socket.get_statistics().buffered_bytes > 1000, "buffered_bytes")


func test_statistics_count_late_replies() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	equal((await reply_to(channel.push("delay", {"ms": 100}, 10)))[0], "timeout", "the push")
	await wait_until(
		func() -> bool: return socket.get_statistics().late_replies == 1, "the late reply counted"
	)


func test_monitors_are_there_while_a_socket_is_in_the_tree() -> void:
	equal(_monitors(), [] as Array[StringName], "monitors before")
	var first := new_socket()
	var names := _monitors()
	check(names.has(&"Phoenix/Messages In per Second"), "monitors %s" % [names])
	for monitor: StringName in names:
		equal(Performance.get_custom_monitor(monitor), 0.0, monitor)
	var second := new_socket()
	equal(_monitors(), names, "the same with a second socket")
	remove_child(first)
	equal(_monitors(), names, "the same without the first")
	await frames(2)
	second.free()
	equal(_monitors(), [] as Array[StringName], "monitors after")
	add_child(first)
	equal(_monitors(), names, "again")
	first.free()
	equal(_monitors(), [] as Array[StringName], "gone again")


func test_monitors_show_all_sockets_together() -> void:
	var channels: Array[PhoenixChannel] = []
	for i: int in 3:
		channels.append(await joined(await open_socket(), new_topic(), {"presence": false}))
	equal(_monitor("Pending Pushes"), 0.0, "Pending Pushes")
	for channel: PhoenixChannel in channels:
		channel.push("noreply")
		channel.push("noreply")
	equal(_monitor("Pending Pushes"), 6.0, "Pending Pushes of two for each")
	for rate: String in ["Messages In", "Messages Out", "Bytes In", "Bytes Out"]:
		var id := "%s per Second" % rate
		await wait_until(func() -> bool: return _monitor(id) > 0.0, id)
	await reply_to((channels[0].get_parent() as PhoenixSocket).ping())
	check(_monitor("Round Trip (ms)") > 0.0, "Round Trip: %s" % _monitor("Round Trip (ms)"))

	# A socket that goes takes nothing away of what was counted.
	channels[0].get_parent().free()
	check(
		_monitor("Messages In per Second") >= 0.0,
		"Messages In: %s" % _monitor("Messages In per Second")
	)
	equal(_monitor("Pending Pushes"), 4.0, "Pending Pushes of the others")


func test_monitors_count_sockets_channels_and_reconnects() -> void:
	var names := ["Open Sockets", "Joined Channels", "Reconnects"]
	var numbers := func() -> Array:
		return names.map(func(id: String) -> int: return int(_monitor(id)))
	var idle := new_socket()
	equal(numbers.call(), [0, 0, 0], "before")
	var first := await open_socket()
	var second := await open_socket()
	equal(numbers.call(), [2, 0, 0], "with two that are open")
	var channel := await joined(first)
	await joined(first)
	await joined(second)
	first.channel(new_topic())
	equal(numbers.call(), [2, 3, 0], "with three channels that are joined")
	channel.push("kill_transport")
	await wait_until(func() -> bool: return numbers.call() == [2, 3, 1], "it reconnected")
	await reply_to(channel.leave())
	second.disconnect_socket()
	await await_signal(second.on_close)
	equal(numbers.call(), [1, 1, 1], "after a leave and a disconnect")
	first.free()
	equal(numbers.call(), [0, 0, 1], "a socket that goes takes no reconnects away")
	second.free()
	idle.free()
	new_socket()
	equal(numbers.call(), [0, 0, 0], "anew")


func test_monitors_are_in_a_category_of_their_own() -> void:
	new_socket()
	for id: StringName in _monitors():
		equal(id.get_slice_count("/"), 2, "parts of %s, as the debugger expects" % id)


func test_monitors_of_what_waits() -> void:
	var channel := await joined(await open_socket())
	channel.push("flood", {"n": 100})
	wait_without_frames(
		func() -> bool: return _monitor("Queued Events") >= 100.0, "Queued Events of 100"
	)
	check(_monitor("Queued Bytes") > 10_000.0, "Queued Bytes: %s" % _monitor("Queued Bytes"))


func test_monitor_of_the_game_stays() -> void:
	var mine := func() -> int: return 7
	Performance.add_custom_monitor("Phoenix/Messages In per Second", mine)
	var socket := new_socket()
	equal(_monitor("Messages In per Second"), 7.0, "the game's own")
	socket.free()
	equal(_monitor("Messages In per Second"), 7.0, "still the game's own")
	Performance.remove_custom_monitor("Phoenix/Messages In per Second")

	socket = new_socket()
	Performance.remove_custom_monitor("Phoenix/Messages Out per Second")
	socket.free()
	equal(_monitors(), [] as Array[StringName], "monitors after the game removed one")


func test_calls_into_the_engine_are_not_logged() -> void:
	var output := []
	OS.set_environment("LOG_LEVEL", "debug")
	OS.execute(
		engine_program,
		["--headless", "--path", ProjectSettings.globalize_path("res://"), "--quit"],
		output,
		true
	)
	OS.unset_environment("LOG_LEVEL")
	check("called C" not in str(output[0]), str(output[0]).left(500))


func _monitors() -> Array[StringName]:
	return Performance.get_custom_monitor_names().filter(
		func(id: StringName) -> bool: return id.begins_with("Phoenix/")
	)


func _monitor(id: String) -> float:
	return Performance.get_custom_monitor("Phoenix/" + id)


func _talk_with_secrets(transport: PhoenixSocket.Transport) -> void:
	expect_line('"login":{"password":"[hidden]"},"n":1}')
	var sent: Array[String] = ["token", "param", "nested", "query"]
	var headers := {}
	if not OS.has_feature("web"):  # which sends none
		sent.append("header")
		expect_line("X-Build: 7, X-Client-Secret: [hidden]")
		headers = {
			"Cookie": "theme=dark; session=cookie-PLANTED",
			"X-Client-Secret": "header-PLANTED",
			"X-Build": "7",
		}
	var host := server_url.trim_prefix("ws://")
	var socket := await open_socket(
		{
			"debug_log": true,
			"transport": transport,
			"auth_token": "token-PLANTED",
			"params":
			{"access_token": "param-PLANTED", "login": {"password": "nested-PLANTED"}, "n": 1},
			"headers": headers,
		},
		"ws://user:pass-PLANTED@%s?access_token=query-PLANTED" % host
	)
	var channel := await joined(socket, new_topic(), {"room_password": "join-PLANTED"})
	# The server returns what it received: the token, the params, the headers and the query.
	var known := JSON.stringify((await reply_to(channel.push("whoami")))[1])
	for planted: String in sent:
		check("%s-PLANTED" % planted in known, "%s in %s" % [planted, known])
	await reply_to(
		channel.push("echo", {"refresh_token": "new-PLANTED", "list": [{"secret": "deep-PLANTED"}]})
	)
	sent.append_array(["pass", "join", "new", "deep"])
	if not headers.is_empty():
		sent.append("cookie")
	var all := sent.map(func(planted: String) -> String: return planted + "-PLANTED")
	await reply_to(channel.push("echo", {"said": all}))
	socket.push({"topic": "phoenix", "event": "heartbeat", "payload": {"said": all}})
	socket.disconnect_socket(3000, "token-PLANTED")
	await await_signal(socket.on_close)
