## The host spawns and frees nodes, of a scene and by a function.
extends "res://board_scenario.gd"


func host() -> void:
	await open(3)
	board.add(1, Vector2(1, 2), "the host's").energy = 3
	board.add(ids.first as int, Vector2(-1, 0.5), "the first's").score = 7
	board.add(4711, Vector2(4, 4), "of nobody")
	board.make({"name": "Rock", "size": 2.5, "parts": [1, "two", Vector3.ONE]})
	await settle("spawned")
	board.token(4711).queue_free()
	board.made("Rock").queue_free()
	await settle("freed")
	board.add(4711, Vector2(5, 5), "again")
	board.add(ids.second as int).queue_free()
	await settle("again")
	board.token(1).rename_to.rpc("the host's, renamed")
	await settle("called")
	for token: Node in board.get_node("Tokens").get_children():
		token.queue_free()
	await settle("empty")


func first() -> void:
	await _watch()


func second() -> void:
	await _watch()


func _watch() -> void:
	await open(3)
	await settle(
		"spawned",
		func() -> void:
			check(board.token(1) != null, "the host's token")
			check(board.made("Rock") != null, "the rock")
	)
	await settle(
		"freed", func() -> void: check(board.token(4711) == null, "a freed token is freed here")
	)
	await settle("again")
	await settle("called", func() -> void: say("title: %s" % board.token(1).title))
	await settle(
		"empty",
		func() -> void: check(board.get_node("Tokens").get_child_count() == 0, "all are gone")
	)
