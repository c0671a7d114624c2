## The runner's own test: a file that does not compile is one failure.
extends "res://case.gd"


func test_calls_what_is_not_there() -> void:
	not_there()
