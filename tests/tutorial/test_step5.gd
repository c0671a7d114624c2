extends "res://tutorial_case.gd"


func test_what_is_said_arrives_and_what_is_refused_can_be_tried_again() -> void:
	start_server()
	var bob := await other_player("bob")
	var heard := record(bob.on_event)
	await run_project()
	await until_status("Connected as guest-")
	await say("hello")
	await until_shown(["%s  hello" % me()])
	await wait_until(
		func() -> bool:
			return heard.calls.any(
				func(call: Array) -> bool: return call[0] == "message" and call[1].text == "hello"
			),
		"bob hears it"
	)

	var expected: Array[String] = ["hello"]
	for i: int in 6:
		expected.append("quick %d" % i)
		say(expected[-1])  # not awaited, so that all is said in one frame
	await wait_until(
		func() -> bool: return shown().contains("too fast  retry"), "one is refused as too fast"
	)
	var messages := part("Messages") as RichTextLabel
	while shown().contains("retry"):
		messages.meta_clicked.emit(chat.get("_room").unsent[0])
		await wait_until(func() -> bool: return not shown().contains("sending"), "the reply")
	# Bob's messages come over a connection of his own.
	await wait_until(
		func() -> bool: return heard.calls_with("message").size() >= expected.size(),
		"bob hears all"
	)
	var told := heard.calls_with("message").map(func(call: Array) -> String: return call[1].text)
	told.sort()
	equal(told, expected as Array, "what bob heard, each once")
