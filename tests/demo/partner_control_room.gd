## The other window of test_two_windows_talk: comes in by the start screen, asks, hears the answer.
extends "res://control_room_case.gd"


func test_asks_and_hears_the_answer() -> void:
	await start_demo(["--name", "Partner"])
	await click(part("ControlRoom") as Control)
	await wait_until(Net.is_open, "the connection")
	await join_topic(OS.get_environment("PARTNER_TOPIC"))
	await wait_until(func() -> bool: return people().size() == 2, "both in the list")
	await push_event("shout", '{"text": "anybody here?"}')
	await log_shows('shout  {"text":"yes"}')
