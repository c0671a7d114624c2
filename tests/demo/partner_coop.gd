## The other window of test_two_windows_play…: Bob joins Ada's room, and hosts it in the end.
extends "res://coop_case.gd"

const LIMIT_MS := 60_000


func test_bob_plays_on() -> void:
	await start_screen("coop", "Bob")
	await wait_until(func() -> bool: return coop().rooms.codes().size() == 1, "Ada's room")
	coop().join_room(coop().rooms.codes()[0])
	await until_players(["Ada", "Bob"])
	await gather(1)
	await until_players(["Bob"])
	equal(status(), "You are now the host.", "what Bob is told")
	check(score() >= 1, "his score is still there: %d" % score())
	await gather(score() + 1)
