## Tabs that are hidden, frozen, left or offline.
extends "res://web_case.gd"

const LIMIT_MS := 60_000


## The server of this socket closes it after 1500 ms of silence.
func test_hidden_tab_keeps_its_short_heartbeat() -> void:
	var socket := await open_socket(
		{"heartbeat_interval": 400}, server_url.replace("/socket", "/small")
	)
	var closed := record(socket.on_close)
	await tab("hide", 20)
	equal(closed.calls, [], "closes")
	equal(socket.get_statistics().connects, 1, "connections")


func test_frozen_page_is_connected_within_a_second() -> void:
	var socket := await open_socket(
		{"heartbeat_interval": 400, "reconnect_after": PackedInt32Array([100])},
		server_url.replace("/socket", "/small")
	)
	await joined(socket)
	await tab("freeze", 6)
	var began_ms := Time.get_ticks_msec()
	await wait_until(
		func() -> bool: return socket.get_is_connected() and socket.get_channels()[0].is_joined(),
		"connected and joined"
	)
	check(
		Time.get_ticks_msec() - began_ms < 1_500,
		"within %d ms" % (Time.get_ticks_msec() - began_ms)
	)


func test_page_that_is_online_again_skips_the_delay() -> void:
	var server := own_server()
	# Sockets to this machine do without a network.
	var url := server.url.replace("127.0.0.1", "game.test")
	var socket := await open_socket({"reconnect_after": PackedInt32Array([LONG_MS])}, url)
	record(socket.on_error)
	var closed := record(socket.on_close)
	server.stop()
	await wait_for(closed)
	check(server.start(), "the server starts again")
	await tab("offline", 2)
	await wait_until(socket.get_is_connected, "connected", 10_000)


## The browser keeps the page as it is, and shows it again.
func test_page_that_was_left_is_connected_within_a_second() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var closed := record(socket.on_close)
	var opened := record(socket.on_open)
	await tab("leave", 2)
	var began_ms := Time.get_ticks_msec()
	await wait_for(closed)
	await wait_until(
		func() -> bool: return socket.get_is_connected() and channel.is_joined(),
		"connected and joined"
	)
	var took_ms := Time.get_ticks_msec() - began_ms
	check(took_ms < 1_500, "within %d ms" % took_ms)
	await wait_for(opened)  # states are ahead of their signals
	equal(opened.calls.size(), 1, "on_open")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push after it")
