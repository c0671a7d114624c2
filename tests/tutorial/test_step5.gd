extends "res://tutorial_case.gd"


func test_what_is_said_arrives_and_what_is_refused_can_be_tried_again() -> void:
	start_server()
	var bob := await other_player("bob")
	var heard := record(bob.on_event)
	await run_project()
	await until_status("connected as guest-")
	await say("hello")
	await until_shown(["%s  hello" % me()])
	await wait_until(
		func() -> bool:
			return heard.calls.any(
				func(call: Array) -> bool: return call[0] == "message" and call[1].text == "hello"
			),
		"bob hears it"
	)

	for i: int in 5:
		await say("quick %d" % i)
	await wait_until(func() -> bool: return shown().ends_with("too fast  retry\n"), "too fast")
	var messages := part("Messages") as RichTextLabel
	var nonce := chat.get("_room").unsent[0].nonce as String
	while shown().contains("retry"):
		messages.meta_clicked.emit(nonce)
		await wait_until(func() -> bool: return not shown().contains("sending"), "the reply")
	var told := heard.calls_with("message").map(func(call: Array) -> String: return call[1].text)
	equal(
		told,
		["hello", "quick 0", "quick 1", "quick 2", "quick 3", "quick 4"],
		"what bob heard, each once"
	)
