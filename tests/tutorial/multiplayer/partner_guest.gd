## The other window of the steps in which one game is the host to the end.
extends "res://multiplayer_page_case.gd"

const LIMIT_MS := 60_000


func test_joins_and_plays_along() -> void:
	var has_coins := true
	if OS.has_environment("ROOM_PORT"):
		await run_project({"port": OS.get_environment("ROOM_PORT").to_int()})
		has_coins = game.get("score") != null
	else:
		await run_project({"server": OS.get_environment("ROOM_SERVER")})
		(part("Code") as LineEdit).text = OS.get_environment("ROOM_CODE")
	press("Join")
	await until_status("playing")
	await until_players(2)
	if has_coins:
		await until_score("1 coins")
		equal(coins().size(), 3, "coins")
	player(true).position = PLACE
	if has_coins:
		await until_score("2 coins")
		player(true).position = LAST_PLACE
	await until_status("the game is over")
	await until_players(0)
