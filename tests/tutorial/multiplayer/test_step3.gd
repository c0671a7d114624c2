extends "res://multiplayer_page_case.gd"

const LIMIT_MS := 60_000


func test_same_game_over_a_phoenix_server() -> void:
	var server := own_server()
	await run_project({"server": server.url})
	press("Host")
	await until_status("playing")
	OS.set_environment("ROOM_SERVER", server.url)
	OS.set_environment("ROOM_CODE", (part("Code") as LineEdit).text)
	await play_with_guest()
