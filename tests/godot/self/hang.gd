## The runner's own test: a main thread that never comes back is killed, and the tests after it
## count as failed.
extends "res://case.gd"

const LIMIT_MS := 500


func test_hangs() -> void:
	while true:
		OS.delay_msec(100)


func test_is_never_reached() -> void:
	pass
