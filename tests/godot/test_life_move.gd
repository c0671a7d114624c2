## Nodes that are moved: what is back in the tree before the frame ends has not left it.
extends "res://phoenix_case.gd"


## A joined channel and what it and its socket tell.
class World:
	var socket: PhoenixSocket
	var channel: PhoenixChannel
	var closed: Recorder
	var channel_closed: Recorder
	var errors: Recorder
	var joins: Recorder


func test_reparent_of_a_socket() -> void:
	var world := await _world()
	world.socket.reparent(_new_parent())
	await _expect_kept(world)


func test_reparent_of_a_node_above() -> void:
	var world := await _world()
	var parent := _new_parent()
	world.socket.reparent(parent)
	parent.reparent(_new_parent())
	await _expect_kept(world)


func test_removal_and_return_in_one_frame() -> void:
	var world := await _world()
	remove_child(world.socket)
	check(world.socket.get_is_connected(), "connected meanwhile")
	check(world.channel.is_joined(), "joined meanwhile")
	add_child(world.socket)
	await _expect_kept(world)


func test_removal_and_return_by_a_deferred_call() -> void:
	var world := await _world()
	remove_child(world.socket)
	add_child.call_deferred(world.socket)
	await _expect_kept(world)


func test_removal_and_return_again_and_again() -> void:
	var world := await _world()
	for i: int in 100:
		world.socket.reparent(_new_parent())
		if i % 10 == 0:
			await frames(1)
	await _expect_kept(world)


func test_reparent_in_a_handler_with_messages_queued() -> void:
	var world := await _world()
	var heard: Array[int] = []
	var hear := func(payload: Dictionary) -> void:
		check(world.channel.is_inside_tree(), "a message came while the channel was outside")
		heard.append(payload.n as int)
		if heard.size() % 7 == 0:
			world.socket.reparent(_new_parent())
		elif heard.size() % 5 == 0:
			var parent := world.socket.get_parent()
			parent.remove_child(world.socket)
			parent.add_child.call_deferred(world.socket)
	world.channel.on("shout", hear)
	for n: int in 50:
		world.channel.push("shout", {"n": n})
	await wait_until(func() -> bool: return heard.size() == 50, "all messages")
	equal(heard as Array, range(50), "in order")
	await _expect_kept(world)


func test_reparent_of_a_channel() -> void:
	var world := await _world()
	var parent := _new_parent()
	world.channel.reparent(parent)
	await _expect_kept(world)
	equal(world.socket.get_channels(), [world.channel] as Array[PhoenixChannel], "get_channels()")
	parent.reparent(_new_parent())
	await _expect_kept(world)
	world.channel.reparent(world.socket)
	await _expect_kept(world)


func test_reparent_of_a_socket_whose_channel_is_elsewhere() -> void:
	var world := await _world()
	world.channel.reparent(_new_parent())
	world.socket.reparent(_new_parent())
	await _expect_kept(world)


func test_pushes_of_a_socket_that_is_moved() -> void:
	var world := await _world()
	var before := world.channel.push("delay", {"ms": 50})
	remove_child(world.socket)
	var between := world.channel.push("echo", {"n": 1})
	add_child(world.socket)
	equal((await reply_to(before))[0], "ok", "one that waited")
	equal(await reply_to(between), ["ok", {"n": 1}], "one that was made meanwhile")
	await _expect_kept(world)


func test_presence_of_a_channel_that_is_moved() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	var socket := await open_socket({"params": {"user_id": "ada"}})
	var channel := await joined(socket, new_topic(), {}, presence)
	await wait_until(func() -> bool: return presence.get_state().has("ada"), "ada")
	var leaves := record(presence.on_leave)
	channel.reparent(_new_parent())
	socket.reparent(_new_parent())
	presence.reparent(channel)
	await reply_to(channel.push("echo"))
	check(presence.get_state().has("ada"), "ada is still there")
	equal(leaves.calls.size(), 0, "leaves")


func test_auto_connect_does_not_connect_what_was_disconnected() -> void:
	var socket := new_socket({"auto_connect": true})
	await await_signal(socket.on_open)
	socket.disconnect_socket()
	await await_signal(socket.on_close)
	socket.reparent(_new_parent())
	await frames(5)
	equal(socket.get_state(), PhoenixSocket.CLOSED, "state")


func test_auto_connect_of_a_socket_that_is_moved_before_its_first_frame() -> void:
	var socket := new_socket({"auto_connect": true})
	socket.reparent(_new_parent())
	await await_signal(socket.on_open)


func test_socket_that_was_removed_for_longer_has_left() -> void:
	var world := await _world()
	var push := world.channel.push("delay", {"ms": 5_000})
	remove_child(world.socket)
	await frames(1)
	equal(world.closed.calls.size(), 1, "on_close")
	equal(world.channel_closed.calls.size(), 1, "the channel's on_close")
	check(not world.socket.get_is_connected(), "not connected")
	check(world.channel.is_closed(), "the channel is closed")
	equal(await reply_to(push), ["closed", {}], "a push that waited")
	add_child(world.socket)
	await frames(3)
	check(not world.socket.get_is_connected(), "not connected by its return")
	world.socket.connect_socket()
	equal((await reply_to(world.channel.join()))[0], "ok", "the join")


func test_channel_that_was_removed_in_a_handler_gets_no_more_messages() -> void:
	var world := await _world()
	var heard: Array[int] = []
	var hear := func(payload: Dictionary) -> void:
		heard.append(payload.n as int)
		if heard.size() == 3:
			world.socket.remove_child(world.channel)
	world.channel.on("shout", hear)
	var other := await joined(world.socket)
	for n: int in 20:
		world.channel.push("shout", {"n": n})
	await wait_for(world.channel_closed)
	equal(await reply_to(other.push("echo", {"n": 1})), ["ok", {"n": 1}], "the others go on")
	equal(heard, [0, 1, 2] as Array[int], "messages")
	world.channel.free()


func test_channel_goes_from_one_socket_to_another_and_back() -> void:
	var world := await _world()
	var other := await open_socket()
	world.channel.reparent(other)
	world.channel.reparent(world.socket)
	await frames(3)
	equal(world.channel_closed.calls, [[{"reason": "exit tree"}]] as Array[Array], "on_close, once")
	check(world.channel.is_closed(), "closed")
	equal((await reply_to(world.channel.join()))[0], "ok", "the join")
	equal(world.closed.calls.size(), 0, "closes of the socket")


func test_monitors_count_on_while_the_only_socket_is_moved() -> void:
	var world := await _world()
	var before := Performance.get_custom_monitor("Phoenix/Open Sockets") as float
	world.socket.reparent(_new_parent())
	check(Performance.has_custom_monitor("Phoenix/Open Sockets"), "the monitors are still there")
	equal(Performance.get_custom_monitor("Phoenix/Open Sockets"), before, "the same number")
	await _expect_kept(world)


func _new_parent() -> Node:
	var parent := Node.new()
	add_child(parent)
	return parent


func _world() -> World:
	var world := World.new()
	world.socket = await open_socket()
	world.channel = await joined(world.socket)
	await reply_to(world.channel.push("echo"))  # all that the join brought about was told by then
	world.closed = record(world.socket.on_close)
	world.channel_closed = record(world.channel.on_close)
	world.errors = record(world.channel.on_error)
	world.joins = record(world.channel.on_join_result)
	return world


## Nothing was closed, left or joined again, and messages arrive.
func _expect_kept(world: World) -> void:
	await frames(3)
	equal(await reply_to(world.channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")
	check(world.socket.get_is_connected(), "connected")
	check(world.channel.is_joined(), "joined")
	equal(world.socket.get_statistics().connects, 1, "connections")
	for recorder: Recorder in [world.closed, world.channel_closed, world.errors, world.joins]:
		equal(recorder.calls.size(), 0, "emissions of %s" % recorder.title)
