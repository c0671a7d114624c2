## What the tests of the examples share: the example, running once or twice in this process, and a
## server of its own.
extends "res://phoenix_case.gd"

var server: Devserver


func start_server(arguments: PackedStringArray = []) -> void:
	server = own_server(arguments)


## Runs the project's main scene, as F5 does, against the test's server.
func run_example() -> Control:
	var path := ProjectSettings.get_setting("application/run/main_scene") as String
	var game := (load(path) as PackedScene).instantiate() as Control
	socket_of(game).endpoint = server.url
	add_child(game)
	await frames(1)
	return game


func socket_of(game: Control) -> PhoenixSocket:
	var in_scene := game.get_node_or_null("%Socket")
	return (in_scene if in_scene != null else game.get("_socket")) as PhoenixSocket


func part(game: Control, unique_name: String) -> Node:
	return game.get_node("%" + unique_name)


func press(game: Control, button: String) -> void:
	(part(game, button) as Button).pressed.emit()


func enter(game: Control, field: String, text: String) -> void:
	(part(game, field) as LineEdit).text = text


func status(game: Control) -> String:
	return (part(game, "Status") as Label).text


func until_status(game: Control, text: String) -> void:
	if not await wait_until(func() -> bool: return status(game).begins_with(text), text):
		fail("the status is '%s'" % status(game))


## Stops the server, and waits until each of the games says so.
func lose_server(games: Array[Control]) -> void:
	allow_error(refusal())
	server.stop()
	for game: Control in games:
		await until_status(game, "No connection")


func restart_server() -> void:
	check(server.start(), "the server starts again")
