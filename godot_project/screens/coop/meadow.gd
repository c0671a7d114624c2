## The game: everybody gathers stars. It is written as the engine's documentation teaches, with a
## MultiplayerSpawner, MultiplayerSynchronizers and RPCs, and does not know what carries them.
##
## The host decides: it spawns players and stars, and counts. Each player moves their own ship. When
## the host leaves, the engine takes what it had spawned out of the game everywhere; the next host
## spawns it again, from the shared state.
extends Node2D

signal scores_changed

const Player := preload("res://screens/coop/player.gd")
const Star := preload("res://screens/coop/star.gd")
const PLAYER := preload("res://screens/coop/player.tscn")
const STAR := preload("res://screens/coop/star.tscn")

const SIZE := Vector2(1200, 700)
const STARS := 5
const REACH := 34.0
const EDGE := 60.0

## What is known of each player: id -> {name, score, place}.
var profiles := {}

var _own_name := ""
var _host := 0
var _spawned := 0

@onready var _players: Node2D = %Players
@onready var _stars: Node2D = %Stars
@onready var _player_spawner: MultiplayerSpawner = %PlayerSpawner
@onready var _star_spawner: MultiplayerSpawner = %StarSpawner


func _ready() -> void:
	_player_spawner.spawn_function = _new_player
	_star_spawner.spawn_function = _new_star
	multiplayer.peer_disconnected.connect(_on_peer_disconnected)


func _draw() -> void:
	draw_rect(Rect2(Vector2.ZERO, SIZE), Color("#171a28"))
	for x: int in range(0, int(SIZE.x) + 1, 100):
		draw_line(Vector2(x, 0), Vector2(x, SIZE.y), Color("#1f2336"))
	for y: int in range(0, int(SIZE.y) + 1, 100):
		draw_line(Vector2(0, y), Vector2(SIZE.x, y), Color("#1f2336"))


## Takes part, under a host.
func enter(host: int, own_name: String) -> void:
	_own_name = own_name
	follow(host)
	_introduce.rpc_id(host, own_name)


## Another host from now on, perhaps this player.
func follow(host: int) -> void:
	_host = host
	for node: Node in [self, _player_spawner, _star_spawner] as Array[Node]:
		node.set_multiplayer_authority(host, false)
	if _is_host():
		for id: int in profiles:
			if id != multiplayer.get_unique_id() and not multiplayer.get_peers().has(id):
				profiles.erase(id)
		for id: int in profiles:
			_spawn_player(id)
		for i: int in STARS - _stars_there():
			_spawn_star()


func player_of(id: int) -> Player:
	for player: Player in _players.get_children():
		if player.id == id and not player.is_queued_for_deletion():
			return player
	return null


## Where the player of this game is to fly, from the keys or a finger; zero to stay.
func steer(direction: Vector2) -> void:
	var own := player_of(multiplayer.get_unique_id())
	if own != null:
		own.direction = direction


func _physics_process(_delta: float) -> void:
	for player: Player in _players.get_children():
		(profiles.get_or_add(player.id, {}) as Dictionary).place = player.position
	if _is_host():
		for star: Star in _stars.get_children():
			_gather(star)


func _is_host() -> bool:
	return _host != 0 and _host == multiplayer.get_unique_id()


func _stars_there() -> int:
	return (
		_stars
		. get_children()
		. filter(func(star: Node) -> bool: return not star.is_queued_for_deletion())
		. size()
	)


func _gather(star: Star) -> void:
	for player: Player in _players.get_children():
		if star.is_queued_for_deletion() or player.position.distance_to(star.position) > REACH:
			continue
		star.queue_free()
		_count.rpc(player.id, (profiles[player.id].score as int) + 1)
		_spawn_star()


## Everybody's first words to the host.
@rpc("any_peer", "call_local", "reliable")
func _introduce(player_name: String) -> void:
	var id := multiplayer.get_remote_sender_id()
	if not _is_host() or player_of(id) != null:
		return
	profiles[id] = {
		"name": player_name.left(24),
		"score": 0,
		"place": Vector2(randf_range(EDGE, SIZE.x - EDGE), randf_range(EDGE, SIZE.y - EDGE)),
	}
	_spawn_player(id)


@rpc("authority", "call_local", "reliable")
func _count(id: int, score: int) -> void:
	if profiles.has(id):
		profiles[id].score = score
		scores_changed.emit()


func _spawn_player(id: int) -> void:
	_spawned += 1
	var data: Dictionary = (profiles[id] as Dictionary).duplicate()
	data.merge({"id": id, "node": "%d_%d_%d" % [id, _host, _spawned]})
	_player_spawner.spawn(data)


func _spawn_star() -> void:
	_spawned += 1
	var place := Vector2(randf_range(EDGE, SIZE.x - EDGE), randf_range(EDGE, SIZE.y - EDGE))
	_star_spawner.spawn({"node": "star_%d_%d" % [_host, _spawned], "place": place})


## Runs in every game. The names are never given twice: where another host has spawned a player
## before, that node may still be there.
func _new_player(data: Dictionary) -> Node:
	var player := PLAYER.instantiate() as Player
	player.name = data.node
	player.id = data.id
	player.player_name = data.name
	player.position = data.place
	player.limits = Rect2(Vector2.ZERO, SIZE).grow(-Player.RADIUS)
	player.set_multiplayer_authority(player.id)
	profiles[player.id] = {"name": data.name, "score": data.score, "place": data.place}
	scores_changed.emit()
	return player


func _new_star(data: Dictionary) -> Node:
	var star := STAR.instantiate() as Star
	star.name = data.node
	star.position = data.place
	return star


func _on_peer_disconnected(id: int) -> void:
	profiles.erase(id)
	scores_changed.emit()
	var player := player_of(id)
	if player != null and _is_host():
		player.queue_free()
