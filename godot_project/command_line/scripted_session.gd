## A session without a window: every step that a game takes with a server, each one seen or failed.
extends Node

const STEP_LIMIT_MS := 10_000

const SessionPlayer := preload("res://command_line/session_player.gd")

var _failed := false


## Plays the session against [param server]; true when every step was seen.
func play(server: String) -> bool:
	# A topic of its own, so that nobody else's lobby gets in the way.
	var topic := "game:session-%08x-%d" % [randi(), Time.get_ticks_usec()]
	var ada := _player(server, "ada", topic)
	var bob := _player(server, "bob", topic)

	await _step("connect", func() -> bool: return await ada.open())
	await _step("join %s" % topic, func() -> bool: return await ada.join())
	await _step(
		"push with a reply",
		func() -> bool:
			var reply: Array = await ada.channel.push("ping").completed
			return reply == ["ok", {"pong": "success!"}]
	)
	await _step(
		"a second client joins", func() -> bool: return await bob.open() and await bob.join()
	)
	await _step(
		"a broadcast reaches the second client",
		func() -> bool:
			ada.channel.push("shout", {"from": "ada", "text": "hello"})
			return await bob.saw("shout", {"from": "ada", "text": "hello"})
	)
	await _step(
		"both see both present",
		func() -> bool: return await ada.sees(["ada", "bob"]) and await bob.sees(["ada", "bob"])
	)
	await _step(
		"leave",
		func() -> bool:
			var reply: Array = await ada.channel.leave().completed
			return reply[0] == "ok" and await bob.sees(["bob"])
	)
	await _step(
		"disconnect", func() -> bool: return await ada.disconnected() and await bob.disconnected()
	)
	print("session: %s" % ("failed" if _failed else "every step was seen"))
	return not _failed


func _player(server: String, user: String, topic: String) -> SessionPlayer:
	var player := SessionPlayer.new(server, user, topic)
	add_child(player)
	return player


## Runs one step; after a failed one the rest would only fail as well, and is left out.
func _step(title: String, action: Callable) -> void:
	if _failed:
		return
	var started_ms := Time.get_ticks_msec()
	var outcome := {"done": false, "seen": false}
	_run_action(action, outcome)
	while not outcome.done and Time.get_ticks_msec() - started_ms < STEP_LIMIT_MS:
		await get_tree().process_frame
	var took_ms := Time.get_ticks_msec() - started_ms
	if outcome.seen:
		print("step: %s … ok (%d ms)" % [title, took_ms])
	else:
		_failed = true
		var why := "not as expected" if outcome.done else "not within %d ms" % STEP_LIMIT_MS
		print("step: %s … FAILED: %s" % [title, why])


func _run_action(action: Callable, outcome: Dictionary) -> void:
	outcome.seen = await action.call()
	outcome.done = true
