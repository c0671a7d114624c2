extends "res://example_case.gd"


func test_two_players_see_and_hear_each_other() -> void:
	start_server()
	var ada := await run_example()
	var bob := await run_example()
	for game: Control in [ada, bob]:
		await until_status(game, "Connected as guest-")
		await _until_text(game, "People", [_name(ada), _name(bob)])
	enter(ada, "Write", "hello")
	(part(ada, "Write") as LineEdit).text_changed.emit("hello")
	await _until_text(bob, "Typing", [_name(ada) + " typing"])
	press(ada, "Send")
	for game: Control in [ada, bob]:
		await _until_text(game, "Messages", [_name(ada) + "  hello\n"])
	await wait_until(
		func() -> bool: return (part(bob, "Typing") as Label).text == "", "nobody is typing"
	)
	ada.free()
	await wait_until(
		func() -> bool: return (part(bob, "People") as Label).text == _name(bob), "bob is alone"
	)


func _name(game: Control) -> String:
	return str(game.get("_me"))


func _until_text(game: Control, label: String, texts: Array[String]) -> void:
	var node := part(game, label)
	var shown := func() -> String:
		return (
			(node as RichTextLabel).get_parsed_text()
			if node is RichTextLabel
			else (node as Label).text
		)
	await wait_until(
		func() -> bool:
			return texts.all(func(text: String) -> bool: return text in str(shown.call())),
		"%s in %s" % [texts, label]
	)
