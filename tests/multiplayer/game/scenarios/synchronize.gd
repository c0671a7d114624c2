## Synchronizers: state that is always sent, changes, what is sent at the start alone; by the host
## and by clients.
extends "res://board_scenario.gd"

var _energies := {}
var _changes := {}


func everyone() -> void:
	await open(3)
	if role == "host":
		for player: String in ids:
			board.add(ids[player] as int, Vector2(ids.size(), 0), "of " + player)
	await until(
		func() -> bool: return board.get_node("Tokens").get_child_count() == 3, "three tokens"
	)
	await settle("spawned")
	var mine := board.token(own_id())
	for player: String in ids:
		if player != role:
			_observe(player)
	for step: int in 20:
		mine.energy += 1
		mine.position += Vector2(1, 0)
		if step % 10 == 9:
			mine.score += 1
		mine.title = "changed by the owner alone"
		await frames(2)
	for player: String in ids:
		if player != role:
			await _arrived(player)
	await settle("moved")


func _observe(player: String) -> void:
	var token := board.token(ids[player] as int)
	var synchronizer := token.get_node("Synchronizer") as MultiplayerSynchronizer
	synchronizer.synchronized.connect(
		func() -> void:
			check(token.energy >= _energies.get(player, 0), "%s's energy grows" % player)
			_energies[player] = token.energy
	)
	synchronizer.delta_synchronized.connect(func() -> void: _changes[player] = true)


func _arrived(player: String) -> void:
	var token := board.token(ids[player] as int)
	await until(
		func() -> bool: return token.energy == 20 and token.score == 2,
		"the last state of %s is here" % player
	)
	check(_energies[player] == 20, "synchronized")
	check(_changes.has(player), "synchronized what has changed")
	say(
		"#%d at %s, score %d, '%s'" % [ids[player], token.position, token.score, token.title],
		ids[player] as int
	)
