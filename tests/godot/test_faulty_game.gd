## Games that misbehave: block, push without end, join and leave in a loop, hang. Handlers that
## throw or free nodes are in test_life_handlers.gd, the end of the game at any moment in
## test_life_quit.gd; the long forms of these are in long/.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_handler_that_blocks_keeps_the_connection_and_the_order": "needs a thread",
	"test_suspended_process_comes_back": "a page cannot stop its process",
	"test_suspended_process_keeps_a_connection_that_still_stands": "a page cannot stop its process",
}

const LIMIT_MS := 60_000
const PATIENCE_MS := 30_000

## The server of such a socket closes it after 1500 ms of silence.
const SMALL := {"heartbeat_interval": 400}


func test_handler_that_blocks_keeps_the_connection_and_the_order() -> void:
	var socket := await _open_small()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var other := await joined(await _open_small(), channel.topic, {"presence": false})
	var closed := record(socket.on_close)
	var heard: Array[int] = []
	# Not an Array, as a lambda has a copy of what it captures.
	var state := {"blocked": false}
	channel.on(
		"shout",
		func(payload: Dictionary) -> void:
			heard.append(payload.n)
			if not state.blocked:
				state.blocked = true
				OS.delay_msec(3_000)
	)
	var pushes: Array[PhoenixPush] = []
	var thread := Thread.new()
	thread.start(
		func() -> void:
			for n: int in 200:
				other.push("shout", {"n": n})
				OS.delay_msec(10)
	)
	for n: int in 50:
		pushes.append(channel.push("delay", {"ms": 40 * n, "n": n}))
	await wait_until(func() -> bool: return heard.size() == 200, "all shouts", PATIENCE_MS)
	thread.wait_to_finish()
	equal(heard, Array(range(200), TYPE_INT, &"", null), "the shouts, in order")
	for n: int in pushes.size():
		equal(await reply_to(pushes[n]), ["ok", {"ms": 40 * n, "n": n}], "push %d" % n)
	equal(closed.calls.size(), 0, "closes")
	equal(socket.get_statistics().connects, 1, "connections")


func test_handler_that_pushes_a_thousand_times() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var replies: Array[int] = []
	var push_all := func(_payload: Variant) -> void:
		for n: int in 1_000:
			var push := channel.push("echo", {"n": n})
			push.receive("ok", func(response: Dictionary) -> void: replies.append(response.n))
	channel.on("shout", push_all)
	channel.push("shout")
	await wait_until(func() -> bool: return replies.size() >= 1_000, "all replies", PATIENCE_MS)
	await frames(3)
	equal(replies, Array(range(1_000), TYPE_INT, &"", null), "the replies, in order")


func test_handlers_that_push_in_a_a_chain() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var heard: Array[int] = []
	channel.on_event.connect(
		func(_event: String, payload: Dictionary, _status: String) -> void:
			heard.append(payload.n)
			if payload.n < 199:
				channel.push("echo", {"n": payload.n + 1})
	)
	channel.push("echo", {"n": 0})
	await wait_until(func() -> bool: return heard.size() >= 200, "the end", PATIENCE_MS)
	equal(heard, Array(range(200), TYPE_INT, &"", null), "what was heard, in order")
	equal(socket.get_statistics().pending_pushes, 0, "pushes that wait")


func test_join_and_leave_in_handlers() -> void:
	const ROUNDS := 100
	var socket := await open_socket()
	var channel := socket.channel(new_topic())
	var statuses: Array[String] = []
	# A lambda cannot name itself.
	var again := {}
	again.join = func(status: String, _response: Variant) -> void:
		statuses.append("left " + status)
		if statuses.size() < 2 * ROUNDS:
			channel.join().completed.connect(again.leave)
	again.leave = func(status: String, _response: Variant) -> void:
		statuses.append("joined " + status)
		channel.leave().completed.connect(again.join)
	channel.join().completed.connect(again.leave)
	await wait_until(
		func() -> bool: return statuses.size() >= 2 * ROUNDS, "all rounds", PATIENCE_MS
	)
	for i: int in 2 * ROUNDS:
		equal(statuses[i], "joined ok" if i % 2 == 0 else "left ok", "status %d" % i)
	again.clear()
	check(channel.is_closed(), "closed at the end")


func test_join_and_leave_without_waiting() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic())
	var completed := {}
	var pushes: Array[PhoenixPush] = []
	for i: int in 300:
		var push := channel.join() if i % 2 == 0 else channel.leave()
		pushes.append(push)
		completed[i] = 0
		push.completed.connect(func(_status: String, _r: Variant) -> void: completed[i] += 1)
		if i % 50 == 49:
			await get_tree().process_frame
	var last := channel.join()
	equal((await reply_to(last, PATIENCE_MS))[0], "ok", "the last join")
	await wait_until(
		func() -> bool:
			return pushes.all(func(push: PhoenixPush) -> bool: return push.is_completed()),
		"each is complete",
		PATIENCE_MS
	)
	await frames(3)
	check(
		completed.values().all(func(times: int) -> bool: return times == 1),
		"each completed once: %s" % [completed.values()]
	)
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")
	equal(socket.get_statistics().connects, 1, "connections")


func test_channels_made_joined_and_freed_in_a_handler_without_end() -> void:
	var socket := await open_socket()
	var topic := new_topic()
	var first := await joined(socket, new_topic(), {"presence": false})
	var rounds := {"n": 0}
	first.on(
		"tick",
		func(_payload: Variant) -> void:
			rounds.n += 1
			var channel := socket.channel(topic)
			channel.join()
			channel.push("echo")
			if rounds.n % 3 == 0:
				channel.leave()
			channel.free()
	)
	var flood := first.push("flood", {"n": 500, "reply": true})
	equal((await reply_to(flood, PATIENCE_MS))[0], "ok", "the flood")
	equal(rounds.n, 500, "rounds")
	equal(socket.get_channels(), [first] as Array[PhoenixChannel], "get_channels()")
	equal(
		(await reply_to(socket.channel(topic).join(), PATIENCE_MS))[0], "ok", "a join of the topic"
	)


## The whole process is stopped, as by a debugger, for longer than the server waits.
func test_suspended_process_comes_back() -> void:
	var socket := await _open_small()
	var channel := await joined(socket)
	var closed := record(socket.on_close)
	var rejoined := record(channel.on_join_result)
	check(suspend(3.0), "the process was stopped and goes on")
	await wait_for(closed, 1, PATIENCE_MS)
	await wait_for(rejoined, 1, PATIENCE_MS)
	equal(rejoined.calls.map(func(call: Array) -> String: return call[0]), ["ok"], "the rejoin")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")


## For less than that nothing is lost, however short the heartbeat's time is.
func test_suspended_process_keeps_a_connection_that_still_stands() -> void:
	var socket := await open_socket({"heartbeat_interval": 500, "timeout": 1_000})
	var channel := await joined(socket)
	var sent := socket.get_statistics().bytes_out as int
	var push := channel.push("delay", {"ms": 500})
	await wait_until(
		func() -> bool: return (socket.get_statistics().bytes_out as int) > sent, "the push is out"
	)
	check(suspend(2.0), "the process was stopped and goes on")
	equal(await reply_to(push), ["ok", {"ms": 500}], "the reply that came in meanwhile")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")
	equal(socket.get_statistics().connects, 1, "connections")


func _open_small() -> PhoenixSocket:
	return await open_socket(SMALL, server_url.replace("/socket", "/small"))
