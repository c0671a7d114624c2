## A client whose game quits without closing anything, in the middle of everything.
extends "res://board_scenario.gd"


func host() -> void:
	await open(3)
	for player: String in ["host", "first", "second"]:
		board.add(ids[player] as int)
	await settle("open")
	multiplayer.peer_disconnected.connect(func(id: int) -> void: board.token(id).queue_free())
	await _go_on()


func first() -> void:
	await open(3)
	await settle("open")
	await _go_on()


func second() -> void:
	await open(3)
	await settle("open")
	# Whether this arrives depends on the moment, over ENet as well; so it is nothing that is said.
	chatter.rpc("the last words")
	quit()


func _go_on() -> void:
	var id: int = ids.second
	await said("peer_disconnected #%d" % id)
	chatter.rpc("going on")
	await settle("second-is-gone")
	say("tokens: %d" % board.get_node("Tokens").get_child_count())


@rpc("any_peer", "reliable")
func chatter(text: String) -> void:
	var sender := multiplayer.get_remote_sender_id()
	if text != "the last words":
		say("chatter of #%d: %s" % [sender, text], sender)
