## The game ends while a multiplayer peer is in a room: without a crash, an error or a leak. Each
## test has an engine of its own.
extends "res://multiplayer_case.gd"

const LIMIT_MS := 60_000


func test_quit_while_joining() -> void:
	var player := await new_player()
	player.enter(new_topic("relay"))
	_quit()


func test_quit_in_a_room() -> void:
	await room_of(3)
	_quit()


func test_quit_with_packets_that_wait() -> void:
	var players := await room_of(2)
	get_tree().multiplayer_poll = false
	for i: int in 100:
		players[0].piece.say.rpc(i)
		players[1].piece.say.rpc(i)
	await frames(20)
	_quit()


func test_quit_in_an_rpc() -> void:
	var players := await room_of(2)
	will_quit()
	players[0].piece.handler = get_tree().quit
	players[1].piece.say.rpc_id(1, "quit")


func test_quit_without_a_connection() -> void:
	allow_error("PhoenixSocket: connecting to")  # refused, or reset by a server that is just ending
	var server := own_server()
	var players := await room_of(2, {}, server.url)
	server.stop()
	await heard_by(players[1], ["connection_lost"])
	_quit()


func test_quit_with_a_peer_that_nobody_uses() -> void:
	var socket := await open_socket()
	var peer := PhoenixMultiplayerPeer.create(socket.channel(new_topic("relay")))
	check(peer != null, "a peer")
	set_meta("peer", peer)
	_quit()


func test_quit_in_a_handler_of_the_peer() -> void:
	var players := await room_of(2)
	will_quit()
	players[0].peer.peer_disconnected.connect(func(_id: int) -> void: get_tree().quit())
	players[1].peer.close()


func _quit() -> void:
	will_quit()
	get_tree().quit()
