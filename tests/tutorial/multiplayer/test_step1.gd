extends "res://multiplayer_page_case.gd"

const LIMIT_MS := 60_000


func test_both_see_each_other_move() -> void:
	OS.set_environment("ROOM_PORT", str(free_port()))
	await run_project({"port": OS.get_environment("ROOM_PORT").to_int()})
	press("Host")
	await until_players(1)
	var guest := start_partner("partner_guest.gd")
	await until_guest_is_at(PLACE)
	Input.action_press("ui_right")
	var before := player(true).position
	await wait_until(
		func() -> bool: return player(true).position.x > before.x, "the host's player moves"
	)
	Input.action_release("ui_right")
	equal(player(false).position, PLACE, "the guest's player")
	press("Leave")
	await guest.finished()
