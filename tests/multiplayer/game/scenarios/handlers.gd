## Peers that are closed, or dropped, in the handlers of what they deliver.
extends "res://scenario.gd"

var _greeted := {}


func host() -> void:
	await begin()
	await until(func() -> bool: return _greeted.size() == 2, "two are there")
	await meet("greeted")
	# ENet and WebSocketMultiplayerPeer: telling one that the other has left fails when both have.
	allow_error("Unable to send packet on channel 0, max channels: 0")
	allow_error('"ready_state != STATE_OPEN" is true')
	good_bye.rpc()
	await until(func() -> bool: return multiplayer.get_peers().is_empty(), "all have gone")
	await meet("dropped")


func first() -> void:
	multiplayer.peer_connected.connect(func(_id: int) -> void: multiplayer.multiplayer_peer.close())
	await begin()
	await _end()


func second() -> void:
	await _greet()


func late() -> void:
	await _greet()


func _greet() -> void:
	multiplayer.connected_to_server.connect(func() -> void: hello.rpc_id(1))
	await begin()
	await _end()


func _end() -> void:
	await meet("greeted")
	await until(
		func() -> bool:
			var peer := multiplayer.multiplayer_peer
			return (
				peer == null
				or peer.get_connection_status() == MultiplayerPeer.CONNECTION_DISCONNECTED
			),
		"it has no connection"
	)
	await meet("dropped")


## Who of the others is seen while it comes and goes depends on the moment.
func watch() -> void:
	api().connected_to_server.connect(func() -> void: say("connected_to_server"))
	api().server_disconnected.connect(func() -> void: say("server_disconnected"))


@rpc("any_peer", "reliable")
func hello() -> void:
	_greeted[multiplayer.get_remote_sender_id()] = true


## Drops the peer while it delivers.
@rpc("reliable")
func good_bye() -> void:
	say("good bye")
	multiplayer.multiplayer_peer = null
