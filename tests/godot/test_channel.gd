# gdlint: disable=max-public-methods
## PhoenixChannel: joining, events both ways, leaving.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_no_event_comes_after_leave_not_even_a_reply_that_waited":
	"blocks the main thread until events are there, which a browser hands over between frames",
}


func test_join_completes_with_the_servers_answer() -> void:
	var socket := await open_socket()
	var topic := new_topic()
	var channel := socket.channel(topic, {"device": "test", "presence": false})
	var results := record(channel.on_join_result)
	equal(channel.get_state(), PhoenixChannel.CLOSED, "state before")
	check(channel.is_closed(), "is_closed()")

	var reply := await reply_to(channel.join())
	var expected := {"joined": topic, "params": {"device": "test", "presence": false}}
	equal(reply, ["ok", expected], "the reply")
	equal(results.calls, [["ok", expected]] as Array[Array], "on_join_result")
	equal(channel.get_state(), PhoenixChannel.JOINED, "state after")
	check(channel.is_joined(), "is_joined()")
	check(channel.can_push("echo"), "can_push()")
	equal(channel.get_topic(), topic, "get_topic()")
	equal(channel.topic, topic, "topic")


func test_joins_before_the_socket_is_open() -> void:
	var socket := new_socket()
	var channel := socket.channel(new_topic())
	var push := channel.join()
	socket.connect_socket()
	equal((await reply_to(push))[0], "ok", "status")


func test_rejected_join_tells_why() -> void:
	var socket := await open_socket({"rejoin_after": PackedInt32Array([60_000])})
	var channel := socket.channel(new_topic(), {"reject": true})
	var results := record(channel.on_join_result)
	equal(await reply_to(channel.join()), ["error", {"reason": "rejected"}], "the reply")
	check(channel.is_errored(), "is_errored()")
	equal(results.calls, [["error", {"reason": "rejected"}]] as Array[Array], "on_join_result")


func test_rejected_join_is_tried_again() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"reject": true})
	var results := record(channel.on_join_result)
	channel.join()
	await wait_for(results, 2)
	channel.params = {}
	await wait_until(channel.is_joined, "joined, once the params are good")


func test_join_that_crashes_is_an_error_reply() -> void:
	var socket := await open_socket({"rejoin_after": PackedInt32Array([60_000])})
	var channel := socket.channel(new_topic(), {"crash": true})
	equal(await reply_to(channel.join()), ["error", {"reason": "join crashed"}], "the reply")


func test_join_of_an_unknown_topic_is_an_error_reply() -> void:
	var socket := await open_socket({"rejoin_after": PackedInt32Array([60_000])})
	var channel := socket.channel("nowhere:%d" % Time.get_ticks_usec())
	equal(await reply_to(channel.join()), ["error", {"reason": "unmatched topic"}], "the reply")


func test_join_that_takes_too_long_completes_with_timeout() -> void:
	var socket := await open_socket({"rejoin_after": PackedInt32Array([60_000])})
	var channel := socket.channel(new_topic(), {"sleep_ms": 2_000})
	var results := record(channel.on_join_result)
	equal((await reply_to(channel.join(100)))[0], "timeout", "status")
	equal(results.calls.size(), 1, "on_join_result")
	equal(results.calls[0][0], "timeout", "its status")


func test_replies_and_broadcasts_arrive_in_on_event() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var events := record(channel.on_event)
	channel.push("echo", {"n": 1})
	channel.push("echo_error", {"n": 2})
	channel.push("shout", {"n": 3})
	await wait_for(events, 3)
	equal(
		events.calls,
		(
			[["echo", {"n": 1}, "ok"], ["echo_error", {"n": 2}, "error"], ["shout", {"n": 3}, "ok"]]
			as Array[Array]
		),
		"on_event, in order"
	)


func test_broadcast_reaches_another_socket() -> void:
	var topic := new_topic()
	var ada := await joined(await open_socket(), topic)
	var bob := await joined(await open_socket(), topic)
	var heard_by_ada := record(ada.on_event)
	var heard_by_bob := record(bob.on_event)
	ada.push("shout", {"text": "hi"})
	ada.push("shout_from", {"text": "others only"})
	await wait_until(
		func() -> bool: return heard_by_bob.calls_with("shout_from").size() == 1, "the second one"
	)
	equal(heard_by_bob.calls_with("shout").size(), 1, "shouts that bob heard")
	equal(heard_by_ada.calls_with("shout").size(), 1, "shouts that ada heard")
	equal(heard_by_ada.calls_with("shout_from").size(), 0, "own messages that ada heard")


func test_on_and_off_follow_one_event() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var first: Array[Dictionary] = []
	var second: Array[Dictionary] = []
	var to_first := func(payload: Dictionary) -> void: first.append(payload)
	var to_second := func(payload: Dictionary) -> void: second.append(payload)
	channel.on("shout", to_first)
	channel.on("shout", to_second)
	channel.push("shout", {"n": 1})
	await wait_until(func() -> bool: return second.size() == 1, "the first shout")

	channel.off("shout", to_first)
	channel.push("shout", {"n": 2})
	await wait_until(func() -> bool: return second.size() == 2, "the second shout")

	channel.off("shout")
	channel.push("shout", {"n": 3})
	await reply_to(channel.push("echo"))
	equal(first, [{"n": 1}] as Array[Dictionary], "what the first one heard")
	equal(second, [{"n": 1}, {"n": 2}] as Array[Dictionary], "what the second one heard")


func test_crash_of_the_channel_is_told_and_it_rejoins() -> void:
	var channel := await joined(await open_socket())
	var errors := record(channel.on_error)
	var results := record(channel.on_join_result)
	channel.push("crash")
	if await wait_for(errors):
		equal(errors.calls[0], [{"reason": "channel_crash"}], "on_error")
	await wait_for(results)
	check(channel.is_joined(), "joined again")


func test_event_that_the_server_does_not_know_crashes_its_channel() -> void:
	var channel := await joined(await open_socket())
	var push := channel.push("no_such_event", {}, 400)
	await await_signal(channel.on_error)
	equal((await reply_to(push))[0], "timeout", "the push")


func test_stop_of_the_channel_closes_it() -> void:
	var channel := await joined(await open_socket())
	var closed := record(channel.on_close)
	channel.push("stop")
	await wait_for(closed)
	check(
		channel.is_closed() or channel.is_joining(), "closed, its state: %d" % channel.get_state()
	)


func test_leave_closes_the_channel() -> void:
	var channel := await joined(await open_socket())
	var closed := record(channel.on_close)
	var push := channel.leave()
	check(channel.is_leaving() or channel.is_closed(), "is_leaving()")
	equal(await reply_to(push), ["ok", {}], "the reply")
	await wait_for(closed)
	check(channel.is_closed(), "is_closed()")
	equal(closed.calls.size(), 1, "on_close")


func test_no_event_comes_after_leave_not_even_a_reply_that_waited() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var events := record(channel.on_event)
	var before := socket.get_statistics().messages_in as int
	var push := channel.push("echo", {"n": 1})
	wait_without_frames(
		func() -> bool: return socket.get_statistics().messages_in > before, "the reply came in"
	)
	channel.leave()
	equal(await reply_to(push), ["ok", {"n": 1}], "the push")
	await frames(2)
	equal(events.calls.size(), 0, "on_event")


func test_left_channel_joins_again() -> void:
	var channel := await joined(await open_socket())
	await reply_to(channel.leave())
	equal((await reply_to(channel.join()))[0], "ok", "the second join")
	equal((await reply_to(channel.push("echo", {"n": 1})))[1], {"n": 1}, "a push")


func test_leave_followed_at_once_by_a_new_channel_of_the_topic() -> void:
	var socket := await open_socket()
	var topic := new_topic()
	var before := await joined(socket, topic)
	before.leave()
	var after := await joined(socket, topic)
	equal((await reply_to(after.push("echo", {"n": 1})))[1], {"n": 1}, "a push")


func test_close_ends_it_at_once() -> void:
	var channel := await joined(await open_socket())
	var closed := record(channel.on_close)
	channel.close({"why": "enough"})
	equal(closed.calls, [[{"why": "enough"}]] as Array[Array], "on_close")
	check(channel.is_closed(), "is_closed()")

	channel.join()
	await wait_until(channel.is_joined, "joined again")
	channel.close({}, true)
	await wait_until(channel.is_joined, "rejoined by itself")


func test_left_and_joined_at_once_is_closed_before_it_is_joined() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var told: Array[String] = []
	channel.on_close.connect(
		func(params: Dictionary) -> void: told.append("closed: %s" % params.get("reason"))
	)
	channel.on_join_result.connect(
		func(status: String, _result: Variant) -> void: told.append("joined: " + status)
	)
	var left := channel.leave()
	var join := channel.join()
	equal((await reply_to(left))[0], "ok", "the leave")
	equal((await reply_to(join))[0], "ok", "the join")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")
	equal(told, ["closed: leave", "joined: ok"] as Array[String], "what was told")


func test_end_of_a_channel_is_told_once() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic())
	var closed := record(channel.on_close)
	channel.close()
	equal(closed.calls.size(), 0, "on_close of what was never joined")
	channel.join()
	channel.close()
	channel.close()
	await frames(2)
	equal(closed.calls.size(), 1, "on_close after close()")
	channel.free()
	equal(closed.calls.size(), 1, "on_close after free()")


func test_leave_of_a_channel_that_was_never_joined_completes() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"x": INF})
	equal(await reply_to(channel.leave()), ["ok", {}], "the leave")


func test_push_after_the_end_says_that_the_channel_is_closed() -> void:
	var channel := await joined(await open_socket())
	await reply_to(channel.leave())
	expect_error("the channel is closed: call join()")
	check(channel.push("echo") == null, "push() is null")


func test_join_on_a_socket_that_nobody_connects_says_so() -> void:
	var socket := new_socket({"timeout": 100})
	var channel := socket.channel(new_topic())
	expect_error("call connect_socket()")
	equal((await reply_to(channel.join()))[0], "timeout", "the join")
	await frames(2)


func test_timeout_longer_than_can_be_counted_is_a_long_one() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	socket.timeout = 100
	var pushes: Array[PhoenixPush] = []
	for timeout: int in [18_446_744_073_710, 9_223_372_036_855, 0x7fff_ffff_ffff_ffff]:
		pushes.append(channel.push("delay", {"ms": 300}, timeout))
	for push: PhoenixPush in pushes:
		equal((await reply_to(push))[0], "ok", "the push")


func test_freed_channel_leaves_its_topic() -> void:
	var topic := new_topic()
	var watcher := await joined(await open_socket({"params": {"user_id": "watcher"}}), topic)
	var channel := await joined(await open_socket({"params": {"user_id": "freed"}}), topic)
	var who := await reply_to(watcher.push("who"))
	equal((who[1] as Dictionary).size(), 2, "present before")
	var diffs := record(watcher.on_event)
	channel.free()
	await wait_until(
		func() -> bool:
			return diffs.calls.any(
				func(call: Array) -> bool:
					return call[0] == "presence_diff" and call[1].leaves.has("freed")
			),
		"the server saw it leave"
	)


func test_channel_that_leaves_the_tree_closes() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var closed := record(channel.on_close)
	socket.remove_child(channel)
	await wait_for(closed)
	equal(closed.calls, [[{"reason": "exit tree"}]] as Array[Array], "on_close")
	check(channel.is_closed(), "is_closed()")
	channel.free()


func test_push_while_joining_waits_for_the_join() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic(), {"sleep_ms": 200})
	channel.join()
	equal(channel.get_state(), PhoenixChannel.JOINING, "state")
	check(channel.is_joining(), "is_joining()")
	check(not channel.can_push(), "can_push()")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "the reply")


func test_error_in_a_handler_stops_nothing_else() -> void:
	var channel := await joined(await open_socket())
	var nothing: Variant = null
	var fails := func(_event: String, _payload: Variant, _status: String) -> void:
		nothing.queue_free()
	channel.on_event.connect(fails, CONNECT_ONE_SHOT)
	expect_script_error("queue_free")
	await reply_to(channel.push("echo"))
	equal((await reply_to(channel.push("echo", {"n": 2})))[1], {"n": 2}, "the next one")


func test_push_before_join_is_an_error_that_says_what_to_do() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic())
	expect_error("join()")
	check(channel.push("echo") == null, "push() is null")


func test_channel_without_a_socket_is_an_error() -> void:
	var channel := PhoenixChannel.new()
	channel.topic = "room:alone"
	add_child(channel)
	expect_error("socket")
	check(channel.join() == null, "join() is null")


func test_on_forgets_a_node_that_was_freed() -> void:
	var channel := await joined(await open_socket())
	var listener := Label.new()
	channel.on("shout", listener.set_text)
	var heard: Array[Dictionary] = []
	channel.on("shout", func(payload: Dictionary) -> void: heard.append(payload))
	listener.free()
	channel.push("shout", {"n": 1})
	channel.push("shout", {"n": 2})
	await wait_until(func() -> bool: return heard.size() == 2, "the other one still hears")


func test_on_without_something_to_call_is_an_error() -> void:
	var channel := new_socket().channel("room:a")
	expect_error("PhoenixChannel.on")
	channel.on("shout", Callable())
	channel.off("shout")
	channel.off("never subscribed", fail)


func test_handler_that_takes_other_arguments_is_an_error() -> void:
	var channel := await joined(await open_socket())
	channel.on("shout", _takes_nothing)
	expect_error(
		'PhoenixChannel.on(): event "shout": the handler _takes_nothing cannot be called with one'
	)
	channel.push("shout")
	await reply_to(channel.push("echo"))
	expect_error('PhoenixPush.receive(): event "echo": the handler _takes_nothing cannot be called')
	await reply_to(channel.push("echo").receive("ok", _takes_nothing))


func test_event_of_the_protocol_is_an_error() -> void:
	var channel := await joined(await open_socket())
	for event: String in ["", "phx_join", "phx_leave", "phx_reply", "phx_"]:
		expect_error('PhoenixChannel.push(): event "%s": an event must not be empty' % event)
		check(channel.push(event) == null, "push('%s') is null" % event)


func test_handler_for_an_event_of_the_protocol_is_an_error() -> void:
	var channel := await joined(await open_socket())
	for event: String in ["", "phx_error", "phx_close", "phx_reply"]:
		expect_error('PhoenixChannel.on(): event "%s": an event must not be empty or begin' % event)
		channel.on(event, func(_payload: Variant) -> void: fail("called"))


func test_topic_changes_only_while_it_is_closed() -> void:
	var channel := await joined(await open_socket())
	var topic := channel.topic
	expect_error("PhoenixChannel.set_topic")
	channel.topic = "room:other"
	equal(channel.topic, topic, "topic")
	await reply_to(channel.leave())
	channel.set_topic(new_topic())
	var reply := await reply_to(channel.join())
	equal(reply[1].joined, channel.get_topic(), "the topic that was joined")


func test_close_of_the_former_topic_comes_before_the_join_of_another() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var told: Array[String] = []
	channel.on_close.connect(func(_params: Dictionary) -> void: told.append("closed"))
	channel.on_join_result.connect(
		func(status: String, _result: Variant) -> void: told.append("joined: " + status)
	)
	for i: int in 3:
		await channel.leave().completed
		channel.topic = new_topic()
		await reply_to(channel.join())
		check(channel.is_joined(), "is_joined()")
		equal(await reply_to(channel.push("echo", {"n": i})), ["ok", {"n": i}], "a push")
		equal(told, ["closed", "joined: ok"] as Array[String], "what was told")
		told.clear()
	channel.close()
	equal(told, ["closed"] as Array[String], "what was told of the last one")


func test_params_are_read_when_it_joins_and_rejoins() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic(), {"n": 1})
	channel.params.n = 2
	equal((await reply_to(channel.join()))[1].params, {"n": 2}, "params of the join")
	channel.params = {"n": 3}
	var results := record(channel.on_join_result)
	channel.push("kill_transport")
	if await wait_for(results):
		equal(results.calls[0][1].params, {"n": 3}, "params of the rejoin")
	expect_error("PhoenixChannel.set_params")
	channel.params = {"n": NAN}
	equal(channel.params, {"n": 3}, "params")


func test_params_changed_in_place_reach_a_rejoin_once_they_are_set() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"n": 1})
	var results := record(channel.on_join_result)
	channel.params.n = 2
	channel.push("kill_transport")
	if await wait_for(results):
		equal(results.calls[0][1].params, {"n": 1}, "params of the rejoin")
	channel.params = channel.params
	channel.push("kill_transport")
	if await wait_for(results, 2):
		equal(results.calls[1][1].params, {"n": 2}, "params of the rejoin once they were set")


func test_params_that_cannot_be_sent_are_told_by_join() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"callable": fail})
	expect_error("PhoenixChannel.join")
	check(channel.join() == null, "join() is null")
	check(channel.is_closed(), "is_closed()")


func test_can_push_only_while_joined_and_connected() -> void:
	var socket := await open_socket()
	check(socket.can_push("any"), "of the socket")
	var channel := socket.channel(new_topic())
	check(not channel.can_push(), "before the join")
	await reply_to(channel.join())
	check(channel.can_push(), "once it is joined")
	socket.disconnect_socket()
	check(not channel.can_push(), "without a connection")
	check(not socket.can_push(), "of the socket")


func test_leave_of_a_channel_that_was_never_joined_is_ok() -> void:
	var channel := (await open_socket()).channel(new_topic())
	equal(await reply_to(channel.leave()), ["ok", {}], "the reply")


func test_leave_without_a_socket_or_a_topic_is_null() -> void:
	var channel := PhoenixChannel.new()
	channel.topic = new_topic()
	add_child(channel)
	expect_error("PhoenixChannel.leave")
	check(channel.leave() == null, "leave() without a socket is null")
	channel.topic = ""
	channel.reparent(new_socket())
	expect_error("PhoenixChannel.leave")
	check(channel.leave() == null, "leave() without a topic is null")


func test_close_that_rejoins_waits_for_the_connection() -> void:
	var socket := new_socket()
	var channel := socket.channel(new_topic())
	channel.close({"why": "early"}, true)
	check(channel.is_joining(), "is_joining()")
	socket.connect_socket()
	await wait_until(channel.is_joined, "joined")


func _takes_nothing() -> void:
	fail("called")
