## When messages are delivered: in order, so many a frame, and never within a handler.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_no_frame_delivers_more_than_it_may":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_zero_delivers_all_in_one_frame":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_sockets_do_not_wait_for_each_other":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_paused_socket_keeps_the_order_and_the_limit":
	"blocks the main thread until events are there, which a browser hands over between frames",
	"test_handler_is_never_entered_within_a_handler":
	"blocks the main thread until events are there, which a browser hands over between frames",
}


func test_no_frame_delivers_more_than_it_may() -> void:
	var socket := await open_socket({"max_messages_per_frame": 10})
	var channel := await joined(socket, new_topic(), {"presence": false})
	var ticks_of_frame := {}
	var ticks: Array[int] = []
	var collect := func(payload: Dictionary) -> void:
		var frame := Engine.get_process_frames()
		ticks_of_frame[frame] = ticks_of_frame.get(frame, 0) + 1
		ticks.append(payload.n)
	channel.on("tick", collect)
	channel.push("flood", {"n": 300})
	wait_until_queued(socket, 300)
	await wait_until(func() -> bool: return ticks.size() == 300, "all ticks")
	equal(ticks, Array(range(1, 301), TYPE_INT, "", null), "the order")
	check(ticks_of_frame.size() >= 30, "%d frames for 300 ticks" % ticks_of_frame.size())
	equal(ticks_of_frame.values().max(), 10, "the most in a frame")


func test_zero_delivers_all_in_one_frame() -> void:
	var socket := await open_socket({"max_messages_per_frame": 0})
	var channel := await joined(socket, new_topic(), {"presence": false})
	var events := record(channel.on_event)
	channel.push("flood", {"n": 3_000})
	wait_until_queued(socket, 3_000)
	await frames(2)
	equal(events.calls.size(), 3_000, "events")


func test_order_is_kept_across_the_channels_of_a_socket() -> void:
	var socket := await open_socket({"max_messages_per_frame": 7})
	var order: Array[String] = []
	var channels: Array[PhoenixChannel] = []
	for i: int in 3:
		var channel := await joined(socket, new_topic(), {"presence": false})
		channel.on_event.connect(
			func(_event: String, payload: Dictionary, _status: String) -> void:
				order.append(payload.of as String)
		)
		channels.append(channel)
	# One channel of the server answers at a time, so its answers come in the order of the wire.
	var wire: Array[String] = []
	socket.on_message.connect(
		func(_topic: String, _event: String, payload: Variant, _ref: String, _join: String) -> void:
			wire.append(str((payload as Dictionary).response.of))
	)
	for n: int in 50:
		for i: int in 3:
			channels[i].push("echo", {"of": "%d-%d" % [i, n]})
	await wait_until(func() -> bool: return wire.size() == 150, "all replies")
	equal(order, wire, "what the channels told, and what came in")
	for i: int in 3:
		var own := order.filter(func(of: String) -> bool: return of.begins_with("%d-" % i))
		equal(own, range(50).map(func(n: int) -> String: return "%d-%d" % [i, n]), "channel %d" % i)


func test_sockets_do_not_wait_for_each_other() -> void:
	var slow := await open_socket({"max_messages_per_frame": 1})
	var slow_channel := await joined(slow, new_topic(), {"presence": false})
	var quick_channel := await joined(await open_socket(), new_topic(), {"presence": false})
	slow_channel.push("flood", {"n": 500})
	wait_until_queued(slow, 500)
	equal((await reply_to(quick_channel.push("echo", {"n": 1})))[0], "ok", "the other's push")
	check(slow.get_statistics().queued_events > 0, "the slow one still has events to deliver")


func test_paused_socket_keeps_the_order_and_the_limit() -> void:
	var socket := await open_socket({"max_messages_per_frame": 25})
	socket.process_mode = Node.PROCESS_MODE_PAUSABLE
	var channel := await joined(socket, new_topic(), {"presence": false})
	var events := record(channel.on_event)
	get_tree().paused = true
	channel.push("flood", {"n": 100})
	wait_until_queued(socket, 100)
	await frames(5)
	equal(events.calls.size(), 0, "events while paused")
	get_tree().paused = false
	channel.push("echo", {"n": "last"})
	await wait_for(events, 101)
	var told := events.calls.map(func(call: Array) -> Variant: return call[1].n)
	equal(told, range(1, 101) + ["last"], "the order")


func test_handler_is_never_entered_within_a_handler() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var depth: Array[int] = [0, 0]  # now, and the most
	var count: Array[int] = [0]
	var handle := func(_event: String, _payload: Variant, _status: String) -> void:
		depth[0] += 1
		depth[1] = maxi(depth[0], depth[1])
		count[0] += 1
		if count[0] < 20:
			channel.push("echo", {"n": count[0]})
			socket.ping()
			channel.push("shout", {})
			channel.push("echo").receive("ok", func(_response: Variant) -> void: pass)
			wait_until_queued(socket)
		depth[0] -= 1
	channel.on_event.connect(handle)
	channel.push("echo", {"n": 0})
	await wait_until(func() -> bool: return count[0] >= 40, "forty events")
	equal(depth[1], 1, "handlers at a time")


func test_connecting_and_disconnecting_in_a_handler() -> void:
	var socket := new_socket()
	var told: Array[String] = []
	var inside: Array[bool] = [false, false]  # now, and ever twice
	var tell := func(what: String) -> void:
		inside[1] = inside[1] or inside[0]
		inside[0] = true
		told.append(what)
		if what == "open" and told.size() < 6:
			socket.disconnect_socket()
			check(told.back() == "open", "nothing is told within disconnect_socket()")
		elif what == "close" and told.size() < 6:
			socket.connect_socket()
			check(told.back() == "close", "nothing is told within connect_socket()")
		inside[0] = false
	socket.on_open.connect(func(_params: Dictionary) -> void: tell.call("open"))
	socket.on_close.connect(func(_params: Dictionary) -> void: tell.call("close"))
	socket.connect_socket()
	await wait_until(func() -> bool: return told.size() >= 6, "three connections")
	equal(told, ["open", "close", "open", "close", "open", "close"] as Array[String], "told")
	equal(inside[1], false, "a handler within a handler")


func test_handler_that_awaits_holds_up_nobody() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var steps: Array[String] = []
	channel.on(
		"shout",
		func(payload: Dictionary) -> void:
			steps.append("begin %d" % payload.n)
			await get_tree().process_frame
			var reply: Array = await channel.push("echo", {"n": payload.n}).completed
			steps.append("end %d" % reply[1].n)
	)
	for n: int in 3:
		channel.push("shout", {"n": n})
	await wait_until(func() -> bool: return steps.size() == 6, "all steps")
	equal(steps.slice(0, 3), ["begin 0", "begin 1", "begin 2"] as Array[String], "the beginnings")
	equal(steps.slice(3), ["end 0", "end 1", "end 2"] as Array[String], "the ends")


func test_a_handler_may_change_who_else_is_told() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var heard: Array[String] = []
	var second := func(_payload: Dictionary) -> void: heard.append("second")
	channel.on(
		"shout",
		func(_payload: Dictionary) -> void:
			heard.append("first")
			channel.off("shout", second)
			channel.on("shout", func(_later: Dictionary) -> void: heard.append("third"))
	)
	channel.on("shout", second)
	channel.push("shout")
	await reply_to(channel.push("echo"))
	check(heard.count("first") == 1 and not heard.has("third"), "heard at first: %s" % [heard])
	channel.push("shout")
	await reply_to(channel.push("echo"))
	equal(heard.slice(-2), ["first", "third"] as Array[String], "heard then")
