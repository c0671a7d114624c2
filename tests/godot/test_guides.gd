## The scripts of the guides in docs/, as they are shown there; only the servers' addresses are
## others.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "reads the sources"

const HttpServer := preload("res://http_server.gd")
const ScriptServer := preload("res://script_server.gd")


func test_authentication() -> void:
	var api := HttpServer.new(_tokens("first", 900))
	add_child(api)
	var account := _node("authentication.md", "account.gd")
	account.set("api", api.url.replace("ws://", "http://").trim_suffix("/socket"))
	var game := _script("authentication.md", "game.gd").new() as Node
	game.set("account", account)
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
	api.answers.assign([HttpServer.response("401 Unauthorized", [], '{"reason": "log in again"}')])
	account.set("_expires_at", 0.0)
	socket.simulation = {cut = true}
	await wait_for(logged_out)
	equal(logged_out.calls[0], ["log in again"], "the reason")
	var is_last := func(call: Array) -> bool: return not call[0].will_reconnect
	await wait_until(func() -> bool: return closed.calls.any(is_last), "no further attempt")


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


## The script that a page shows under a file's name.
func _script(page: String, file: String) -> GDScript:
	var path := ProjectSettings.globalize_path("res://").path_join("../../docs").path_join(page)
	var parts := FileAccess.get_file_as_string(path).split("**`%s`**\n\n```gdscript\n" % file)
	check(parts.size() == 2, "%s shows %s once" % [page, file])
	var script := GDScript.new()
	script.source_code = parts[1].get_slice("```", 0)
	equal(script.reload(), OK, "reload() of %s in %s" % [file, page])
	return script
