## PhoenixPush: its outcomes and its handlers.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_push_that_is_larger_than_the_queue_says_so": "the worker refuses it after the call",
	"test_receive_of_a_completed_push_whose_socket_is_gone": "needs a thread",
}

var channel: PhoenixChannel


func _join() -> void:
	channel = await joined(await open_socket())


func test_ok() -> void:
	await _join()
	var push := channel.push("echo", {"n": 1})
	check(not push.is_completed(), "is_completed() before")
	equal(push.get_event(), "echo", "get_event()")
	equal(push.get_status(), "", "get_status() before")
	equal(push.get_response(), null, "get_response() before")
	equal(await reply_to(push), ["ok", {"n": 1}], "completed")
	check(push.is_completed(), "is_completed() after")
	equal(push.get_status(), "ok", "get_status() after")
	equal(push.get_response(), {"n": 1}, "get_response() after")


func test_await_gives_status_and_response() -> void:
	await _join()
	var reply: Array = await channel.push("echo", {"x": 1}).completed
	equal(reply, ["ok", {"x": 1}], "the reply")


func test_error() -> void:
	await _join()
	var reply := await reply_to(channel.push("echo_error", {"reason": "no"}))
	equal(reply, ["error", {"reason": "no"}], "the reply")


func test_status_of_the_servers_choice() -> void:
	await _join()
	var reply := await reply_to(channel.push("status", {"status": "maybe"}))
	equal(reply, ["maybe", {"status": "maybe"}], "the reply")


func test_reply_without_a_payload() -> void:
	await _join()
	equal(await reply_to(channel.push("ok_only")), ["ok", {}], "the reply")


func test_timeout() -> void:
	await _join()
	var started_ms := Time.get_ticks_msec()
	var push := channel.push("noreply", {}, 200)
	var completed := record(push.completed)
	equal((await reply_to(push))[0], "timeout", "status")
	var took_ms := Time.get_ticks_msec() - started_ms
	check(took_ms >= 190 and took_ms < 1_500, "after 200 ms, it took %d" % took_ms)
	equal(completed.calls.size(), 1, "completions")


func test_timeout_of_the_socket_is_the_default() -> void:
	var socket := await open_socket()
	channel = await joined(socket)
	socket.timeout = 300
	var started_ms := Time.get_ticks_msec()
	equal((await reply_to(channel.push("noreply"), 2_000))[0], "timeout", "status")
	check(Time.get_ticks_msec() - started_ms >= 290, "not before the socket's 300 ms")


func test_timeouts_of_zero_and_less_are_the_sockets() -> void:
	var socket := await open_socket()
	channel = await joined(socket)
	socket.timeout = 300
	for timeout: int in [0, -1, -5]:
		var started_ms := Time.get_ticks_msec()
		var push := channel.push("noreply", {}, timeout)
		equal((await reply_to(push, 2_000))[0], "timeout", "status with %d" % timeout)
		check(Time.get_ticks_msec() - started_ms >= 290, "not before 300 ms, with %d" % timeout)
	equal((await reply_to(channel.leave(0)))[0], "ok", "leave(0)")
	equal((await reply_to(channel.join(0)))[0], "ok", "join(0)")


func test_reply_after_the_timeout_is_not_delivered() -> void:
	await _join()
	var events := record(channel.on_event)
	var push := channel.push("delay", {"ms": 300}, 100)
	var completed := record(push.completed)
	await wait_for(completed)
	await reply_to(channel.push("delay", {"ms": 400}))
	equal(completed.calls.size(), 1, "completions")
	equal(completed.calls[0][0], "timeout", "status")
	equal(events.calls_with("delay").size(), 1, "replies in on_event")


func test_closed_when_the_channel_goes_for_good() -> void:
	await _join()
	var push := channel.push("delay", {"ms": 10_000})
	channel.leave()
	equal((await reply_to(push))[0], "closed", "status")


func test_push_that_is_larger_than_the_queue_says_so() -> void:
	var channel := await joined(await open_socket())
	expect_error("at most 67108864 can be queued; send it in parts")
	var bytes := PackedByteArray()
	bytes.resize(65 << 20)
	check(channel.push("echo", bytes) == null, "push() is null")


func test_receive_chains_by_status() -> void:
	await _join()
	var heard: Array[Array] = []
	var push := (
		channel
		. push("echo", {"n": 1})
		. receive("ok", func(response: Dictionary) -> void: heard.append(["ok", response]))
		. receive("error", func(response: Dictionary) -> void: heard.append(["error", response]))
		. receive("ok", func(_response: Dictionary) -> void: heard.append(["again"]))
	)
	await reply_to(push)
	equal(heard, [["ok", {"n": 1}], ["again"]] as Array[Array], "what was called")


func test_receive_of_a_completed_push_is_called_with_the_next_delivery() -> void:
	await _join()
	var push := channel.push("echo", {"n": 1})
	await reply_to(push)
	var heard: Array[Variant] = []
	push.receive("ok", func(response: Dictionary) -> void: heard.append(response))
	push.receive("error", func(response: Dictionary) -> void: heard.append(response))
	push.receive("ok", func(_response: Dictionary) -> void: heard.append("again"))
	equal(heard.size(), 0, "calls within receive()")
	await wait_until(func() -> bool: return heard.size() >= 2, "the calls")
	await frames(2)
	equal(heard, [{"n": 1}, "again"] as Array[Variant], "what was called")


func test_receive_of_a_completed_push_that_is_forgotten() -> void:
	await _join()
	var heard: Array[Dictionary] = []
	var push := channel.push("echo", {"n": 1})
	await reply_to(push)
	push.receive("ok", func(response: Dictionary) -> void: heard.append(response))
	push = null
	await wait_until(func() -> bool: return not heard.is_empty(), "the call")
	equal(heard, [{"n": 1}] as Array[Dictionary], "what was called")


func test_receive_of_a_completed_push_whose_socket_is_gone() -> void:
	var socket := await open_socket()
	channel = await joined(socket)
	var push := channel.push("echo", {"n": 1})
	await reply_to(push)
	socket.free()
	var called_on: Array[int] = []
	var hook := func(_response: Dictionary) -> void: called_on.append(OS.get_thread_caller_id())
	push.receive("ok", hook)
	equal(called_on.size(), 0, "calls within receive()")
	var thread := Thread.new()
	thread.start(push.receive.bind("ok", hook))
	thread.wait_to_finish()
	await wait_until(func() -> bool: return called_on.size() == 2, "both calls")
	equal(called_on, [OS.get_main_thread_id(), OS.get_main_thread_id()] as Array[int], "threads")


func test_receive_of_a_join_hears_the_outcomes_in_their_order() -> void:
	channel = (await open_socket()).channel(new_topic(), {"n": 1})
	var join := channel.join()
	await reply_to(join)
	var heard: Array[int] = []
	join.receive("ok", func(response: Dictionary) -> void: heard.append(response.params.n as int))
	channel.params = {"n": 2}
	channel.push("kill_transport")
	await wait_until(func() -> bool: return heard.size() >= 2, "both outcomes")
	equal(heard, [1, 2] as Array[int], "what was called")


func test_receive_hears_of_a_timeout() -> void:
	await _join()
	var heard: Array[String] = []
	var push := channel.push("noreply", {}, 50)
	push.receive("timeout", func(_response: Variant) -> void: heard.append("timeout"))
	await reply_to(push)
	equal(heard, ["timeout"] as Array[String], "what was called")


func test_forgotten_push_is_still_answered() -> void:
	await _join()
	var heard: Array[int] = []
	for n: int in 100:
		channel.push("echo", {"n": n}).receive(
			"ok", func(response: Dictionary) -> void: heard.append(response.n)
		)
	await wait_until(func() -> bool: return heard.size() == 100, "all answers")
	equal(heard, Array(range(100), TYPE_INT, "", null), "in order")


func test_push_made_with_new_says_that_it_is_never_sent() -> void:
	var push := PhoenixPush.new()
	check(not push.is_completed(), "is_completed()")
	equal(push.get_event(), "", "get_event()")
	expect_error("never sent")
	push.receive("ok", func(_response: Variant) -> void: fail("called"))
