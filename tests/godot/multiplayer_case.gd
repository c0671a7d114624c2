## What tests of multiplayer share: players, each with a part of the tree and a connection of its
## own.
extends "res://phoenix_case.gd"


## The node of a player that others call.
class Piece:
	extends Node
	## What was called, and by whom: [code][method, sender, argument][/code].
	var calls := []
	## Called with each call, once it is in [member calls].
	var handler := Callable()

	@rpc("any_peer", "call_remote", "reliable")
	func say(what: Variant) -> void:
		_called("say", what)

	@rpc("any_peer", "call_local", "reliable")
	func say_all(what: Variant) -> void:
		_called("say_all", what)

	@rpc("any_peer", "call_remote", "unreliable")
	func hint(what: Variant) -> void:
		_called("hint", what)

	@rpc("any_peer", "call_remote", "unreliable_ordered", 3)
	func hint_in_order(what: Variant) -> void:
		_called("hint_in_order", what)

	@rpc("authority", "call_remote", "reliable", 7)
	func command(what: Variant) -> void:
		_called("command", what)

	func of(method: String) -> Array:
		return calls.filter(func(entry: Array) -> bool: return entry[0] == method)

	func _called(method: String, what: Variant) -> void:
		calls.append([method, multiplayer.get_remote_sender_id(), what])
		if handler.is_valid():
			handler.call()


## A player: a branch of the tree with a multiplayer API of its own.
class Player:
	extends Node
	var api := SceneMultiplayer.new()
	var piece := Piece.new()
	var socket: PhoenixSocket
	var channel: PhoenixChannel
	var peer: PhoenixMultiplayerPeer
	## The signals of the API and of the peer, as [code][name, arguments…][/code].
	var heard := []

	func _init() -> void:
		piece.name = "Piece"
		add_child(piece)

	func _enter_tree() -> void:
		get_tree().set_multiplayer(api, get_path())

	func _exit_tree() -> void:
		get_tree().set_multiplayer(null, get_path())

	## Connects to a room, and begins to listen.
	func enter(room: String, options: Dictionary = {}, params: Dictionary = {}) -> void:
		channel = socket.channel(room, params)
		peer = PhoenixMultiplayerPeer.create(channel, options)
		for emitted: Signal in [
			api.peer_connected,
			api.peer_disconnected,
			peer.host_changed,
			peer.connection_resumed,
			peer.ended
		]:
			emitted.connect(
				func(what: Variant) -> void: heard.append([str(emitted.get_name()), what])
			)
		for emitted: Signal in [
			api.connected_to_server,
			api.connection_failed,
			api.server_disconnected,
			peer.connection_lost
		]:
			emitted.connect(func() -> void: heard.append([str(emitted.get_name())]))
		api.multiplayer_peer = peer

	func id() -> int:
		return api.get_unique_id()

	func is_in() -> bool:
		return peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED

	func is_out() -> bool:
		return peer.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED

	func has_heard(entry: Array) -> bool:
		return heard.has(entry)

	func others() -> int:
		return api.get_peers().size()


## A player with a connection, who has not entered a room.
func new_player(url: String = server_url, options: Dictionary = {}) -> Player:
	var player := Player.new()
	player.name = "Player%d" % get_child_count()
	add_child(player)
	player.socket = await open_socket(options, url)
	return player


## Players in a new room, who all know each other. The first one is the host.
func room_of(count: int, options: Dictionary = {}, url: String = server_url) -> Array[Player]:
	var room := new_topic("relay")
	var players: Array[Player] = []
	for i: int in count:
		var player := await new_player(url)
		player.enter(room, options)
		players.append(player)
		await wait_until(player.is_in, "player %d is in the room" % i)
	await wait_until(
		func() -> bool: return players.all(func(p: Player) -> bool: return p.others() == count - 1),
		"%d players know each other" % count
	)
	return players


## Waits until a player's piece was called with the method so often, and returns what it was called
## with.
func calls_of(player: Player, method: String, count: int = 1) -> Array:
	await wait_until(
		func() -> bool: return player.piece.of(method).size() >= count,
		"%d calls of %s, so far %s" % [count, method, player.piece.calls.size()]
	)
	return player.piece.of(method).map(func(entry: Array) -> Array: return entry.slice(1))


func heard_by(player: Player, entry: Array) -> bool:
	return await wait_until(player.has_heard.bind(entry), "%s" % [entry])


## Ends the connection of a player, as a network does.
func cut(player: Player) -> void:
	var trial := await joined(player.socket)
	var lost := record(player.peer.connection_lost)
	trial.push("kill_transport")
	await wait_for(lost)
