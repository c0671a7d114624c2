# gdlint: disable=max-public-methods
## Nodes freed during a connection, many of them, and what they leave behind.
extends "res://phoenix_case.gd"

const LIMIT_MS := 60_000


func test_socket_freed_in_a_handler_of_its_channel() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var id := socket.get_instance_id()
	channel.on("shout", func(_payload: Dictionary) -> void: instance_from_id(id).free())
	channel.push("shout")
	await wait_until(func() -> bool: return not is_instance_id_valid(id), "the socket is gone")
	await frames(3)


func test_channel_freed_between_two_messages_of_a_frame() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var other := await joined(socket, new_topic(), {"presence": false})
	var heard: Array[Dictionary] = []
	channel.on_event.connect(
		func(event: String, payload: Variant, _status: String) -> void:
			heard.append({"event": event, "payload": payload})
	)
	# What is queued while nothing is delivered comes in one frame. A server keeps the order within
	# a topic only, so each message waits for the one before it.
	socket.process_mode = Node.PROCESS_MODE_DISABLED
	var are_in := func(messages: int) -> bool:
		return (socket.get_statistics().queued_events as int) >= messages
	other.on("shout", func(_payload: Dictionary) -> void: channel.free())
	channel.push("echo", {"n": 1})
	await wait_until(are_in.bind(1), "the first is in")
	other.push("shout")
	await wait_until(are_in.bind(2), "the second is in")
	var late := channel.push("echo", {"n": 2})
	await wait_until(are_in.bind(3), "the third is in")
	var after := other.push("echo", {"n": 3})
	await wait_until(are_in.bind(4), "all is in")
	socket.process_mode = Node.PROCESS_MODE_ALWAYS
	equal(await reply_to(after), ["ok", {"n": 3}], "the other channel goes on")
	equal(heard, [{"event": "echo", "payload": {"n": 1}}] as Array[Dictionary], "what it heard")
	equal(await reply_to(late), ["ok", {"n": 2}], "its push completes with what came in")


func test_channel_freed_while_joining() -> void:
	var socket := await open_socket()
	var topic := new_topic()
	for i: int in 5:
		var channel := socket.channel(topic, {"sleep_ms": 200})
		var join := channel.join()
		var push := channel.push("echo")
		channel.free()
		equal((await reply_to(join))[0], "closed", "the join")
		equal((await reply_to(push))[0], "closed", "a push that waited for it")
	equal(socket.get_channels(), [] as Array[PhoenixChannel], "get_channels()")
	equal((await reply_to(socket.channel(topic).join()))[0], "ok", "the topic can be joined")


func test_freed_channel_leaves_and_the_next_one_joins() -> void:
	var socket := await open_socket()
	var topic := new_topic()
	for i: int in 20:
		var channel := await joined(socket, topic)
		channel.push("shout", {"n": i})
		channel.free()
	var last := await joined(socket, topic)
	equal(await reply_to(last.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")


func test_presence_freed_before_its_channel() -> void:
	var socket := await open_socket({"params": {"user_id": "ada"}})
	var presence := PhoenixPresence.new()
	var topic := new_topic()
	var channel := await joined(socket, topic, {}, presence)
	await wait_until(func() -> bool: return presence.get_state().has("ada"), "ada")
	presence.free()
	check(channel.presence == null, "the property presence")
	var other := await joined(await open_socket({"params": {"user_id": "bob"}}), topic)
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")
	other.free()

	var next := PhoenixPresence.new()
	add_child(next)
	channel.presence = next
	await reply_to(channel.leave())
	await reply_to(channel.join())
	await wait_until(func() -> bool: return next.get_state().has("ada"), "the next one follows")


func test_presence_outlives_its_channel_and_socket() -> void:
	var socket := await open_socket({"params": {"user_id": "ada"}})
	var presence := PhoenixPresence.new()
	add_child(presence)
	var leaves := record(presence.on_leave)
	await joined(socket, new_topic(), {}, presence)
	await wait_until(func() -> bool: return presence.get_state().has("ada"), "ada")
	socket.free()
	await wait_for(leaves)
	equal(presence.get_state(), {}, "the state afterwards")
	presence.sync_state({"bob": {"metas": [{"phx_ref": "1"}]}})
	equal(presence.get_state().keys(), ["bob"], "it can be synced by hand")


func test_push_is_of_use_after_everything_else_is_gone() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var answered := channel.push("echo", {"n": 1})
	await reply_to(answered)
	var waiting := channel.push("delay", {"ms": 5_000})
	var ping := socket.ping()
	socket.free()
	equal(answered.get_status(), "ok", "status of one that was answered")
	equal(answered.get_response(), {"n": 1}, "its response")
	equal(answered.get_event(), "echo", "its event")
	equal(await reply_to(waiting), ["closed", {}], "one that waited")
	check((await reply_to(ping))[0] in ["closed", "ok"], "a ping")
	var heard: Array[String] = []
	waiting.receive("closed", func(_response: Dictionary) -> void: heard.append("closed"))
	waiting.receive("ok", func(_response: Dictionary) -> void: heard.append("ok"))
	await wait_until(func() -> bool: return not heard.is_empty(), "receive()")
	equal(heard, ["closed"] as Array[String], "receive()")


func test_callable_of_a_freed_object_is_not_called() -> void:
	var channel := await joined(await open_socket())
	var listener := preload("res://life/listener.gd").new()
	add_child(listener)
	channel.on("shout", listener.hear)
	var push := channel.push("delay", {"ms": 50}).receive("ok", listener.hear)
	channel.push("shout")
	await wait_until(func() -> bool: return listener.count() == 1, "the first shout")
	listener.free()
	channel.push("shout")
	equal((await reply_to(push))[0], "ok", "the push")
	equal((await reply_to(channel.push("echo")))[0], "ok", "a push afterwards")


func test_hundred_sockets() -> void:
	const COUNT := 100
	var topic := new_topic()
	var heard := {}
	var sockets: Array[PhoenixSocket] = []
	var channels: Array[PhoenixChannel] = []
	for i: int in COUNT:
		var socket := new_socket({"params": {"user_id": "user-%d" % i}})
		var channel := socket.channel(topic, {"presence": false})
		channel.on("shout", func(payload: Dictionary) -> void: heard[[i, payload.from]] = true)
		socket.connect_socket()
		channel.join()
		sockets.append(socket)
		channels.append(channel)
	await wait_until(
		func() -> bool: return channels.all(func(c: PhoenixChannel) -> bool: return c.is_joined()),
		"all are joined",
		30_000  # a browser connects them one after the other
	)
	for from: int in 10:
		channels[from].push("shout", {"from": from})
	await wait_until(func() -> bool: return heard.size() == COUNT * 10, "all have heard all")
	for i: int in COUNT:
		if i % 2 == 0:
			sockets[i].free()
	channels[1].push("shout", {"from": 1_000})
	await wait_until(
		func() -> bool: return heard.size() == COUNT * 10 + COUNT / 2, "the others go on"
	)


func test_many_channels_of_a_socket() -> void:
	const COUNT := 90  # the server allows 100
	var socket := await open_socket()
	var replies: Array[Array] = []
	for i: int in COUNT:
		var channel := socket.channel(new_topic(), {"presence": false})
		channel.join()
		channel.push("echo", {"n": i}).completed.connect(
			func(status: String, response: Variant) -> void: replies.append([status, response])
		)
	await wait_until(func() -> bool: return replies.size() == COUNT, "a reply for each")
	check(replies.all(func(reply: Array) -> bool: return reply[0] == "ok"), "all ok")
	equal(socket.get_channels().size(), COUNT, "get_channels()")
	socket.free()


func test_socket_made_and_freed_again_and_again() -> void:
	for i: int in 50:
		var socket := new_socket()
		socket.connect_socket()
		var channel := socket.channel(new_topic())
		channel.join()
		channel.push("echo")
		if i % 3 == 0:
			await get_tree().process_frame
		socket.free()
	equal((await reply_to((await joined(await open_socket())).push("echo")))[0], "ok", "the last")
