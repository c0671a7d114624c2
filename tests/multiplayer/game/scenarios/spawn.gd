## The host spawns and frees nodes, of a scene and by a function.
extends "res://board_scenario.gd"


func host() -> void:
	await open(3)
	board.add(1, Vector2(1, 2), "the host's").energy = 3
	board.add(ids.first as int, Vector2(-1, 0.5), "the first's").score = 7
	board.add_as("Extra", Vector2(4, 4), "one more")
	board.make({"name": "Rock", "size": 2.5, "parts": [1, "two", Vector3.ONE]})
	await settle("spawned")
	board.get_node("Tokens/Extra").queue_free()
	board.made("Rock").queue_free()
	await settle("freed")
	board.add_as("Extra", Vector2(5, 5), "again")
	board.add_as("Brief", Vector2.ZERO, "gone at once").queue_free()
	await settle("again")
	board.token(1).rename_to.rpc("the host's, renamed")
	await settle("called")
	# Not the token of the first, who would go on to send its state for a moment.
	for token: String in ["Token_1", "Extra"]:
		board.get_node("Tokens/%s" % token).queue_free()
	await settle("empty")


func client() -> void:
	await open(3)
	await settle(
		"spawned",
		func() -> void:
			check(board.token(1) != null, "the host's token")
			check(board.made("Rock") != null, "the rock")
	)
	await settle(
		"freed",
		func() -> void: check(not board.has_node("Tokens/Extra"), "a freed token is freed here")
	)
	await settle("again")
	await settle("called", func() -> void: say("title: %s" % board.token(1).title))
	await settle(
		"empty",
		func() -> void: check(board.get_node("Tokens").get_child_count() == 1, "all are gone")
	)
