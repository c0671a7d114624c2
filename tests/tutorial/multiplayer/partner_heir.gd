## The other window of test_match_survives_its_host: becomes the host, and loses its connection.
extends "res://multiplayer_page_case.gd"

const LIMIT_MS := 60_000


func test_becomes_the_host() -> void:
	await run_project({"server": OS.get_environment("ROOM_SERVER")})
	(part("Code") as LineEdit).text = OS.get_environment("ROOM_CODE")
	press("Join")
	await until_players(2)
	await until_score("1 coins")
	player(true).position = PLACE
	await wait_until(game.is_multiplayer_authority, "the next host", 20_000)
	equal(coins().size(), 3, "new coins")
	gather()
	await until_score("2 coins")

	await until_players(2)
	var socket := game.get("socket") as PhoenixSocket
	socket.disconnect_socket()
	await until_status("connection lost")
	gather()
	await until_score("3 coins")
	await wait_until(func() -> bool: return not socket.get_is_connected(), "no connection")
	socket.connect_socket()
	await wait_until(
		func() -> bool: return (part("Status") as Label).text.begins_with("playing again"),
		"the connection is back"
	)
	await until_players(1)
