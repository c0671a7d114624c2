## A room without a peer 1: the host leaves, the next one goes on in its place, and one more comes.
extends "res://board_scenario.gd"

const ONLY := "phoenix"
const PhoenixTransport := preload("res://transport_phoenix.gd")

var _peer: PhoenixMultiplayerPeer


func host() -> void:
	await _enter_one_after_the_other(["host", "first", "second"])
	_spawn("the host")
	await settle("open", _look)
	_peer.close()
	await until(func() -> bool: return multiplayer.get_peers().is_empty(), "it is alone")
	await meet("host-is-gone")
	await meet("next-host")
	await meet("next-host-settled")
	await meet("enter-late")
	await meet("late")
	await meet("late-settled")


func first() -> void:
	await _enter_one_after_the_other(["host", "first", "second"])
	await settle("open", _look)
	await _change_of_host()
	_spawn("the first")
	await settle("next-host", _look)
	await meet("enter-late")
	await gathered(3)
	await settle("late", _look)


func second() -> void:
	await _enter_one_after_the_other(["host", "first", "second"])
	await settle("open", _look)
	await _change_of_host()
	await settle("next-host", _look)
	await meet("enter-late")
	await gathered(3)
	await settle("late", _look)


func late() -> void:
	for player: String in ["host", "first", "second"]:
		await meet("enter-" + player)
	for step: String in ["all", "open", "open-settled", "host-is-gone", "next-host"]:
		await meet(step)
	await meet("next-host-settled")
	_enter()
	await until(_is_connected, "it has entered")
	await meet("enter-late")
	await gathered(3)
	await settle("late", _look)


func _enter_one_after_the_other(players: Array) -> void:
	for player: String in players:
		if player == role:
			_enter()
			await until(_is_connected, "it has entered")
		await meet("enter-" + player)
	await gathered(players.size())
	await meet("all")


func _enter() -> void:
	watch()
	_peer = (transport as PhoenixTransport).mesh()
	_peer.host_changed.connect(_follow_host)
	take(_peer)


func _is_connected() -> bool:
	return (
		_peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED and _peer.host_id != 0
	)


func _follow_host(id: int) -> void:
	say("host_changed #%d" % id)
	board.set_multiplayer_authority(id)


func _change_of_host() -> void:
	await said("host_changed #%d" % ids.first)
	await gathered(2)
	await meet("host-is-gone")


func _spawn(who: String) -> void:
	board.set_multiplayer_authority(own_id())
	board.make({"name": "Rock of %s" % who})


func _look() -> void:
	check(own_id() != 1, "nobody is 1")
	check(1 not in multiplayer.get_peers(), "nobody is 1 to others")
	var names := PackedStringArray()
	for node: Node in board.get_node("Made").get_children():
		names.append(node.name)
	say(
		(
			"the host is #%d, %d peers, made: %s"
			% [_peer.host_id, multiplayer.get_peers().size(), names]
		)
	)
