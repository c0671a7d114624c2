## What one of 32 players sends and receives in a second, each with a synchronizer at 20 Hz: over
## PhoenixMultiplayerPeer and over ENet. All are in this process, with a branch of the tree each.
## A quick run leaves it out, as fewer players or less time would be another figure.
extends "res://bench_case.gd"

const LIMIT_MS := 120_000

const Transport := preload("res://transport.gd")
const PhoenixTransport := preload("res://transport_phoenix.gd")
const ENetTransport := preload("res://transport_enet.gd")

const PLAYERS := 32
const WARM_UP_SECONDS := 3.0
const SAMPLE_SECONDS := 1.0


class Player:
	extends Node2D
	var score := 0


## A game of one player.
class Game:
	extends Node
	var transport: Transport
	var players: Array[Player] = []

	## Players are named after their place, as ids are known later; the first is the host.
	func populate() -> void:
		var config := SceneReplicationConfig.new()
		config.add_property(^":position")
		config.property_set_replication_mode(
			^":position", SceneReplicationConfig.REPLICATION_MODE_ALWAYS
		)
		config.add_property(^":score")
		config.property_set_replication_mode(
			^":score", SceneReplicationConfig.REPLICATION_MODE_ON_CHANGE
		)
		for i: int in PLAYERS:
			var player := Player.new()
			player.name = "Player%d" % i
			var synchronizer := MultiplayerSynchronizer.new()
			synchronizer.name = "Synchronizer"
			synchronizer.replication_interval = 0.05
			synchronizer.replication_config = config
			synchronizer.public_visibility = false
			player.add_child(synchronizer)
			players.append(player)

	func start(ids: Array[int]) -> void:
		for i: int in PLAYERS:
			players[i].set_multiplayer_authority(ids[i])
			add_child(players[i])

	func show_to_all(place: int) -> void:
		var synchronizer := players[place].get_node(^"Synchronizer") as MultiplayerSynchronizer
		synchronizer.public_visibility = true

	func sent() -> int:
		return transport.bytes_sent(multiplayer.multiplayer_peer)

	func received() -> int:
		return transport.bytes_received(multiplayer.multiplayer_peer)


var _games: Array[Game] = []


func test_synchronizers() -> void:
	if is_quick():
		return
	Engine.max_fps = 60
	await _measure(ENetTransport, "/baseline")
	await _measure(PhoenixTransport, "")
	Engine.max_fps = 0


func _process(_delta: float) -> void:
	for i: int in _games.size():
		_games[i].players[i].position += Vector2(1, 0.5)


func _measure(kind: GDScript, suffix: String) -> void:
	var room := new_topic("bench")
	var games: Array[Game] = []
	var address: Variant = null
	for i: int in PLAYERS:
		games.append(_make(kind.new(server_url) as Transport, room, i, address))
		if i == 0:
			var peer := games[0].multiplayer.multiplayer_peer
			await wait_until(
				func() -> bool:
					return peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED,
				"an open room"
			)
			address = games[0].transport.address_of(peer)
	await wait_until(
		func() -> bool:
			return games.all(
				func(game: Game) -> bool: return game.multiplayer.get_peers().size() == PLAYERS - 1
			),
		"all players",
		20_000
	)
	var ids: Array[int] = []
	for game: Game in games:
		ids.append(game.multiplayer.get_unique_id())
	for game: Game in games:
		game.start(ids)
	await frames(5)
	for i: int in PLAYERS:
		games[i].show_to_all(i)
	_games = games
	await get_tree().create_timer(WARM_UP_SECONDS).timeout
	for i: int in samples():
		await _sample(suffix)
	_games = []
	for game: Game in games:
		game.multiplayer.multiplayer_peer = null
		var path := game.get_path()
		game.free()
		get_tree().set_multiplayer(null, path)


func _make(transport: Transport, room: String, place: int, address: Variant) -> Game:
	var game := Game.new()
	game.name = "Game%d" % place
	var api := SceneMultiplayer.new()
	get_tree().set_multiplayer(api, NodePath("%s/%s" % [get_path(), game.name]))
	add_child(game)
	game.transport = transport
	game.add_child(transport)
	game.populate()
	transport.begin(room)
	api.multiplayer_peer = transport.host() if place == 0 else transport.client(address)
	return game


## One second of those that are not the host: the one in the middle.
func _sample(suffix: String) -> void:
	var sent: Array[int] = []
	var received: Array[int] = []
	for game: Game in _games:
		sent.append(game.sent())
		received.append(game.received())
	var began_ms := Time.get_ticks_msec()
	await get_tree().create_timer(SAMPLE_SECONDS).timeout
	var seconds := (Time.get_ticks_msec() - began_ms) / 1000.0
	for i: int in _games.size():
		sent[i] = _games[i].sent() - sent[i]
		received[i] = _games[i].received() - received[i]
	sample("multiplayer/uplink" + suffix, median(sent.slice(1)) / seconds, "bytes")
	sample("multiplayer/downlink" + suffix, median(received.slice(1)) / seconds, "bytes")
