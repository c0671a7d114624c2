## The runner's own test: an object that nobody frees is reported at exit.
extends "res://case.gd"


func test_leaks_an_object() -> void:
	Node.new()
