## What a developer can see of a connection: the debug log, the statistics, the monitors.
extends "res://phoenix_case.gd"


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
	expect_line(
		'transport=websocket params={"user_id":"logged"} headers=X-Build: 7 auth_token=true'
	)
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


func _talk_with_secrets(transport: PhoenixSocket.Transport) -> void:
	expect_line('"login":{"password":"[hidden]"},"n":1}')
	expect_line("X-Build: 7, X-Client-Secret: [hidden]")
	var host := server_url.trim_prefix("ws://")
	var socket := await open_socket(
		{
			"debug_log": true,
			"transport": transport,
			"auth_token": "token-PLANTED",
			"params":
			{"access_token": "param-PLANTED", "login": {"password": "nested-PLANTED"}, "n": 1},
			"headers":
			{
				"Cookie": "theme=dark; session=cookie-PLANTED",
				"X-Client-Secret": "header-PLANTED",
				"X-Build": "7",
			},
		},
		"ws://user:pass-PLANTED@%s?access_token=query-PLANTED" % host
	)
	var channel := await joined(socket, new_topic(), {"room_password": "join-PLANTED"})
	# The server tells what it knows: the token, the params, the headers and the query.
	var known := JSON.stringify((await reply_to(channel.push("whoami")))[1])
	for planted: String in ["token", "param", "nested", "header", "query"]:
		check("%s-PLANTED" % planted in known, "%s in %s" % [planted, known])
	await reply_to(
		channel.push("echo", {"refresh_token": "new-PLANTED", "list": [{"secret": "deep-PLANTED"}]})
	)
	var all: Array[String] = []
	for planted: String in [
		"token", "param", "nested", "cookie", "header", "pass", "query", "join", "new", "deep"
	]:
		all.append("%s-PLANTED" % planted)
	await reply_to(channel.push("echo", {"said": all}))
	socket.push({"topic": "phoenix", "event": "heartbeat", "payload": {"said": all}})
	socket.disconnect_socket(3000, "token-PLANTED")
	await await_signal(socket.on_close)
