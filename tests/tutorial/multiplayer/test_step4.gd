extends "res://multiplayer_page_case.gd"

const LIMIT_MS := 60_000


func test_match_survives_its_host_and_a_lost_connection() -> void:
	var server := own_server()
	await run_project({"server": server.url})
	press("Host")
	await until_status("playing")
	var code := (part("Code") as LineEdit).text
	OS.set_environment("ROOM_SERVER", server.url)
	OS.set_environment("ROOM_CODE", code)
	gather()
	await until_score("1 coins")
	var heir := start_partner("partner_heir.gd")
	await until_guest_is_at(PLACE)
	var people := func() -> bool: return (part("People") as Label).text.begins_with("guest-")
	await wait_until(people, "the guest among the people")

	var channel := (game.get("peer") as PhoenixMultiplayerPeer).channel
	press("Leave")
	equal(players().size(), 0, "players after the host has left")
	await wait_until(channel.is_closed, "the room is left")
	(part("Code") as LineEdit).text = code
	press("Join")
	await until_players(2)
	await until_score("3 coins")
	equal(coins().size(), 3, "coins")
	var is_host := func() -> bool: return (part("People") as Label).text.begins_with("host guest-")
	await wait_until(is_host, "the host among the people")
	equal((part("Status") as Label).text, "playing", "the status")
	press("Leave")
	await heir.finished()
