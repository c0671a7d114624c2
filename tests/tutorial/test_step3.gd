extends "res://tutorial_case.gd"


func test_it_connects() -> void:
	start_server()
	await run_project()
	await until_status("Connected as guest-")
