## PhoenixMultiplayerPeer alone: its creation and its errors.
extends "res://multiplayer_case.gd"


func test_unknown_options_are_named() -> void:
	var channel := (await open_socket()).channel(new_topic("relay"))
	expect_error(
		'there is no option "sape" (did you mean "shape"?); the options are role, shape, info'
	)
	check(PhoenixMultiplayerPeer.create(channel, {sape = 1}) == null, "no peer")
	expect_error("there is no option whose key is not a String")
	check(PhoenixMultiplayerPeer.create(channel, {3: 1}) == null, "no peer")
	check(channel.is_closed(), "the channel is not joined")


func test_wrong_options_say_what_is_right() -> void:
	var channel := (await open_socket()).channel(new_topic("relay"))
	var cyclic := {}
	cyclic.self = cyclic
	for wrong: Array in [
		[{role = 3}, '"role" must be ROLE_AUTO, ROLE_HOST or ROLE_CLIENT; this is 3'],
		[{role = "host"}, '"role" must be ROLE_AUTO, ROLE_HOST or ROLE_CLIENT; this is a String'],
		[{shape = -1}, '"shape" must be SHAPE_HOST or SHAPE_MESH; this is -1'],
		[{max_peers = 2.5}, '"max_peers" must be an integer from 0 to 250; this is 2.5'],
		[{max_peers = 251}, '"max_peers" must be an integer from 0 to 250; this is 251'],
		[
			{seat_timeout = 999},
			'"seat_timeout" must be an integer from 1000 to 120000; this is 999'
		],
		[{max_buffered_bytes = 0}, '"max_buffered_bytes" must be an integer from 1'],
		[{listed = 1}, '"listed" must be true or false; this is an int'],
		[{info = [1]}, '"info" must be a Dictionary; this is an Array'],
		[{info = {a = self}}, '"info" cannot be sent: '],
		[{info = cyclic}, '"info" cannot be sent: '],
		[
			{info = {a = "a".repeat(2048)}},
			'"info" has 2056 bytes of JSON; the relay\'s limit is 2048'
		],
	]:
		expect_error(wrong[1] as String)
		check(
			PhoenixMultiplayerPeer.create(channel, wrong[0] as Dictionary) == null,
			"no peer for %s" % wrong[1]
		)
	cyclic.clear()
	check(channel.is_closed(), "the channel is not joined")


func test_channel_must_be_one_that_is_not_joined() -> void:
	expect_error("PhoenixMultiplayerPeer.create(): it needs a PhoenixChannel")
	check(PhoenixMultiplayerPeer.create(null) == null, "no peer without a channel")
	var channel := await joined(await open_socket())
	expect_error("it is already joined: pass a channel that is not; create() joins it")
	check(PhoenixMultiplayerPeer.create(channel) == null, "no peer of a joined channel")
	var stray := PhoenixChannel.new()
	stray.topic = "relay:stray"
	expect_error('the channel "relay:stray": it has no socket')
	check(PhoenixMultiplayerPeer.create(stray) == null, "no peer of a channel without a socket")
	stray.free()


func test_new_peer_without_a_room_is_disconnected() -> void:
	var peer := PhoenixMultiplayerPeer.new()
	equal(peer.get_connection_status(), MultiplayerPeer.CONNECTION_DISCONNECTED, "the status")
	equal(peer.get_unique_id(), 0, "the id")
	equal(peer.get_available_packet_count(), 0, "packets")
	equal(peer.get_packet_peer(), 0, "the sender of no packet")
	equal(peer.get_packet_channel(), 0, "the channel of no packet")
	equal(peer.get_packet_mode(), MultiplayerPeer.TRANSFER_MODE_RELIABLE, "the mode of no packet")
	equal(peer.put_packet("x".to_utf8_buffer()), ERR_UNCONFIGURED, "put_packet()")
	equal(peer.get_packet(), PackedByteArray(), "get_packet()")
	equal(peer.get_peers(), PackedInt32Array(), "get_peers()")
	equal(peer.get_peer_info(1), {}, "get_peer_info()")
	equal(peer.get_statistics(), {}, "get_statistics()")
	equal(peer.host_id, 0, "host_id")
	check(peer.channel == null and not peer.is_locked(), "no channel, not locked")
	peer.poll()
	peer.close()
	peer.disconnect_peer(3)
	peer.refuse_new_connections = true
	check(peer.refuse_new_connections, "refuse_new_connections is kept")


func test_transfer_settings_are_kept() -> void:
	var peer := PhoenixMultiplayerPeer.new()
	equal(peer.transfer_mode, MultiplayerPeer.TRANSFER_MODE_RELIABLE, "the first mode")
	equal(peer.transfer_channel, 0, "the first channel")
	peer.transfer_mode = MultiplayerPeer.TRANSFER_MODE_UNRELIABLE_ORDERED
	peer.transfer_channel = 65535
	equal(peer.transfer_mode, MultiplayerPeer.TRANSFER_MODE_UNRELIABLE_ORDERED, "the mode")
	equal(peer.transfer_channel, 65535, "the channel")
	for wrong: int in [-1, 65536]:
		expect_error("set_transfer_channel(): the channels are 0 to 65535; this is %d" % wrong)
		peer.transfer_channel = wrong
	equal(peer.transfer_channel, 65535, "the channel stays")


func test_codes_are_of_letters_that_are_not_mixed_up() -> void:
	var seen := {}
	for i: int in 1000:
		var code := PhoenixMultiplayerPeer.make_code()
		equal(code.length(), 6, "the length of %s" % code)
		check(not seen.has(code), "%s is new" % code)
		seen[code] = true
		for letter: String in code:
			check(letter in "ABCDEFGHJKMNPQRSTUVWXYZ23456789", "%s in %s" % [letter, code])
	equal(PhoenixMultiplayerPeer.make_code(64).length(), 64, "the longest")
	for wrong: int in [0, -1, 65]:
		expect_error("make_code(): the length must be from 1 to 64; this is %d" % wrong)
		equal(PhoenixMultiplayerPeer.make_code(wrong), "", "no code")


func test_peer_is_connecting_until_the_relay_has_answered() -> void:
	var player := await new_player()
	player.enter(new_topic("relay"))
	equal(player.peer.get_connection_status(), MultiplayerPeer.CONNECTION_CONNECTING, "the status")
	equal(player.peer.channel, player.channel, "the channel")
	check(player.channel.is_joining() or player.channel.is_joined(), "the channel joins")
	equal(player.peer.put_packet("x".to_utf8_buffer()), ERR_UNCONFIGURED, "put_packet()")
	await wait_until(player.is_in, "the room")
	equal(player.id(), 1, "the id of the host")
	equal(player.peer.host_id, 1, "host_id")
	check(player.api.is_server(), "is_server()")
	equal(player.peer.shape, PhoenixMultiplayerPeer.SHAPE_HOST, "the shape")
	check(player.channel.is_joined(), "the channel is joined")


func test_refused_join_says_what_to_do() -> void:
	var player := await new_player()
	expect_error(
		"no room: nobody has opened it: check the code, or open it with the role ROLE_HOST or ROLE_AUTO"
	)
	player.enter(new_topic("relay"), {role = PhoenixMultiplayerPeer.ROLE_CLIENT})
	await wait_until(player.is_out, "the refusal")
	await frames(2)
	equal(player.heard, [["ended", "no room"], ["connection_failed"]], "what was emitted")


func test_topic_without_a_relay_says_so() -> void:
	var player := await new_player()
	expect_error("no relay: the server has joined the channel, but no relay answers on this topic")
	player.enter(new_topic("game"))
	await wait_until(player.is_out, "the end", 2 * WAIT_MS)
	await frames(2)
	equal(player.heard, [["ended", "no relay"], ["connection_failed"]], "what was emitted")


func test_params_have_no_key_that_is_the_relays() -> void:
	var player := await new_player()
	var room := new_topic("relay")
	expect_error('params have the key "peer", which the relay reserves; rename it')
	var channel := player.socket.channel(room, {peer = 1})
	check(PhoenixMultiplayerPeer.create(channel) == null, "no peer")
	player.channel = player.socket.channel(room, func() -> Dictionary: return {peer = 1})
	player.peer = PhoenixMultiplayerPeer.create(player.channel)
	player.api.multiplayer_peer = player.peer
	expect_error('params must not have a key "peer"')
	await wait_until(player.is_out, "the end")


func test_room_needs_a_websocket() -> void:
	var player := await new_player(server_url, {transport = PhoenixSocket.LONGPOLL})
	expect_error("websocket needed: packets need a WebSocket: set the socket's transport")
	player.enter(new_topic("relay"))
	await heard_by(player, ["ended", "websocket needed"])


func test_room_has_one_host_and_one_shape() -> void:
	var host := (await room_of(1))[0]
	var rival := await new_player()
	expect_error("host taken: it has a host")
	rival.enter(host.channel.topic, {role = PhoenixMultiplayerPeer.ROLE_HOST})
	await heard_by(rival, ["ended", "host taken"])
	var other := await new_player()
	expect_error("wrong shape: it has the other shape")
	other.enter(host.channel.topic, {shape = PhoenixMultiplayerPeer.SHAPE_MESH})
	await heard_by(other, ["ended", "wrong shape"])


func test_channel_of_a_peer_can_be_used_again() -> void:
	var player := await new_player()
	var room := new_topic("relay")
	player.enter(room)
	await wait_until(player.is_in, "the room")
	player.api.multiplayer_peer = null
	player.peer.close()
	await wait_until(player.channel.is_closed, "the channel is left")
	player.peer = PhoenixMultiplayerPeer.create(player.channel)
	player.api.multiplayer_peer = player.peer
	await wait_until(player.is_in, "the room again")
