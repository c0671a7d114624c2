# gdlint: disable=max-public-methods
## What handlers and threads of a game may do to a multiplayer peer, and how one ends with its
## nodes.
extends "res://multiplayer_case.gd"

const NOT_ON_WEB := {
	"test_threads_may_use_a_peer": "needs a thread",
}

const BURST := 50


func test_handlers_of_an_rpc_may_end_the_session() -> void:
	for action: Callable in _endings():
		var players := await room_of(2)
		var host := players[0]
		host.piece.handler = func() -> void:
			host.piece.handler = Callable()
			action.call(host)
		for i: int in BURST:
			players[1].piece.say.rpc_id(1, i)
		await wait_until(players[1].is_out, "the end of the room after %s" % action.get_method())
		check(host.piece.calls.size() >= 1, "a call")
		_free_players(players)


func test_handlers_of_events_may_end_the_session() -> void:
	for action: Callable in _endings():
		for event: String in ["peer_connected", "peer_disconnected"]:
			var players := await room_of(2)
			var host := players[0]
			host.api.connect(event, func(_id: int) -> void: action.call(host), CONNECT_ONE_SHOT)
			var third := await new_player()
			allow_error("no room")
			allow_error("seat gone")
			third.enter(host.channel.topic)
			await wait_until(third.is_in, "the third player")
			if event == "peer_disconnected":
				third.peer.close()
			await wait_until(
				players[1].is_out,
				"the end of the room after %s in %s" % [action.get_method(), event]
			)
			players.append(third)
			_free_players(players)


func test_handlers_may_poll() -> void:
	var players := await room_of(2)
	var host := players[0]
	host.piece.handler = func() -> void: host.api.poll()
	for i: int in BURST:
		var large := PackedByteArray()
		large.resize(1000 * i + 1)  # the engine takes an RPC with no bytes for one without arguments
		players[1].piece.say.rpc_id(1, large)
	var calls := await calls_of(host, "say", BURST)
	check(calls.size() == BURST, "calls: %d" % calls.size())


func test_packets_are_sent_before_a_peer_closes() -> void:
	var players := await room_of(2)
	players[1].piece.say.rpc_id(1, "the last words")
	players[1].peer.close()
	equal((await calls_of(players[0], "say"))[0][1], "the last words", "the call")


func test_peer_that_is_dropped_leaves_the_room() -> void:
	var players := await room_of(2)
	var id := players[1].id()
	players[1].piece.say.rpc_id(1, "the last words")
	players[1].api.multiplayer_peer = null
	players[1].peer = null
	await heard_by(players[0], ["peer_disconnected", id])
	equal(players[0].piece.of("say").size(), 1, "calls")
	await wait_until(players[1].channel.is_closed, "the channel is left")


func test_channel_that_is_left_ends_the_session() -> void:
	var leavings: Dictionary[String, Callable] = {
		"leave()": func(p: Player) -> void: p.channel.leave(),
		"close()": func(p: Player) -> void: p.channel.close(),
		"a freed channel": func(p: Player) -> void: p.channel.queue_free(),
		"a freed socket": func(p: Player) -> void: p.socket.queue_free(),
		"a channel out of the tree": func(p: Player) -> void: p.socket.remove_child(p.channel),
		"a socket out of the tree": func(p: Player) -> void: remove_child(p.socket),
	}
	for how: String in leavings:
		var players := await room_of(2)
		var guest := players[1]
		var id := guest.id()
		var channel := guest.channel
		guest.piece.say.rpc_id(1, how)
		leavings[how].call(guest)
		await heard_by(guest, ["server_disconnected"])
		await heard_by(guest, ["ended", ""])
		check(guest.is_out(), "the status after %s" % how)
		await wait_until(
			players[0].has_heard.bind(["peer_disconnected", id]), "the host hears of %s" % how
		)
		equal(players[0].piece.calls, [["say", id, how]], "the last words")
		check(guest.peer.channel == null or guest.peer.channel == channel, "the channel")
		equal(guest.peer.put_packet("x".to_utf8_buffer()), ERR_UNCONFIGURED, "put_packet()")
		if is_instance_valid(channel) and channel.get_parent() == null:
			channel.free()
		if is_instance_valid(guest.socket) and guest.socket.get_parent() == null:
			guest.socket.free()


func test_session_survives_a_disconnect_of_the_game() -> void:
	var players := await room_of(2)
	var guest := players[1]
	guest.socket.disconnect_socket()
	await heard_by(guest, ["connection_lost"])
	guest.piece.say.rpc_id(1, "meanwhile")
	guest.socket.connect_socket()
	equal((await calls_of(players[0], "say"))[0][1], "meanwhile", "the call")
	check(guest.is_in(), "the status")


func test_session_ends_when_the_seat_is_not_kept_for_so_long() -> void:
	var players := await room_of(2, {seat_timeout = 1000})
	var guest := players[1]
	var id := guest.id()
	guest.socket.disconnect_socket()
	await heard_by(guest, ["connection_lost"])
	await heard_by(guest, ["ended", "connection lost"])
	check(guest.has_heard(["server_disconnected"]), "server_disconnected")
	await heard_by(players[0], ["peer_disconnected", id])


func test_game_that_does_not_poll_leaves_the_room() -> void:
	var players := await room_of(6)
	var host := players[0]
	var part := PackedByteArray()
	part.resize(4_000_000)
	get_tree().multiplayer_poll = false
	# More at once would be too much for the relay, which keeps 8 MiB until they are acknowledged.
	for i: int in 17:
		players[1 + i % 5].api.send_bytes(part, 1)
		var has_come := func() -> bool: return host.peer.get_statistics().packets_in > i
		await wait_until(has_come, "packet %d" % i)
		await get_tree().create_timer(0.08).timeout
	var has_left := func() -> bool:
		players[1].api.poll()
		return players[1].is_out()
	await wait_until(has_left, "the end of the room", 20_000)
	expect_error("not polled: the game has not read its packets: call multiplayer.poll()")
	host.api.poll()
	await heard_by(host, ["ended", "not polled"])
	get_tree().multiplayer_poll = true


func test_session_survives_a_channel_that_moves() -> void:
	var players := await room_of(2)
	var guest := players[1]
	guest.socket.reparent(guest)
	guest.piece.say.rpc_id(1, "still here")
	await calls_of(players[0], "say")
	check(guest.is_in(), "the status")


func test_params_may_change_and_go_with_the_rejoin() -> void:
	var players := await room_of(2)
	var guest := players[1]
	guest.channel.params = {level = 2}
	expect_error("PhoenixChannel.set_params(): ")
	guest.channel.params = {itself = self}
	await cut(guest)
	await wait_until(func() -> bool: return guest.heard.any(_is_resumed), "the resume")
	check(guest.is_in(), "the status")


func test_threads_may_use_a_peer() -> void:
	var players := await room_of(2)
	var host := players[0]
	var guest := players[1]
	var threads: Array[Thread] = []
	for i: int in 3:
		var thread := Thread.new()
		thread.start(_use.bind(guest.peer))
		threads.append(thread)
	for i: int in 30:
		guest.piece.say.rpc_id(1, i)
		await get_tree().process_frame
	for thread: Thread in threads:
		thread.wait_to_finish()
	await calls_of(host, "say", 30)
	check(guest.is_in(), "the status")


func _use(peer: PhoenixMultiplayerPeer) -> void:
	for i: int in 200:
		peer.get_peers()
		peer.get_peer_info(1)
		peer.get_statistics()
		peer.get_connection_status()
		peer.get_unique_id()
		peer.is_locked()
		peer.get_available_packet_count()


## Ways to end a session, from within a handler.
func _endings() -> Array[Callable]:
	return [_close, _drop, _drop_and_poll, _free_channel]


func _close(player: Player) -> void:
	player.peer.close()


func _drop(player: Player) -> void:
	player.api.multiplayer_peer = null
	player.peer = null


func _drop_and_poll(player: Player) -> void:
	player.peer.close()
	player.peer.poll()
	player.api.poll()
	_drop(player)


func _free_channel(player: Player) -> void:
	player.channel.queue_free()


func _free_players(players: Array[Player]) -> void:
	for player: Player in players:
		player.queue_free()


func _is_resumed(entry: Array) -> bool:
	return entry[0] == "connection_resumed"
