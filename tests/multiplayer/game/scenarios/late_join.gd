## A player who comes when the game is on, and leaves it before its end.
extends "res://board_scenario.gd"


func host() -> void:
	await open(2)
	board.add(1, Vector2(1, 1), "the host's")
	board.add(ids.first as int)
	board.add(4711).queue_free()
	board.make({"name": "Rock"})
	await settle("playing")
	board.token(1).position = Vector2(8, 8)
	board.token(1).score = 3
	multiplayer.peer_connected.connect(
		func(id: int) -> void: board.add(id, Vector2(0, 9), "the late one's")
	)
	await meet("late-begins", transport.address_of(multiplayer.multiplayer_peer))
	await gathered(3)
	await meet("late-is-here")
	await _play()
	multiplayer.peer_disconnected.connect(func(id: int) -> void: board.token(id).queue_free())
	await meet("late-leaves")
	await gathered(2)
	await _without_late()


func first() -> void:
	await open(2)
	await until(func() -> bool: return board.token(own_id()) != null, "the own token")
	board.token(own_id()).score = 1
	await settle("playing")
	board.token(own_id()).position = Vector2(6, 6)
	board.token(own_id()).score = 2
	multiplayer.peer_connected.connect(func(id: int) -> void: welcome.rpc_id(id, "from the first"))
	await meet("late-begins")
	await gathered(3)
	await meet("late-is-here")
	await _play()
	await meet("late-leaves")
	await gathered(2)
	await _without_late()


func late() -> void:
	await meet("begin")
	await meet("open")
	await meet("playing")
	await meet("playing-settled")
	watch()
	multiplayer.peer_connected.connect(
		func(id: int) -> void: welcome.rpc_id(id, "from the late one")
	)
	enter((await meet("late-begins")).host)
	await gathered(3)
	await meet("late-is-here")
	await _play()
	await meet("late-leaves")
	multiplayer.multiplayer_peer.close()
	await said("server_disconnected")
	say("peers after leaving: %d" % multiplayer.get_peers().size())
	await meet("without-late")
	await meet("without-late-settled")


func _play() -> void:
	await until(func() -> bool: return board.token(ids.late as int) != null, "the late one's token")
	if role == "late":
		board.token(ids.late as int).score = 4
	for player: String in ids:
		var token := board.token(ids[player] as int)
		var score: int = {"host": 3, "first": 2, "late": 4}[player]
		await until(func() -> bool: return token.score == score, "%s has %d" % [player, score])
	await settle(
		"together",
		func() -> void: say("position of the first: %s" % board.token(ids.first as int).position)
	)


func _without_late() -> void:
	await settle(
		"without-late",
		func() -> void: say("tokens: %d" % board.get_node("Tokens").get_child_count())
	)
	board.token(own_id()).score += 10
	await until(
		func() -> bool:
			return board.token(1).score == 13 and board.token(ids.first as int).score == 12,
		"the changes of those who stay"
	)


@rpc("any_peer", "reliable")
func welcome(text: String) -> void:
	var sender := multiplayer.get_remote_sender_id()
	say("welcome from #%d: %s" % [sender, text], sender)
