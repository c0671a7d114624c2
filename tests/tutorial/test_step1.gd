extends "res://tutorial_case.gd"


func test_the_addon_is_found() -> void:
	await run_project()
	await until_status("The addon is there.")
