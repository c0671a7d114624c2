## For the picture of the co-op game: three others fly to the stars in the player's room.
extends "res://command_line/extras/extras.gd"

const Coop := preload("res://screens/coop/coop.gd")
const Match := preload("res://screens/coop/match.gd")
const Meadow := preload("res://screens/coop/meadow.gd")
const MEADOW := preload("res://screens/coop/meadow.tscn")
const NAMES: Array[String] = ["Bob", "Cleo", "Dov"]
const LEAST_SCORE := 3

var _others: Array[Meadow] = []
var _matches: Array[Match] = []


func play(screen: Control) -> void:
	var coop := screen as Coop
	coop.open_room()
	while coop.meadow == null or coop.meadow.profiles.is_empty():
		await get_tree().process_frame
	for player_name: String in NAMES:
		await _join(coop.current.code, player_name)


## Everybody has gathered something.
func is_worth_a_picture() -> bool:
	return _others.all(
		func(meadow: Meadow) -> bool:
			var id := meadow.multiplayer.get_unique_id()
			return (meadow.profiles.get(id, {}) as Dictionary).get("score", 0) >= LEAST_SCORE
	)


func _process(_delta: float) -> void:
	for i: int in _others.size():
		var meadow := _others[i]
		var own := meadow.player_of(meadow.multiplayer.get_unique_id())
		var stars := meadow.get_node("%Stars").get_children()
		if own == null or stars.is_empty():
			continue
		# Each to another one, so that they do not all fly together.
		var star := stars[i % stars.size()] as Node2D
		meadow.steer((star.position - own.position).normalized())


## Another player, in a meadow of their own that is not shown.
func _join(code: String, player_name: String) -> void:
	var place := Node.new()
	add_child(place)
	var api := SceneMultiplayer.new()
	get_tree().set_multiplayer(api, place.get_path())
	var socket := PhoenixSocket.create(
		Net.server_url, {"params": {"user_id": player_name.to_lower()}}
	)
	add_child(socket)
	socket.connect_socket()
	var with := Match.over_phoenix(
		socket.channel("relay:" + code), player_name, PhoenixMultiplayerPeer.ROLE_CLIENT
	)
	_matches.append(with)
	var meadow := MEADOW.instantiate() as Meadow
	meadow.visible = false
	place.add_child(meadow)
	_others.append(meadow)
	with.host_changed.connect(meadow.enter.bind(player_name))
	api.multiplayer_peer = with.peer
	while meadow.player_of(api.get_unique_id()) == null:
		await get_tree().process_frame
