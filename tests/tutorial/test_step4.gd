extends "res://tutorial_case.gd"


func test_history_and_broadcasts_are_shown_as_text() -> void:
	start_server()
	var bob := await other_player("bob")
	await reply_to(bob.push("message", {"text": "before"}))
	await run_project()
	await until_shown(["bob  before"])
	bob.push("message", {"text": "[b]now[/b]"})
	await until_shown(["bob  before", "bob  [b]now[/b]"])
