## The end of a game that leaks: the engine reports the leaks and exits normally.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_quit_with_nodes_that_nobody_frees":
	"one end in two aborts in the engine's free(), for a cause that is not known yet",
}

const Keeper := preload("res://life/keeper.gd")


## What awaits when the game ends is a leak of the engine's, whatever it awaits.
func test_quit_while_awaiting() -> void:
	var channel := await joined(await open_socket())
	_allow_leaks()
	_quit.call_deferred()
	await channel.push("delay", {"ms": 5_000}).completed
	fail("it went on after the end")


func test_quit_while_functions_for_params_await() -> void:
	_allow_leaks()
	var asked := [0]
	var slow := func() -> Dictionary:
		asked[0] += 1
		await get_tree().create_timer(60.0).timeout
		return {}
	new_socket({"params": slow}).connect_socket()
	(await open_socket()).channel(new_topic(), slow).join()
	await wait_until(func() -> bool: return asked[0] == 2, "both functions are called")
	_quit()


func test_quit_with_nodes_that_nobody_frees() -> void:
	_allow_leaks()
	var socket := await open_socket()
	var channel := await joined(socket)
	channel.on_event.connect(func(_e: String, _p: Variant, _s: String) -> void: channel.is_joined())
	channel.push("delay", {"ms": 5_000})
	remove_child(socket)
	socket.connect_socket()
	expect_error("not in the scene tree")
	PhoenixSocket.create(server_url).channel("room:leaked").join()
	PhoenixPresence.new()
	PhoenixChannel.new()
	Keeper.kept.append(channel.leave())
	_quit()


func _allow_leaks() -> void:
	for text: String in ["instances leaked", "Leaked instance", "resources still", "StringName"]:
		allow_error(text)


func _quit() -> void:
	will_quit()
	get_tree().quit()
