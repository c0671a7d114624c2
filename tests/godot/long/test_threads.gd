## A minute of threads that drop what they got; ./build.sh chaos --game runs it, also in an engine
## in which whatever goes on with freed memory crashes.
extends "res://phoenix_case.gd"

const DroppingThreads := preload("res://life/dropping_threads.gd")

const LIMIT_MS := 100_000
const MINUTE_MS := 60_000


func test_threads_that_drop_what_they_got() -> void:
	note("rounds: %s" % [await DroppingThreads.run(self, MINUTE_MS)])
