## The other window of test_two_windows_talk_over_a_restart: Bob hears Ada, and answers.
extends "res://chat_case.gd"

const LIMIT_MS := 60_000


func test_bob_answers() -> void:
	await start_screen("chat", "Bob")
	await wait_until(func() -> bool: return shown_texts().has("Hello Bob."), "Ada's words", 30_000)
	await write("Hello Ada.")
	await press_key(KEY_ENTER)
	await wait_until(
		func() -> bool: return shown_texts().has("Still there?"), "Ada after the restart", 30_000
	)
	await write("Still here.")
	await press_key(KEY_ENTER)
	await wait_until(
		func() -> bool: return lobby().transcript.unsent().is_empty(), "the answer is sent"
	)
	equal(
		shown_texts(),
		["Hello Bob.", "Hello Ada.", "Still there?", "Still here."] as Array[String],
		"what Bob sees in the end"
	)
