## The start screen, and what the status bar tells on every door.
extends "res://demo_case.gd"


func test_a_door_opens_with_the_connection() -> void:
	await start_demo()
	equal(Doors.current, "", "the open door")
	await click(part("ControlRoom") as Control)
	equal(Doors.current, "control_room", "the open door")
	await wait_until(Net.is_open, "the connection")
	await press_key(KEY_ESCAPE)
	equal(Doors.current, "", "the open door")
