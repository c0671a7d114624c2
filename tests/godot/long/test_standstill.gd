## A main thread and a process that stand still for minutes, with the default times of client and
## server; ./build.sh chaos --game runs it.
extends "res://phoenix_case.gd"

const LIMIT_MS := 300_000


## The server ends a connection after 60 s of silence.
func test_main_thread_blocked_for_three_minutes() -> void:
	const SHOUTS := 1_750
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var other := await joined(await open_socket(), channel.topic, {"presence": false})
	var closed := record(socket.on_close)
	var heard: Array[int] = []
	channel.on("shout", func(payload: Dictionary) -> void: heard.append(payload.n))
	var push := channel.push("delay", {"ms": 5_000})
	var thread := Thread.new()
	thread.start(
		func() -> void:
			for n: int in SHOUTS:
				other.push("shout", {"n": n})
				OS.delay_msec(100)
	)
	OS.delay_msec(180_000)
	var resumed_ms := Time.get_ticks_msec()
	await wait_until(func() -> bool: return heard.size() == SHOUTS, "all shouts", 30_000)
	note(
		(
			"blocked for 180 s: %d messages delivered %d ms later"
			% [heard.size(), Time.get_ticks_msec() - resumed_ms]
		)
	)
	thread.wait_to_finish()
	equal(heard, Array(range(SHOUTS), TYPE_INT, &"", null), "the shouts, in order")
	equal(await reply_to(push), ["ok", {"ms": 5_000}], "a push from before")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")
	equal(closed.calls.size(), 0, "closes")
	equal(socket.get_statistics().connects, 1, "connections")


func test_process_suspended_for_ninety_seconds() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var rejoined := record(channel.on_join_result)
	check(suspend(90.0), "the process was stopped and goes on")
	var resumed_ms := Time.get_ticks_msec()
	await wait_for(rejoined, 1, 60_000)
	note("suspended for 90 s: rejoined after %d ms" % (Time.get_ticks_msec() - resumed_ms))
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")
