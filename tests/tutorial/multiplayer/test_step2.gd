extends "res://multiplayer_page_case.gd"

const LIMIT_MS := 60_000


func test_coins_are_gathered_together() -> void:
	OS.set_environment("ROOM_PORT", str(free_port()))
	await run_project({"port": OS.get_environment("ROOM_PORT").to_int()})
	press("Host")
	await until_players(1)
	await play_with_guest()
