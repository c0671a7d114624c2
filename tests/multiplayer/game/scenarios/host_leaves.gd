## The host closes its peer: the others are disconnected, and can open a room of their own.
extends "res://board_scenario.gd"


func host() -> void:
	await open(3)
	board.add(1)
	board.add(ids.first as int)
	await settle("open")
	multiplayer.multiplayer_peer.close()
	await until(func() -> bool: return multiplayer.get_peers().is_empty(), "there are no peers")
	await meet("closed")
	say("status %d" % multiplayer.multiplayer_peer.get_connection_status())


func client() -> void:
	await open(3)
	await settle("open")
	await said("server_disconnected")
	await meet("closed")
	say(
		(
			"status %d, peers %d, tokens %d"
			% [
				multiplayer.multiplayer_peer.get_connection_status(),
				multiplayer.get_peers().size(),
				board.get_node("Tokens").get_child_count()
			]
		)
	)
