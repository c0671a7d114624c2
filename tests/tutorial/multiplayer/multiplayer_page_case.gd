## What the tests of docs/multiplayer.md share: the reader's project, running here and in a second
## engine.
extends "res://phoenix_case.gd"

const Partner := preload("res://partner.gd")

## Where the guest goes once it is there, and once it has seen the last score.
const PLACE := Vector2(1500, 900)
const LAST_PLACE := Vector2(1600, 900)

var game: Node2D


## Runs the main scene of the project, as F5 does, with a server or a port of the test's.
func run_project(settings: Dictionary) -> void:
	var path := ProjectSettings.get_setting("application/run/main_scene") as String
	game = (load(path) as PackedScene).instantiate() as Node2D
	for setting: String in settings:
		game.set(setting, settings[setting])
	add_child(game)
	await frames(1)


## Runs it in a second engine, played by a test file whose name does not begin with test_.
func start_partner(file: String) -> Partner:
	var partner := Partner.new(self, file)
	add_child(partner)
	partner.start(engine_program, ["--devserver", devserver_program])
	return partner


func part(unique_name: String) -> Node:
	return game.get_node("%" + unique_name)


func press(button: String) -> void:
	(part(button) as Button).pressed.emit()


func players() -> Array[Node]:
	return _present(part("Players"))


func coins() -> Array[Node]:
	return _present(part("Coins"))


## The player of this game, or the other one.
func player(is_own: bool) -> Node2D:
	for node: Node in players():
		if node.is_multiplayer_authority() == is_own:
			return node as Node2D
	return null


func until_status(text: String) -> void:
	await _until_label(part("Status") as Label, text)


func until_score(text: String) -> void:
	await _until_label(part("Score") as Label, text)


func until_players(count: int) -> void:
	await wait_until(func() -> bool: return players().size() == count, "%d players" % count, 20_000)


## Waits until the guest has gone to a place.
func until_guest_is_at(place: Vector2) -> void:
	await wait_until(
		func() -> bool: return player(false) != null and player(false).position == place,
		"the guest at %s" % place,
		20_000
	)


## Puts a coin where the own player is.
func gather() -> void:
	(coins()[0] as Node2D).position = player(true).position


## Gathers a coin before the guest is there and one after it, and closes the room.
func play_with_guest() -> void:
	equal(coins().size(), 3, "coins")
	gather()
	await until_score("1 coins")
	var guest := start_partner("partner_guest.gd")
	await until_guest_is_at(PLACE)
	gather()
	await until_score("2 coins")
	equal(coins().size(), 3, "coins")
	await until_guest_is_at(LAST_PLACE)
	press("Leave")
	await guest.finished()


## A port for UDP that nobody has at the moment.
func free_port() -> int:
	var probe := PacketPeerUDP.new()
	probe.bind(0, "127.0.0.1")
	return probe.get_local_port()


func _until_label(label: Label, text: String) -> void:
	if not await wait_until(func() -> bool: return label.text == text, text, 20_000):
		fail("it says %s" % label.text)


func _present(parent: Node) -> Array[Node]:
	return parent.get_children().filter(
		func(node: Node) -> bool: return not node.is_queued_for_deletion()
	)
