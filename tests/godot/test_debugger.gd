## The game's side of the tab "Phoenix" in the editor's debugger: a second engine is the game, and
## this one speaks for the editor.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "needs a second engine"

const LIMIT_MS := 60_000
const START_MS := 30_000

const Server := preload("res://debugger_server.gd")

enum { IN, OUT, HAPPENING }

var _editor: Server
var _game := 0


func test_messages_and_what_happens() -> void:
	await _start()
	check(_editor.raw.is_empty(), "the game says nothing before it is asked")
	_editor.watch()
	await wait_until(
		func() -> bool: return not _find({"event": "phx_reply"}).is_empty(), "the reply to the join"
	)
	var hello := _editor.hellos[0]
	equal(hello.protocol, 1, "protocol")
	equal(hello.platform, OS.get_name(), "platform")
	check("3G" in (hello.presets as PackedStringArray), "presets: %s" % hello.presets)
	print(_editor.rows())
	print(_editor.states)
	await _end()


func _exit_tree() -> void:
	if _game > 0 and OS.is_process_running(_game):
		OS.kill(_game)


## Starts the game, and waits until it has joined.
func _start(arguments: PackedStringArray = []) -> void:
	_editor = Server.new()
	add_child(_editor)
	var all := PackedStringArray(["--headless", "--path", ProjectSettings.globalize_path("res://")])
	all.append_array(arguments)
	all.append_array(["-s", "life/watched_game.gd", "--remote-debug", _editor.url()])
	all.append_array(["--", "--url", server_url, "--topic", new_topic()])
	_game = OS.create_process(engine_program, all)
	await wait_until(func() -> bool: return _editor.said.has("game:joined"), "the game", START_MS)


func _end() -> void:
	_editor.send("game:quit", [])
	await wait_until(func() -> bool: return not OS.is_process_running(_game), "the game's end")


## The rows that have all of these values.
func _find(values: Dictionary) -> Array[Dictionary]:
	return _editor.rows().filter(
		func(row: Dictionary) -> bool:
			return values.keys().all(func(key: String) -> bool: return row[key] == values[key])
	)
