## What the start screen remembers of the player and the server between runs.
extends "res://demo_case.gd"


func test_choices_are_remembered() -> void:
	var server := own_server()
	await start_demo()
	await type_into(part("PlayerName") as LineEdit, " Grace ")
	await type_into(part("Server") as LineEdit, server.url)
	await click(part("ControlRoom") as Control)
	equal([Net.player_name, Net.server_url], ["Grace", server.url], "in use")
	await wait_until(Net.is_open, "the connection")
	await restart_demo()
	equal((part("PlayerName") as LineEdit).text, "Grace", "the name, remembered")
	equal((part("Server") as LineEdit).text, server.url, "the server, remembered")
	await restart_demo(["--server", "ws://127.0.0.1:2/socket", "--name", "Hedy"])
	equal((part("PlayerName") as LineEdit).text, "Hedy", "the name of the command line")
	equal(
		(part("Server") as LineEdit).text,
		"ws://127.0.0.1:2/socket",
		"the server of the command line"
	)


func test_a_server_that_was_never_reached_is_not_remembered() -> void:
	await start_demo()
	await type_into(part("Server") as LineEdit, "ws://127.0.0.1:1/socket")
	var lost := record(Net.lost)
	await click(part("Chat") as Control)
	await wait_for(lost)
	await press_key(KEY_ESCAPE)
	equal((part("Server") as LineEdit).text, "ws://127.0.0.1:1/socket", "the server, in this run")
	await restart_demo(["--screen", "chat"])
	equal(Net.server_url, server_url, "the server of the next run")
	await wait_until(Net.is_open, "the connection")


func test_a_server_that_works_is_kept_when_another_is_mistyped() -> void:
	var server := own_server()
	await start_demo()
	await type_into(part("Server") as LineEdit, server.url)
	await click(part("Chat") as Control)
	await wait_until(Net.is_open, "the connection")
	await press_key(KEY_ESCAPE)
	await type_into(part("Server") as LineEdit, "ws://127.0.0.1:1/socket")
	var lost := record(Net.lost)
	await click(part("Chat") as Control)
	await wait_for(lost)
	await restart_demo(["--screen", "chat"])
	equal(Net.server_url, server.url, "the server of the next run")


func test_defaults_are_not_remembered() -> void:
	await start_demo()
	await click(part("ControlRoom") as Control)
	await wait_until(Net.is_open, "the connection")
	await restart_demo([], "ws://127.0.0.1:3/socket")
	equal(
		(part("Server") as LineEdit).text, "ws://127.0.0.1:3/socket", "the embedded server of now"
	)
