## The scripts of the guides in docs/, as they are shown there; only the servers' addresses are
## others.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "reads the sources"

const HttpServer := preload("res://http_server.gd")
const ScriptServer := preload("res://script_server.gd")


func test_authentication() -> void:
	var api := HttpServer.new(_tokens("first", 900))
	add_child(api)
	var account := _script("authentication.md", "account.gd").new() as Node
	account.name = "Account"
	get_tree().root.add_child(account)
	account.set("api", api.url.replace("ws://", "http://").trim_suffix("/socket"))
	var game := _script("authentication.md", "game.gd").new() as Node
	var socket := game.get("socket") as PhoenixSocket
	socket.endpoint = server_url
	socket.reconnect_after = [20]
	add_child(game)
	game.call("play", "ada@example.com", "secret")
	await await_signal(socket.on_open)
	equal(await _token(socket), "first", "the token of the first connection")
	check(api.requests[0].begins_with("POST /login "), "the login: %s" % api.requests[0])

	socket.simulation = {cut = true}
	await await_signal(socket.on_open)
	equal(api.requests.size(), 1, "requests while the token is valid")

	api.answers.assign([_tokens("second", 900)])
	account.set("_expires_at", Time.get_unix_time_from_system() + 5.0)
	socket.simulation = {cut = true}
	await await_signal(socket.on_open)
	equal(await _token(socket), "second", "the token of the last connection")
	check('"refresh_token":"refresh of first"' in api.requests[1], "the refresh token is sent")

	var logged_out := record(account.get("logged_out") as Signal)
	var closed := record(socket.on_close)
	api.answers.assign([HttpServer.response("401 Unauthorized", [])])
	account.set("_expires_at", 0.0)
	socket.simulation = {cut = true}
	await wait_for(logged_out)
	var is_last := func(call: Array) -> bool: return not call[0].will_reconnect
	await wait_until(func() -> bool: return closed.calls.any(is_last), "no further attempt")
	account.free()


func test_suite_for_gut() -> void:
	var suite := _suite("test_shouts.gd", "GutTest", "gut_test.gd")
	suite.call("before_all")
	for method: String in ["a_shout_reaches_the_other_player", "a_push_survives_a_lost_connection"]:
		await suite.call("test_" + method)
		suite.call("free_nodes")
	suite.call("after_all")
	equal(suite.get("failures"), [] as Array[String], "failures")


func test_suite_for_gdunit() -> void:
	var suite := _suite("restart_test.gd", "GdUnitTestSuite", "gdunit_test_suite.gd")
	suite.call("before")
	allow_error(refusal())
	await suite.call("test_the_channel_rejoins_after_a_restart")
	suite.call("free_nodes")
	suite.call("after")
	equal(suite.get("failures"), [] as Array[String], "failures")


func test_supabase_channel() -> void:
	var server := ScriptServer.new(_supabase)
	add_child(server)
	var url := server.url.trim_suffix("/socket") + "/realtime/v1"
	var socket := await open_socket({"params": {"apikey": "key"}}, url)
	var request := server.requested()
	check("/realtime/v1/websocket?apikey=key&vsn=2.0.0" in request, "the request: %s" % request)

	var tokens: Array[String] = ["first", "second", "third"]
	var channel := _node("supabase.md", "supabase_channel.gd")
	var config := {
		"presence": {"enabled": true, "key": "ada"},
		"postgres_changes": [{"event": "*", "schema": "public", "table": "moves"}],
		"private": true,
	}
	allow_error("Supabase: no such table")
	var next_token := func() -> String: return tokens.pop_front()
	channel.call("open", socket, "room-1", config, next_token)
	channel.call("track", {"name": "Ada"})
	var presence := channel.get("presence") as PhoenixPresence
	await wait_until(func() -> bool: return presence.has("ada"), "the player's presence")
	equal(presence.get_presence("ada").metas[0].name, "Ada", "the meta")
	var join: Dictionary = server.last("phx_join")
	equal(join.access_token, "first", "the token of the join")
	equal(join.config.broadcast, {"ack": true, "self": false}, "the config of broadcasts")
	equal(join.config.postgres_changes, config.postgres_changes, "the tables")

	check(await channel.call("broadcast", "fire", {"x": 1}), "an acknowledged broadcast")
	equal(
		server.last("broadcast"),
		{"type": "broadcast", "event": "fire", "payload": {"x": 1.0}},
		"the broadcast"
	)
	await _supabase_messages(server, channel)

	channel.call("refresh")
	await wait_until(func() -> bool: return server.last("access_token") != null, "the new token")
	equal(server.last("access_token"), {"access_token": "second"}, "the new token")

	server.cut()
	await wait_until(
		func() -> bool: return server.last("phx_join").access_token == "third", "the rejoin"
	)
	var tracked := func(message: Array) -> bool: return message[3] == "presence"
	await wait_until(
		func() -> bool: return server.heard.filter(tracked).size() == 2, "tracked once more"
	)
	var failed := record(channel.get("failed") as Signal)
	server.say(_system("error", "system", "Token has expired"))
	server.say([null, null, "realtime:room-1", "phx_close", {}])
	await wait_for(failed)
	equal(failed.calls[0], ["Token has expired"], "the reason")


## Messages that the server sends without a request, in the forms of its documentation.
func _supabase_messages(server: ScriptServer, channel: Node) -> void:
	var heard := record(channel.get("broadcast_received") as Signal)
	var rows := record(channel.get("row_changed") as Signal)
	var message := {"type": "broadcast", "event": "move", "payload": {"x": 2}}
	server.say([null, null, "realtime:room-1", "broadcast", message])
	var frame := PackedByteArray([4, 15, 4, 8, 1])
	frame.append_array('realtime:room-1move{"id":1}{"x":3}'.to_utf8_buffer())
	server.say_bytes(frame)
	var change := {"ids": [7], "data": {"type": "INSERT", "table": "moves", "record": {"id": 46}}}
	server.say([null, null, "realtime:room-1", "postgres_changes", change])
	await wait_for(rows)
	equal(heard.calls, [["move", {"x": 2}], ["move", {"x": 3}]], "the broadcasts")
	equal(rows.calls[0], [change.data], "the change")


## Supabase Realtime, as its protocol's documentation describes it.
func _supabase(message: Array) -> Array:
	match message[3]:
		"phx_join":
			var ids: Array = message[4].config.postgres_changes.map(
				func(table: Dictionary) -> Dictionary: return table.merged({"id": 7})
			)
			return [
				ScriptServer.reply(message, {"postgres_changes": ids}),
				[null, null, message[2], "presence_state", {}],
				_system("error", "postgres_changes", "no such table"),
			]
		"presence":
			var meta: Dictionary = message[4].payload.merged({"phx_ref": "a"})
			var joins := {"ada": {"metas": [meta]}}
			var diff := {"joins": joins, "leaves": {}}
			return [
				ScriptServer.reply(message, {}), [null, null, message[2], "presence_diff", diff]
			]
		"broadcast":
			return [ScriptServer.reply(message, {})]
	return []


func _system(status: String, extension: String, text: String) -> Array:
	var payload := {"status": status, "extension": extension, "message": text, "channel": "room-1"}
	return [null, null, "realtime:room-1", "system", payload]


## A suite of the guide to testing, with a substitute for the class of the framework.
func _suite(file: String, type: String, base: String) -> Node:
	OS.set_environment("PHOENIX_DEVSERVER", devserver_program)
	var folder := OS.get_user_data_dir().path_join("guide")
	DirAccess.make_dir_recursive_absolute(folder)
	var path := folder.path_join("local_server.gd")
	var server := FileAccess.open(path, FileAccess.WRITE)
	server.store_string(_source("testing.md", "local_server.gd"))
	server.close()
	var source := _source("testing.md", file)
	var script := GDScript.new()
	script.source_code = (
		source
		. replace("extends %s\n" % type, 'extends "res://guides/%s"\n' % base)
		. replace("res://test/local_server.gd", path)
	)
	equal(script.reload(), OK, "reload() of %s" % file)
	var suite := script.new() as Node
	add_child(suite)
	return suite


func _tokens(token: String, seconds: int) -> String:
	var body := {
		"access_token": token, "refresh_token": "refresh of " + token, "expires_in": seconds
	}
	return HttpServer.response("200 OK", [], JSON.stringify(body))


## The token that the server has received.
func _token(socket: PhoenixSocket) -> String:
	var channel := await joined(socket)
	var known := await reply_to(channel.push("whoami"))
	return known[1].auth_token


func _node(page: String, file: String) -> Node:
	var node := _script(page, file).new() as Node
	add_child(node)
	return node


func _script(page: String, file: String) -> GDScript:
	var script := GDScript.new()
	script.source_code = _source(page, file)
	equal(script.reload(), OK, "reload() of %s in %s" % [file, page])
	return script


func test_state_is_complete_after_a_lost_connection() -> void:
	var version := [1]
	var server := ScriptServer.new(
		func(message: Array) -> Array:
			var snapshot := {"version": version[0], "state": {"score": version[0]}}
			return [ScriptServer.reply(message, snapshot)]
	)
	add_child(server)
	var socket := await open_socket({}, server.url)
	var match_state := _node("reconnecting.md", "match_state.gd")
	var changed := record(match_state.get("changed") as Signal)
	match_state.call("open", socket, "match:1")
	await wait_for(changed)
	equal(match_state.get("state"), {"score": 1}, "the state with the join")
	server.say([null, null, "match:1", "changed", {"version": 1, "fields": {"score": 100}}])
	server.say([null, null, "match:1", "changed", {"version": 2, "fields": {"time": 9}}])
	await wait_for(changed, 2)
	equal(match_state.get("state"), {"score": 1, "time": 9}, "the state with the change")
	version[0] = 7
	server.cut()
	await wait_for(changed, 3)
	equal(match_state.get("state"), {"score": 7}, "the state with the rejoin")


func test_command_is_repeated_until_the_server_answers() -> void:
	var server := own_server()
	var socket := await open_socket({"timeout": 300}, server.url)
	var channel := await joined(socket, new_topic("chat"))
	var command := _script("reconnecting.md", "command.gd")
	check(server.freeze(), "the server hangs")
	var replies: Array[Array] = []
	var send := func() -> void:
		replies.append(await command.call("send", channel, "message", {"text": "once"}))
	send.call()
	var statistics := socket.get_statistics()
	await wait_until(
		func() -> bool: return socket.get_statistics().messages_out >= statistics.messages_out + 2,
		"a second try"
	)
	check(server.thaw(), "the server goes on")
	await wait_until(func() -> bool: return not replies.is_empty(), "the reply")
	equal(replies[0][0], "ok", "the status")
	var late := await joined(await open_socket({}, server.url), channel.topic)
	var reply := await reply_to(late.join())
	equal(reply[1].history.size(), 1, "messages that the server has")
	expect_error("the channel was never joined")
	var closed: Array = await command.call("send", socket.channel("chat:left"), "message", {})
	equal(closed, ["closed", {}], "on a channel that is not joined")


## The script that a page shows under a file's name.
func _source(page: String, file: String) -> String:
	var path := ProjectSettings.globalize_path("res://").path_join("../../docs").path_join(page)
	var parts := FileAccess.get_file_as_string(path).split("**`%s`**\n\n```gdscript\n" % file)
	check(parts.size() == 2, "%s shows %s once" % [page, file])
	return parts[1].get_slice("```", 0)
