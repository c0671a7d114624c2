## The game's side of the tab "Phoenix" in the editor's debugger: a second engine is the game, and
## this one speaks for the editor.
extends "res://phoenix_case.gd"

enum { IN, OUT, HAPPENING }

const NOT_ON_WEB := "needs a second engine"
const LIMIT_MS := 60_000
const START_MS := 30_000
## The longest pause between two messages of a game that has something to say.
const QUIET_MS := 200

const BINARY := 1
const HIDDEN := 4

const Server := preload("res://debugger_server.gd")

var _editor: Server
var _game := 0


func test_hello_and_the_tree() -> void:
	await _start()
	check(_editor.raw.is_empty(), "the game says nothing before it is asked")
	_editor.watch()
	await wait_until(func() -> bool: return not _editor.states.is_empty(), "the tree")
	var hello := _editor.hellos[0]
	equal(hello.protocol, 1, "protocol")
	equal(hello.platform, OS.get_name(), "platform")
	equal(hello.has_lines, Engine.has_method("capture_script_backtraces"), "has_lines")
	check("3G" in (hello.presets as PackedStringArray), "presets: %s" % hello.presets)
	var socket := _socket()
	equal(socket.number, 1, "number")
	equal(socket.name, "/root/Socket", "name")
	equal(socket.endpoint, server_url, "endpoint")
	equal(socket.state, PhoenixSocket.OPEN, "state")
	check(socket.messages_in > 0 and socket.bytes_out > 0, "traffic: %s" % socket)
	var channel := socket.channels[0] as Dictionary
	equal(channel.state, PhoenixChannel.JOINED, "the channel's state")
	equal(channel.joins, 1, "joins")
	await wait_until(
		func() -> bool: return _socket().channels[0].presence.keys == 1, "the presence's key"
	)
	await _end()


func test_messages() -> void:
	await _start()
	_editor.watch()
	_editor.send("game:push", ["echo", {"x": 1, "token": "payload-PLANTED"}])
	_editor.send("game:push", ["echo", "payload-PLANTED".to_utf8_buffer()])
	await _wait_for_rows({"event": "phx_reply"}, 3)
	var join := _find({"event": "phx_join"})[0]
	equal([join.kind, join.number], [OUT, join.number], "the join")
	equal(_find({"event": "open"})[0].kind, HAPPENING, "what came before anybody looked")
	var push := _find({"event": "echo", "flags": HIDDEN})[0]
	equal(_text(push), '{"x":1,"token":"[hidden]"}', "the payload")
	if Engine.has_method("capture_script_backtraces"):
		check(
			(push.line as String).begins_with("res://life/watched_game.gd:"),
			"the line: %s" % push.line
		)
		check((push.line as String).ends_with(":push_from_here"), "the line: %s" % push.line)
	var reply := _find({"link": push.number})[0]
	equal([reply.event, reply.status, reply.ref], ["phx_reply", "ok", push.ref], "the reply")
	check(reply.took > 0, "took: %s" % reply.took)
	var binary := _find({"event": "echo", "flags": BINARY | HIDDEN})[0]
	equal(_text(binary), "[hidden]", "bytes")
	for message: PackedByteArray in _editor.raw:
		check(not "PLANTED" in message.get_string_from_ascii(), "no secret in a message")
		check(message.hex_encode().find("PLANTED".to_ascii_buffer().hex_encode()) < 0, "no secret")
	await _end()


func test_commands() -> void:
	await _start()
	_editor.watch()
	await wait_until(func() -> bool: return not _editor.states.is_empty(), "the tree")
	var socket := _socket().id as int
	var channel := _socket().channels[0].id as int
	await _commands(
		channel, [["push", ["echo", {"by": "hand"}]], ["push", ["echo", PackedByteArray([1, 2])]]]
	)
	await _commands(channel, [["push", ["echo", '[1, "text"]', "json"]]])
	await _wait_for_rows({"event": "phx_reply"}, 4)
	equal(_text(_find({"event": "echo"})[2]), '[1, "text"]', "JSON that is not an object")
	await _commands(channel, [["leave"]])
	await wait_until(
		func() -> bool: return _socket().channels[0].state == PhoenixChannel.CLOSED, "the leave"
	)
	await _refused("push", channel, ["echo", {}], 'the channel "')
	await _commands(channel, [["join"]])
	await wait_until(func() -> bool: return _socket().channels[0].joins == 2, "the join")
	await _commands(socket, [["simulate", [{"preset": "3G", "jitter_ms": 0}]]])
	await wait_until(
		func() -> bool: return _socket().simulation.get("latency_ms") == 100, "the simulation"
	)
	await _commands(socket, [["simulate", [{}]], ["disconnect"]])
	await wait_until(func() -> bool: return _socket().state == PhoenixSocket.CLOSED, "the end")
	await _commands(socket, [["connect"]])
	await wait_until(func() -> bool: return _socket().state == PhoenixSocket.OPEN, "connected")
	await _refused("simulate", socket, [{"latency": 5}], 'simulation has no "latency"')
	await _refused("simulate", socket, [5], "arguments")
	await _refused("push", channel, ["phx_join", {}], "an event must not be")
	await _refused("push", channel, ["echo", 5], "a payload must be")
	await _refused("push", channel, ["echo", "{", "json"], "invalid payload")
	await _refused("push", channel, [], "a payload must be")
	await _refused("join", socket, [], "has been freed")
	await _refused("connect", 12345, [], "has been freed")
	await _refused("dance", socket, [], 'no command "dance"')
	await _end()


func test_editor_that_stands_still() -> void:
	await _start()
	_editor.keeps_up = false
	_editor.watch(0)
	_editor.send("game:flood", [10, 10])
	await wait_until(func() -> bool: return _editor.said.has("game:flooded"), "the first pushes")
	var before_kb := _memory_kb()
	for i: int in 8:
		_editor.said.erase("game:flooded")
		_editor.send("game:flood", [1_000, 2_000])
		await wait_until(func() -> bool: return _editor.said.has("game:flooded"), "the pushes")
		await _settled(QUIET_MS)
	var grown_kb := _memory_kb() - before_kb
	check(grown_kb < 50_000, "memory: %d KB more" % grown_kb)
	check(_editor.batches.is_empty(), "no batch without a credit")
	_editor.keeps_up = true
	_editor.send("phoenix:more", [4])
	await _settled(QUIET_MS)
	check(_editor.dropped() > 1_000, "dropped: %d" % _editor.dropped())
	var rows := _editor.rows()
	equal(rows[-1].number + 1, rows.size() + _editor.dropped(), "rows are numbered without a gap")
	note("8,000 pushes of 2 KB and an editor that stands still: %d KB more" % grown_kb)
	await _end()


func test_editor_that_comes_again() -> void:
	await _start()
	_editor.watch()
	await _wait_for_rows({"event": "phx_join"}, 1)
	_editor.send("phoenix:unwatch", [])
	await _settled(QUIET_MS)
	_editor.batches.clear()
	_editor.send("game:push", ["echo", {"unseen": true}])
	await _settled(QUIET_MS)
	check(_editor.batches.is_empty(), "nobody looks")
	_editor.watch(8, 99)
	await wait_until(func() -> bool: return _editor.hellos.size() == 2, "hello")
	await _settled(QUIET_MS)
	check(_editor.batches.is_empty(), "an editor of another version gets hello alone")
	_editor.watch()
	await _wait_for_rows({"event": "echo"}, 1)
	check(_editor.batches[0][2], "a new table")
	await _end()


func test_editor_that_goes_away() -> void:
	await _start()
	_editor.watch(1_000)
	await _wait_for_rows({"event": "phx_join"}, 1)
	_editor.send("game:flood", [100, 1_000])
	_editor.send("phoenix:do", [1, "disconnect", _socket().id, []])
	_editor.send("game:quit", [])
	await wait_until(func() -> bool: return _editor.said.has("game:flooded"), "the pushes")
	_editor.drop()
	await wait_until(func() -> bool: return not OS.is_process_running(_game), "the game's end")


func _exit_tree() -> void:
	if _game > 0 and OS.is_process_running(_game):
		OS.kill(_game)


## Starts the game, and waits until it has joined.
func _start() -> void:
	_editor = Server.new()
	add_child(_editor)
	var all := PackedStringArray(["--headless", "--verbose", "--path"])
	all.append(ProjectSettings.globalize_path("res://"))
	all.append_array(["-s", "life/watched_game.gd", "--remote-debug", _editor.listen()])
	all.append_array(["--", "--url", server_url, "--topic", new_topic()])
	_game = OS.create_process(engine_program, all)
	await wait_until(func() -> bool: return _editor.said.has("game:joined"), "the game", START_MS)


## What the game has of the machine's memory; 0 where the system does not tell.
func _memory_kb() -> int:
	var file := FileAccess.open("/proc/%d/status" % _game, FileAccess.READ)
	if file != null:
		for line: String in file.get_as_text().split("\n"):
			if line.begins_with("VmRSS:"):
				return line.get_slice(":", 1).to_int()
	return 0


func _end() -> void:
	_editor.send("game:quit", [])
	await wait_until(func() -> bool: return not OS.is_process_running(_game), "the game's end")


## The socket in the tree as it came last.
func _socket() -> Dictionary:
	return _editor.states[-1][0]


func _text(row: Dictionary) -> String:
	return (row.bytes as PackedByteArray).get_string_from_utf8()


## Commands for one target, each of which must work.
func _commands(target: int, all: Array) -> void:
	for given: Array in all:
		var arguments := given[1] as Array if given.size() > 1 else []
		equal(await _answer(given[0] as String, target, arguments), "", str(given))


## A command that must not work, with [param text] in its error.
func _refused(verb: String, target: int, arguments: Array, text: String) -> void:
	var error := await _answer(verb, target, arguments)
	check(not error.is_empty() and text in error, "%s %s: %s" % [verb, arguments, error])


func _answer(verb: String, target: int, arguments: Array) -> String:
	var number := _editor.command(verb, target, arguments)
	await wait_until(func() -> bool: return _editor.answers.has(number), "did of " + verb)
	return _editor.answers.get(number, "no answer")


func _wait_for_rows(values: Dictionary, count: int) -> void:
	await wait_until(
		func() -> bool: return _find(values).size() >= count, "%d rows with %s" % [count, values]
	)


## Waits until the game has been quiet for so long.
func _settled(quiet_ms: int) -> void:
	var count := -1
	while count != _editor.raw.size():
		count = _editor.raw.size()
		await get_tree().create_timer(quiet_ms / 1000.0).timeout


## The rows that have all of these values.
func _find(values: Dictionary) -> Array[Dictionary]:
	return _editor.rows().filter(
		func(row: Dictionary) -> bool:
			return values.keys().all(func(key: String) -> bool: return row[key] == values[key])
	)
