# gdlint: disable=max-public-methods
## Multiplayer peers in a room: several branches of the tree, each with its own API and its own
## connection to the relay.
extends "res://multiplayer_case.gd"

const NOT_ON_WEB := {
	"test_match_of_a_game_that_stood_still_goes_on": "a page cannot stop its process",
}

const MESH := {"shape": PhoenixMultiplayerPeer.SHAPE_MESH}
const LARGE_BYTES := 1_000_000
const RESUMED_CALLS := 150


func test_rpcs_of_each_mode_arrive_with_their_sender() -> void:
	var players := await room_of(2)
	var host := players[0]
	var guest := players[1]
	for method: String in ["say", "say_all", "hint", "hint_in_order"]:
		guest.piece.rpc_id(1, method, "from the guest")
		equal(
			await calls_of(host, method),
			[[guest.id(), "from the guest"]],
			"%s of the guest" % method
		)
		host.piece.rpc_id(guest.id(), method, "from the host")
		equal(await calls_of(guest, method), [[1, "from the host"]], "%s of the host" % method)
	host.piece.command.rpc("go")
	equal(await calls_of(guest, "command"), [[1, "go"]], "an RPC of the authority")
	expect_error("is not allowed on node")
	guest.piece.command.rpc("stop")
	guest.piece.say.rpc("done")
	await calls_of(host, "say", 2)
	equal(host.piece.of("command"), [], "an RPC of another than the authority")


func test_rpcs_reach_all_or_all_but_one() -> void:
	var players := await room_of(4)
	players[2].piece.say_all.rpc("all")
	for player: Player in players:
		equal(await calls_of(player, "say_all"), [[players[2].id(), "all"]], "to all, and locally")
	players[1].piece.rpc_id(-players[3].id(), "say", "all but one")
	for player: Player in [players[0], players[2]]:
		equal(await calls_of(player, "say"), [[players[1].id(), "all but one"]], "to all but one")
	players[1].piece.rpc_id(players[3].id(), "say", "only one")
	equal(await calls_of(players[3], "say"), [[players[1].id(), "only one"]], "to one")
	equal(players[0].piece.of("say").size(), 1, "calls of the host")


func test_packets_keep_their_mode_and_channel() -> void:
	var players := await room_of(2)
	get_tree().multiplayer_poll = false
	var sender := players[0].peer
	var receiver := players[1].peer
	receiver.poll()
	_drain(receiver)
	for mode: int in [0, 1, 2]:
		sender.set_target_peer(players[1].id())
		sender.transfer_mode = mode as MultiplayerPeer.TransferMode
		sender.transfer_channel = mode * 1000
		equal(sender.put_packet(PackedByteArray([200, mode])), OK, "put_packet()")
		var has_packet := func() -> bool:
			receiver.poll()
			return receiver.get_available_packet_count() > 0
		await wait_until(has_packet, "a packet of mode %d" % mode)
		equal(receiver.get_packet_peer(), 1, "the sender")
		equal(receiver.get_packet_mode(), mode, "the mode")
		equal(receiver.get_packet_channel(), mode * 1000, "the channel")
		equal(receiver.get_packet(), PackedByteArray([200, mode]), "the packet")
		equal(receiver.get_available_packet_count(), 0, "what is left")
	get_tree().multiplayer_poll = true


func test_reliable_packets_keep_their_order() -> void:
	var players := await room_of(2)
	for i: int in 500:
		players[1].piece.say.rpc_id(1, i)
	var calls := await calls_of(players[0], "say", 500)
	equal(calls.map(func(call: Array) -> int: return call[1]), range(500), "the order")


func test_large_packet_arrives_whole() -> void:
	var players := await room_of(2)
	var large := PackedByteArray()
	large.resize(LARGE_BYTES)
	for i: int in range(0, LARGE_BYTES, 97):
		large[i] = i % 251
	players[1].piece.say.rpc_id(1, large)
	var calls := await calls_of(players[0], "say")
	check(calls[0][1] == large, "%d bytes arrived" % (calls[0][1] as PackedByteArray).size())
	expect_error(
		"put_packet(): the packet has 4194305 bytes; the relay's limit is 4194304: send it in parts"
	)
	large.resize(4_194_305)
	equal(players[1].peer.put_packet(large), ERR_INVALID_PARAMETER, "put_packet() of too much")


func test_room_knows_its_peers() -> void:
	var host := await new_player()
	host.enter(new_topic("relay"), {info = {name = "ada", level = 7}})
	await wait_until(host.is_in, "the room")
	var guest := await new_player()
	guest.enter(host.channel.topic, {info = {name = "bob"}})
	await wait_until(
		func() -> bool: return host.others() == 1 and guest.others() == 1, "each other"
	)
	equal(host.peer.get_peers(), PackedInt32Array([guest.id()]), "the peers of the host")
	equal(guest.peer.get_peers(), PackedInt32Array([1]), "the peers of the guest")
	var seen := guest.peer.get_peer_info(1)
	equal(seen.keys(), ["id", "info", "round_trip_ms", "is_away", "is_host"], "the keys")
	equal(
		[seen.id, seen.info, seen.is_away, seen.is_host],
		[1, {"name": "ada", "level": 7}, false, true],
		"the host"
	)
	var other := host.peer.get_peer_info(guest.id())
	equal([other.info, other.is_host], [{"name": "bob"}, false], "the guest")
	equal(host.peer.get_peer_info(99), {}, "nobody")
	equal([host.peer.host_id, guest.peer.host_id], [1, 1], "host_id")
	var left := []
	host.peer.peer_disconnected.connect(
		func(id: int) -> void: left.append(host.peer.get_peer_info(id).info.name)
	)
	guest.peer.close()
	await heard_by(host, ["peer_disconnected", other.id])
	equal(left, ["bob"], "who has left")
	equal(host.peer.get_peer_info(other.id as int), {}, "who has left is forgotten")
	check(
		host.peer.get_statistics().frames_out > 0, "statistics: %s" % [host.peer.get_statistics()]
	)


func test_room_of_a_host_ends_with_it() -> void:
	var players := await room_of(3)
	players[0].peer.close()
	check(players[0].is_out(), "the host is out")
	for guest: Player in players.slice(1):
		await heard_by(guest, ["server_disconnected"])
		check(guest.has_heard(["ended", ""]), "ended of %s" % [guest.heard])
		check(guest.is_out(), "the status")
		equal(guest.id(), 0, "the id")


func test_mesh_goes_on_without_its_host() -> void:
	var players := await room_of(3, MESH)
	check(players.all(func(p: Player) -> bool: return p.id() > 1), "no peer has the id 1")
	equal(players[2].peer.host_id, players[0].id(), "the host")
	equal(players[2].peer.shape, PhoenixMultiplayerPeer.SHAPE_MESH, "the shape")
	var gone := players[0].id()
	players[0].peer.close()
	var next := players[1].id()
	for player: Player in players.slice(1):
		await heard_by(player, ["host_changed", next])
		check(player.has_heard(["peer_disconnected", gone]), "the former host has left")
		equal(player.peer.host_id, next, "the new host")
	players[2].piece.say.rpc_id(next, "go on")
	equal(await calls_of(players[1], "say"), [[players[2].id(), "go on"]], "to the new host")
	var late := await new_player()
	late.enter(players[1].channel.topic, MESH)
	await wait_until(func() -> bool: return late.others() == 2, "the new host admits")


func test_host_removes_a_peer() -> void:
	for options: Dictionary in [{}, MESH]:
		var players := await room_of(3, options)
		var id := players[1].id()
		players[0].api.disconnect_peer(id)
		await heard_by(players[1], ["ended", "kicked"])
		check(
			players[1].has_heard(["server_disconnected"]),
			"heard by who was removed: %s" % [players[1].heard]
		)
		await heard_by(players[2], ["peer_disconnected", id])
		players[2].piece.say.rpc("go on")
		await calls_of(players[0], "say")


func test_peer_of_a_mesh_that_is_not_the_host_ignores_another() -> void:
	var players := await room_of(3, MESH)
	var ignored := players[2].id()
	players[1].api.disconnect_peer(ignored)
	players[2].piece.say.rpc("anybody?")
	await calls_of(players[0], "say")
	players[0].piece.say.rpc_id(players[1].id(), "go on")
	equal(await calls_of(players[1], "say"), [[players[0].id(), "go on"]], "the calls")
	check(players[2].is_in(), "the other is still in the room")


func test_only_the_host_removes_others() -> void:
	var players := await room_of(3)
	expect_error("disconnect_peer(): the room has no other peer 99")
	players[0].peer.disconnect_peer(99)
	expect_error("disconnect_peer(): only the host may remove others")
	players[1].peer.disconnect_peer(players[2].id())
	await frames(3)
	check(players[2].is_in(), "the other is still in the room")
	players[1].peer.disconnect_peer(1)
	check(players[1].is_out(), "disconnect_peer() of the host leaves")


func test_locked_room_lets_nobody_in() -> void:
	var players := await room_of(2)
	players[0].peer.refuse_new_connections = true
	await wait_until(players[1].peer.is_locked, "the guest hears of the lock")
	await wait_until(players[0].peer.is_locked, "the host hears of the lock")
	var late := await new_player()
	expect_error("room locked: its host refuses new peers")
	late.enter(players[0].channel.topic)
	await heard_by(late, ["ended", "room locked"])
	players[0].peer.refuse_new_connections = false
	await wait_until(func() -> bool: return not players[1].peer.is_locked(), "the lock is off")
	late.enter(players[0].channel.topic)
	await wait_until(late.is_in, "the room")


## At the end of a frame the engine frees what a peer that has left had spawned. Only then may
## another host spawn it again.
func test_what_follows_a_departure_comes_with_a_later_frame() -> void:
	var players := await room_of(2, MESH)
	var told := {}
	players[1].peer.peer_disconnected.connect(
		func(_id: int) -> void: told.left = Engine.get_process_frames()
	)
	players[1].peer.host_changed.connect(
		func(_id: int) -> void: told.host = Engine.get_process_frames()
	)
	players[0].peer.close()
	await heard_by(players[1], ["host_changed", players[1].id()])
	check(told.host > told.left, "the frames: %s" % told)


func test_lock_outlasts_the_host_of_a_mesh() -> void:
	var players := await room_of(3, MESH)
	players[0].peer.refuse_new_connections = true
	await wait_until(players[1].peer.is_locked, "the lock")
	players[0].peer.close()
	await heard_by(players[1], ["host_changed", players[1].id()])
	await frames(10)
	check(players[1].peer.is_locked(), "the room is still locked")
	players[1].peer.refuse_new_connections = false
	await wait_until(
		func() -> bool: return not players[2].peer.is_locked(), "the next host unlocks it"
	)
	players[1].peer.refuse_new_connections = true
	players[1].peer.refuse_new_connections = false
	players[1].piece.say.rpc("behind it")
	await calls_of(players[2], "say")
	check(not players[2].peer.is_locked(), "the last call counts")


func test_lock_that_is_set_before_the_room_is_there() -> void:
	var host := await new_player()
	host.enter(new_topic("relay"))
	host.peer.refuse_new_connections = true
	await wait_until(host.peer.is_locked, "the lock")


func test_room_takes_so_many_peers() -> void:
	var players := await room_of(2, {max_peers = 2})
	var late := await new_player()
	expect_error("room full: it has its maximum number of peers (option max_peers)")
	late.enter(players[0].channel.topic)
	await heard_by(late, ["ended", "room full"])


func test_listed_rooms_are_in_the_list() -> void:
	var host := await new_player()
	var list := PhoenixPresence.new()
	add_child(list)
	await joined(host.socket, "relay_list", {}, list)
	host.enter(new_topic("relay"), {listed = true, max_peers = 5, info = {map = "cave"}})
	var code := host.channel.topic.trim_prefix("relay:")
	await wait_until(func() -> bool: return list.has(code), "the room")
	var room: Dictionary = list.get_presence(code).metas[0]
	equal([room.shape, room.peers, room.max_peers, room.locked], ["host", 1, 5, false], "the room")
	equal(room.host, {"map": "cave"}, "the host")


func test_params_of_the_channel_go_with_the_join() -> void:
	var room := "relay:dedicated-" + new_topic("x").md5_text()
	var guest := await new_player()
	expect_error("not allowed: the server's authorize function refused it")
	guest.enter(room)
	await heard_by(guest, ["ended", "not allowed"])
	var host := await new_player()
	host.enter(room, {role = PhoenixMultiplayerPeer.ROLE_HOST}, {host_token = "secret"})
	await wait_until(host.is_in, "the room")
	var other := await new_player()
	other.channel = other.socket.channel(room, func() -> Dictionary: return {level = 1})
	other.peer = PhoenixMultiplayerPeer.create(other.channel)
	other.api.multiplayer_peer = other.peer
	await wait_until(other.is_in, "the room, with params of a function")


func test_authentication() -> void:
	var host := await new_player()
	var guest := await new_player()
	for player: Player in [host, guest]:
		player.api.auth_callback = func(id: int, data: PackedByteArray) -> void:
			equal(data.get_string_from_utf8(), "secret", "the data")
			player.api.complete_auth(id)
		player.api.peer_authenticating.connect(
			func(id: int) -> void: player.api.send_auth(id, "secret".to_utf8_buffer())
		)
	host.enter(new_topic("relay"))
	await wait_until(host.is_in, "the room")
	guest.enter(host.channel.topic)
	await heard_by(guest, ["connected_to_server"])
	await wait_until(func() -> bool: return host.others() == 1, "the guest")
	guest.piece.say.rpc_id(1, "hello")
	await calls_of(host, "say")


func test_peer_that_fails_to_authenticate_is_removed() -> void:
	var host := await new_player()
	host.api.auth_timeout = 0.3
	host.api.auth_callback = func(_id: int, _data: PackedByteArray) -> void: pass
	host.enter(new_topic("relay"))
	await wait_until(host.is_in, "the room")
	var failed := record(host.api.peer_authentication_failed)
	var guest := await new_player()
	guest.api.auth_timeout = 30.0
	guest.api.auth_callback = func(_id: int, _data: PackedByteArray) -> void: pass
	guest.enter(host.channel.topic)
	await wait_for(failed)
	await heard_by(guest, ["ended", "kicked"])


func test_lost_connection_is_resumed() -> void:
	for options: Dictionary in [{}, MESH]:
		var players := await room_of(3, options)
		var guest := players[1]
		var id := guest.id()
		for i: int in RESUMED_CALLS:
			if i == 50:
				cut(guest)
			guest.piece.say.rpc(i)
			players[0].piece.say.rpc(i)
			await get_tree().process_frame
		await wait_until(
			func() -> bool: return guest.heard.any(_is_resumed), "the resume: %s" % [guest.heard]
		)
		var host_id := players[0].id()
		for way: Array in [
			[players[0], id], [players[2], id], [players[2], host_id], [guest, host_id]
		]:
			var receiver := way[0] as Player
			var others := 1 if receiver != players[2] else 2
			var calls := await calls_of(receiver, "say", RESUMED_CALLS * others)
			calls = calls.filter(func(call: Array) -> bool: return call[0] == way[1])
			equal(
				calls.map(func(call: Array) -> int: return call[1]),
				range(RESUMED_CALLS),
				"calls from %d" % way[1]
			)
		equal(guest.id(), id, "the id")
		for player: Player in players:
			check(not player.heard.any(_is_end), "nobody has left: %s" % [player.heard])
		equal(guest.peer.get_statistics().connections_resumed, 1, "connections_resumed")


## The whole process is stopped, as an app in the background is, for longer than the server waits.
func test_match_of_a_game_that_stood_still_goes_on() -> void:
	var small := server_url.replace("/socket", "/small")
	var room := new_topic("relay")
	var players: Array[Player] = []
	for i: int in 2:
		var player := await new_player(small, {heartbeat_interval = 500})
		player.enter(room)
		await wait_until(player.is_in, "player %d is in the room" % i)
		players.append(player)
	await wait_until(func() -> bool: return players[0].others() == 1, "both know each other")
	var ids := players.map(func(player: Player) -> int: return player.id())
	check(suspend(3.0), "the process was stopped and goes on")
	get_tree().root.propagate_notification(NOTIFICATION_APPLICATION_RESUMED)
	for player: Player in players:
		await wait_until(
			func() -> bool: return player.heard.any(_is_resumed), "resumed: %s" % [player.heard]
		)
		check(not player.heard.any(_is_end), "nobody has left: %s" % [player.heard])
	players[1].piece.say.rpc("back")
	equal((await calls_of(players[0], "say"))[0], [ids[1], "back"], "a call afterwards")
	equal(players.map(func(player: Player) -> int: return player.id()), ids, "the ids")


func test_peer_without_a_connection_is_away() -> void:
	var host := (await room_of(1))[0]
	var guest := await new_player(server_url, {reconnect_after = [400]})
	guest.enter(host.channel.topic)
	await wait_until(func() -> bool: return host.others() == 1, "the guest")
	var is_away := func() -> bool: return host.peer.get_peer_info(guest.id()).is_away
	check(not is_away.call(), "at first")
	await cut(guest)
	await wait_until(is_away, "away")
	await wait_until(func() -> bool: return not is_away.call(), "back")


func test_branches_of_the_tree_are_apart() -> void:
	var one := await room_of(2)
	var other := await room_of(2)
	one[1].piece.say.rpc("one")
	other[1].piece.say.rpc("other")
	equal((await calls_of(one[0], "say"))[0][1], "one", "the first room")
	equal((await calls_of(other[0], "say"))[0][1], "other", "the other room")
	equal(one[0].piece.calls.size(), 1, "calls")


func test_game_may_poll_by_itself() -> void:
	var players := await room_of(2)
	get_tree().multiplayer_poll = false
	players[1].piece.say.rpc_id(1, "hello")
	await frames(10)
	equal(players[0].piece.calls, [], "without a poll")
	var was_called := func() -> bool:
		players[0].api.poll()
		return not players[0].piece.calls.is_empty()
	await wait_until(was_called, "a call")
	get_tree().multiplayer_poll = true


func _drain(peer: MultiplayerPeer) -> void:
	while peer.get_available_packet_count() > 0:
		peer.get_packet()


func _is_resumed(entry: Array) -> bool:
	return entry[0] == "connection_resumed"


func _is_end(entry: Array) -> bool:
	return entry[0] in ["ended", "peer_disconnected", "server_disconnected"]
