## Synchronizers that only some peers see, by list and by filter.
extends "res://board_scenario.gd"


func host() -> void:
	await open(3)
	var hidden := Board.TOKEN.instantiate() as Token
	hidden.name = "Hidden"
	var synchronizer := hidden.get_node("Synchronizer") as MultiplayerSynchronizer
	synchronizer.public_visibility = false
	board.get_node("Tokens").add_child(hidden)
	await settle("to-nobody")
	synchronizer.set_visibility_for(ids.first as int, true)
	await settle("to-first")
	hidden.score = 5
	await frames(10)
	await settle("changed")
	synchronizer.set_visibility_for(ids.second as int, true)
	await settle("to-both")
	synchronizer.set_visibility_for(ids.first as int, false)
	await settle("to-second")
	hidden.score = 6
	await frames(10)
	await settle("changed-again")
	synchronizer.public_visibility = true
	var only_first := func(id: int) -> bool: return id == ids.first
	synchronizer.add_visibility_filter(only_first)
	synchronizer.update_visibility()
	await settle("filtered")
	synchronizer.remove_visibility_filter(only_first)
	synchronizer.update_visibility()
	await settle("to-all")
	hidden.queue_free()
	await settle("freed")


func client() -> void:
	await open(3)
	for step: String in [
		"to-nobody",
		"to-first",
		"changed",
		"to-both",
		"to-second",
		"changed-again",
		"filtered",
		"to-all",
		"freed"
	]:
		await settle(step, _look.bind(step))


func _look(step: String) -> void:
	var token := board.get_node_or_null("Tokens/Hidden") as Token
	say("%s: %s" % [step, "hidden" if token == null else "score %d" % token.score])
