# gdlint: disable=max-public-methods
## Awaiting pushes: `await x.completed` right after the call that gave x never misses it.
extends "res://phoenix_case.gd"

const LIMIT_MS := 10_000


class Waiting:
	extends Node

	func wait(make: Callable, pushes: Array[WeakRef]) -> void:
		var push: PhoenixPush = make.call()
		pushes.append(weakref(push))
		await push.completed
		assert(false, "this node was freed")


func test_join() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic(), {"presence": false})
	var reply: Array = await channel.join().completed
	equal(reply[0], "ok", "status")
	equal((reply[1] as Dictionary).joined, channel.topic, "response")
	check(channel.is_joined(), "joined by then")


func test_join_before_connecting() -> void:
	var socket := new_socket()
	var channel := socket.channel(new_topic())
	socket.connect_socket()
	equal((await channel.join().completed)[0], "ok", "status")


func test_refused_join() -> void:
	var socket := await open_socket()
	var channel := socket.channel(new_topic(), {"reject": true})
	equal(await channel.join().completed, ["error", {"reason": "rejected"}], "the reply")


func test_push() -> void:
	var channel := await joined(await open_socket())
	equal(await channel.push("echo", {"x": 1}).completed, ["ok", {"x": 1}], "the reply")


func test_ping() -> void:
	var socket := await open_socket()
	var reply: Array = await socket.ping().completed
	equal(reply[0], "ok", "status")
	check((reply[1] as Dictionary).round_trip_ms > 0.0, "round_trip_ms in %s" % [reply])


func test_leave() -> void:
	var channel := await joined(await open_socket())
	equal(await channel.leave().completed, ["ok", {}], "the reply")


func test_leave_of_a_channel_that_was_never_joined() -> void:
	var channel := (await open_socket()).channel(new_topic())
	equal(await channel.leave().completed, ["ok", {}], "the reply")


func test_leave_without_a_connection() -> void:
	var channel := new_socket().channel(new_topic())
	channel.join()
	equal(await channel.leave().completed, ["ok", {}], "the reply")


func test_leave_twice() -> void:
	var channel := await joined(await open_socket())
	var first := record(channel.leave().completed)
	equal(await channel.leave().completed, ["ok", {}], "the second reply")
	equal(first.calls, [["ok", {}]] as Array[Array], "the first")


## When the first leave has completed, its push is known to be complete within the call.
func test_leave_within_the_handler_of_a_leave() -> void:
	var channel := await joined(await open_socket())
	var replies: Array[Array] = []
	var again := func(_response: Dictionary) -> void:
		replies.append(await channel.leave().completed)
	channel.leave().receive("ok", again)
	await wait_until(func() -> bool: return replies.size() == 1, "the second reply")
	equal(replies, [["ok", {}]] as Array[Array], "the second reply")


func test_join_of_a_joined_channel() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var results := record(channel.on_join_result)
	var reply: Array = await channel.join().completed
	var expected := {"joined": channel.topic, "params": {"presence": false}}
	equal(reply, ["ok", expected], "what it was joined with")
	check(channel.is_joined(), "still joined")
	equal(results.calls.size(), 0, "joins")


func test_join_of_a_joining_channel() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"sleep_ms": 50})
	var results := record(channel.on_join_result)
	var first := record(channel.join().completed)
	var second: Array = await channel.join().completed
	equal(first.calls, [second] as Array[Array], "both replies")
	await channel.push("echo").completed
	equal(results.calls.size(), 1, "joins")


func test_join_in_on_open_after_a_reconnect() -> void:
	var socket := new_socket({"params": {"user_id": "again"}})
	var channel := socket.channel(new_topic())
	var replies: Array[Array] = []
	var on_open := func(_params: Dictionary) -> void: replies.append(await channel.join().completed)
	socket.on_open.connect(on_open)
	socket.connect_socket()
	await wait_until(func() -> bool: return replies.size() == 1, "the first join")
	channel.push("kill_transport")
	await wait_until(func() -> bool: return replies.size() == 2, "the rejoin")
	equal(replies.map(func(reply: Array) -> String: return reply[0]), ["ok", "ok"], "statuses")


func test_join_that_is_left_meanwhile() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"sleep_ms": 1_000})
	channel.join()
	var again := record(channel.join().completed)
	channel.leave()
	await wait_for(again)
	equal(again.calls, [["closed", {}]] as Array[Array], "the second join")


func test_push_whose_channel_is_freed() -> void:
	var channel := await joined(await open_socket())
	var id := channel.get_instance_id()
	_free_next_frame(id)
	equal(await channel.push("delay", {"ms": 5_000}).completed, ["closed", {}], "the reply")
	check(not is_instance_id_valid(id), "the channel is gone")


func test_push_whose_socket_is_freed() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	_free_next_frame(socket.get_instance_id())
	equal(await channel.push("delay", {"ms": 5_000}).completed, ["closed", {}], "the reply")


func test_push_whose_socket_leaves_the_tree() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	_remove_next_frame(socket)
	equal(await channel.push("delay", {"ms": 5_000}).completed, ["closed", {}], "the reply")
	socket.free()


func test_ping_whose_socket_leaves_the_tree() -> void:
	var socket := await open_socket()
	var ping := socket.ping()
	remove_child(socket)
	var reply: Array = await ping.completed
	check(reply[0] in ["ok", "closed"], "the reply %s" % [reply])
	socket.free()


func test_join_whose_channel_is_freed() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"sleep_ms": 2_000})
	_free_next_frame(channel.get_instance_id())
	equal(await channel.join().completed, ["closed", {}], "the reply")


func test_leave_outside_of_the_tree() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	remove_child(socket)
	equal(await channel.leave().completed, ["ok", {}], "the reply")
	socket.free()


func test_push_within_a_handler() -> void:
	var channel := await joined(await open_socket())
	var replies: Array[Array] = []
	channel.on(
		"shout",
		func(payload: Dictionary) -> void:
			replies.append(await channel.push("echo", payload).completed)
	)
	channel.push("shout", {"n": 1})
	await wait_until(func() -> bool: return replies.size() == 1, "the reply")
	equal(replies, [["ok", {"n": 1}]] as Array[Array], "the reply")


func test_two_who_await_one_push() -> void:
	var channel := await joined(await open_socket())
	var push := channel.push("echo", {"n": 1})
	var replies: Array[Array] = []
	for i: int in 2:
		var wait := func() -> void: replies.append(await push.completed)
		wait.call()
	await wait_until(func() -> bool: return replies.size() == 2, "both")
	equal(replies[0], replies[1], "the replies")


## A signal that was emitted does not come again: who keeps a push asks is_completed() first.
func test_push_that_is_complete_is_asked_instead() -> void:
	var channel := await joined(await open_socket())
	var push := channel.push("echo", {"n": 1})
	await wait_until(push.is_completed, "complete")
	if not push.is_completed():
		await push.completed
	equal([push.get_status(), push.get_response()], ["ok", {"n": 1}], "the reply")
	var heard: Array[Dictionary] = []
	push.receive("ok", func(response: Dictionary) -> void: heard.append(response))
	await wait_until(func() -> bool: return not heard.is_empty(), "receive()")
	equal(heard, [{"n": 1}] as Array[Dictionary], "receive()")


## The engine forgets the call of a freed node with all it holds, such as the push, if nobody else
## holds the call.
func test_push_whose_waiting_node_is_freed_does_not_stay() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var slow := socket.channel(new_topic(), {"sleep_ms": 200})
	var pushes: Array[WeakRef] = []
	for make: Callable in [channel.push.bind("delay", {"ms": 200}), slow.join, slow.join]:
		var node := Waiting.new()
		add_child(node)
		node.wait(make, pushes)
		await frames(1)
		node.free()
	await wait_until(slow.is_joined, "joined")
	await reply_to(slow.leave())
	equal(pushes.size(), 3, "pushes")
	await wait_until(
		func() -> bool:
			return pushes.all(func(push: WeakRef) -> bool: return push.get_ref() == null),
		"no push is left"
	)


func test_forgotten_push_does_not_stay() -> void:
	var channel := await joined(await open_socket())
	var weak := _push_that_its_handler_holds(channel)
	check(weak.get_ref() != null, "a push that waits is kept")
	await wait_until(func() -> bool: return weak.get_ref() == null, "gone when it is complete")


func test_forgotten_join_does_not_stay() -> void:
	var channel := (await open_socket()).channel(new_topic())
	var joins := [weakref(channel.join()), weakref(channel.join())]
	await wait_until(channel.is_joined, "joined")
	joins.append(weakref(channel.join()))
	await channel.leave().completed
	await frames(2)
	for weak: WeakRef in joins:
		check(weak.get_ref() == null, "a push of join()")


func _free_next_frame(id: int) -> void:
	await get_tree().process_frame
	instance_from_id(id).free()


func _remove_next_frame(node: Node) -> void:
	await get_tree().process_frame
	node.get_parent().remove_child(node)


func _push_that_its_handler_holds(channel: PhoenixChannel) -> WeakRef:
	var push := channel.push("delay", {"ms": 20})
	push.receive("ok", func(_response: Dictionary) -> void: push.get_status())
	return weakref(push)
