## The co-op game: two demos in one room, over a server that goes away, and a host that does.
extends "res://coop_case.gd"

const LIMIT_MS := 60_000


func test_a_room_is_opened_listed_and_left() -> void:
	await start_screen("coop")
	await click(part("Open") as Control)
	await until_players(["Ada"])
	var code := (part("RoomTitle") as Label).text
	equal(code.length(), 6, "the length of the code %s" % code)
	await gather(1)
	await click(part("Leave") as Control)
	check((part("Lobby") as Control).visible, "the lobby is back")
	await wait_until(func() -> bool: return coop().rooms.codes().is_empty(), "the list is empty")


func test_a_room_that_is_not_there_is_named() -> void:
	await start_screen("coop")
	expect_error("no room")
	await type_into(part("Code") as LineEdit, "nowhere")
	await click(part("Join") as Control)
	var problem := part("Problem") as Label
	await wait_until(func() -> bool: return problem.visible, "what is wrong")
	equal(problem.text, "No room has this code.", "what is wrong")


## Bob joins, the connection is lost and comes back, Ada as the host leaves, and Bob goes on.
func test_two_windows_play_over_a_lost_connection_and_a_host_that_leaves() -> void:
	allow_error(refusal())
	await start_screen("coop")
	await click(part("Open") as Control)
	await until_players(["Ada"])
	var partner := start_partner("partner_coop.gd")
	await until_players(["Ada", "Bob"])
	await gather(1)
	Net.socket.disconnect_socket()
	await wait_until(func() -> bool: return status().begins_with("Connection lost"), "a loss")
	Net.socket.connect_socket()
	await wait_until(func() -> bool: return status().begins_with("Back after"), "the return")
	await until_players(["Ada", "Bob"])
	await gather(score() + 1)
	var scores := func() -> Array:
		return coop().meadow.profiles.values().map(
			func(known: Dictionary) -> int: return known.score
		)
	await wait_until(func() -> bool: return not scores.call().has(0), "a star of Bob's")
	await click(part("Leave") as Control)
	await partner.finished()


func test_the_screen_fits_in_all_windows() -> void:
	await start_screen("coop")
	for size: Vector2i in [Vector2i(1280, 720), Vector2i(390, 844), Vector2i(844, 390)]:
		await check_fits(size)
	get_window().size = Vector2i(1280, 720)
	await click(part("Open") as Control)
	await until_players(["Ada"])
	for size: Vector2i in [Vector2i(390, 844), Vector2i(844, 390)]:
		await check_fits(size)


## One line is another: the same game over ENet.
func test_the_game_is_the_same_over_enet() -> void:
	await start_screen("coop", "Ada", server_url, ["--enet"])
	await until_players(["Ada"])
	await gather(1)
	equal((part("RoomTitle") as Label).text, "ENet", "the title")
