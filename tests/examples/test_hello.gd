extends "res://example_case.gd"


func test_the_server_sends_back_what_was_said() -> void:
	start_server()
	var game := await run_example()
	await until_status(game, "Connected")
	_say(game, "hello")
	await _until_shown(game, "hello\n")
	_say(game, "[b]bold[/b]")
	await _until_shown(game, "hello\n[b]bold[/b]\n")


func test_a_lost_server_is_shown_and_its_return_as_well() -> void:
	start_server()
	var game := await run_example()
	await until_status(game, "Connected")
	await lose_server([game])
	_say(game, "nobody hears this")
	restart_server()
	await until_status(game, "Connected")
	_say(game, "again")
	await _until_shown(game, "again\n")


func _say(game: Control, text: String) -> void:
	enter(game, "Text", text)
	press(game, "Send")


func _until_shown(game: Control, text: String) -> void:
	var replies := part(game, "Replies") as RichTextLabel
	await wait_until(func() -> bool: return replies.get_parsed_text() == text, text)
