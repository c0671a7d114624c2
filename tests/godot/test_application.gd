extends "res://phoenix_case.gd"
## The player leaves the game, as on a phone, and comes back to it.

const NOT_ON_WEB := "the page itself tells the worker"


func test_player_who_comes_back_skips_the_delay() -> void:
	for what: int in [NOTIFICATION_APPLICATION_RESUMED, NOTIFICATION_APPLICATION_FOCUS_IN]:
		var server := own_server()
		var socket := await lost_socket(server)
		check(server.start(), "the server starts again")
		get_tree().root.propagate_notification(what)
		await await_signal(socket.on_open)
		socket.free()


func test_game_that_comes_back_on_a_phone_checks_its_connection() -> void:
	var socket := await open_socket({heartbeat_interval = LONG_MS})
	var before: int = socket.get_statistics().messages_in
	get_tree().root.propagate_notification(NOTIFICATION_APPLICATION_RESUMED)
	var answered := func() -> bool: return socket.get_statistics().messages_in > before
	await wait_until(answered, "the answer to a heartbeat")
	equal(socket.get_state(), PhoenixSocket.OPEN, "the state")


func test_player_who_comes_back_leaves_an_offline_socket_alone() -> void:
	var socket := new_socket()
	socket.set_online(false)
	equal(socket.connect_socket(), OK, "connect_socket()")
	get_tree().root.propagate_notification(NOTIFICATION_APPLICATION_RESUMED)
	await frames(5)
	equal(socket.get_state(), PhoenixSocket.CLOSED, "the state")
