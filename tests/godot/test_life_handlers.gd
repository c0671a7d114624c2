## What a handler may do to the nodes: each action here is tried within the handlers of each signal,
## with messages queued behind the one that is handled.
extends "res://phoenix_case.gd"

## The signals and callbacks, with the event that brings them about.
const HANDLERS := {
	"socket.on_connecting": "echo",
	"socket.on_open": "echo",
	"socket.on_message": "echo",
	"socket.on_close": "kill_transport",
	"socket.on_error": "kill_transport",
	"channel.on_join_result": "echo",
	"channel.on_event": "echo",
	"channel.on_error": "crash",
	"channel.on_close": "stop",
	"presence.on_join": "echo",
	"presence.on_sync": "echo",
	"presence.on_leave": "untrack",
	"join.completed": "echo",
	"push.completed": "echo",
	"push.receive": "echo",
	"channel.on": "shout",
}


## A socket with a channel and a presence, all that was pushed there, and the handler under test.
class World:
	var case: Node
	var socket: PhoenixSocket
	var channel: PhoenixChannel
	var presence := PhoenixPresence.new()
	var pushes: Array[PhoenixPush] = []
	var action: Callable
	var trigger: String
	var emitter_name: String
	var handled := false

	func handle(_a: Variant = null, _b: Variant = null, _c: Variant = null) -> void:
		if not handled:
			handled = true
			action.call(self)

	func handle_message(_t: String, _e: String, _p: Variant, _r: String, _j: String) -> void:
		handle()

	func start(handler: String) -> void:
		trigger = HANDLERS[handler]
		emitter_name = handler.get_slice(".", 0)
		for emitter: String in ["socket", "channel", "presence"]:
			if handler == "socket.on_message":
				socket.on_message.connect(handle_message)
				break
			if handler.begins_with("%s.on_" % emitter):
				(get(emitter) as Node).connect(handler.get_slice(".", 1), handle)
		if handler == "channel.on":
			channel.on("shout", handle)
		socket.connect_socket()
		pushes.append(channel.join())
		if handler == "join.completed":
			pushes[0].completed.connect(handle)
		var push := channel.push("echo")
		match handler:
			"push.completed":
				push.completed.connect(handle)
			"push.receive":
				push.receive("ok", handle)
		pushes.append(push)
		pushes.append(channel.push("delay", {"ms": 100}))
		for event: String in ["shout", "flood", trigger]:
			channel.push(event, {"n": 20})

	func emitter() -> Node:
		return get(emitter_name) as Node

	func statuses() -> Array:
		return pushes.map(func(push: PhoenixPush) -> String: return push.get_status())

	func is_over() -> bool:
		return pushes.all(func(push: PhoenixPush) -> bool: return push.is_completed())

	func remove(node: Node) -> void:
		if node.get_parent():
			node.get_parent().remove_child(node)

	func clean_up() -> void:
		for node: Variant in [socket, channel, presence]:
			if is_instance_valid(node):
				(node as Node).free()


func test_queue_free_of_the_socket() -> void:
	await _try(func(world: World) -> void: world.socket.queue_free())


func test_queue_free_of_the_channel() -> void:
	await _try(func(world: World) -> void: world.channel.queue_free())


func test_queue_free_of_the_presence() -> void:
	await _try(func(world: World) -> void: world.presence.queue_free())


func test_queue_free_of_all() -> void:
	var action := func(world: World) -> void:
		world.presence.queue_free()
		world.channel.queue_free()
		world.socket.queue_free()
	await _try(action)


## The engine refuses this, or in an exported game warns of it; there the nodes live through it.
func test_free_of_what_emits() -> void:
	for handler: String in HANDLERS:
		if ".on_" in handler:
			expect_script_error("Object is locked")
			expect_script_error("free a locked object")
	if not OS.is_debug_build():
		allow_error("while a signal is being emitted")
	var action := func(world: World) -> void: world.emitter().free()
	await _try(action, ["socket", "channel.on_", "presence"])


## The engine warns of free() of what is above what emits.
func test_free_of_the_socket() -> void:
	var action := func(world: World) -> void: world.socket.free()
	await _try(action, ["presence", "join", "push", "channel.on"])


func test_free_of_the_channel() -> void:
	var action := func(world: World) -> void: world.channel.free()
	await _try(action, ["socket", "presence", "join", "push", "channel.on"])


func test_free_of_the_presence() -> void:
	var action := func(world: World) -> void: world.presence.free()
	await _try(action, ["socket", "channel", "join", "push"])


func test_removal_of_the_socket() -> void:
	await _try(func(world: World) -> void: world.remove(world.socket))


func test_removal_of_the_channel() -> void:
	await _try(func(world: World) -> void: world.remove(world.channel))


func test_removal_of_the_socket_and_return() -> void:
	var action := func(world: World) -> void:
		world.remove(world.socket)
		world.case.add_child(world.socket)
		world.socket.connect_socket()
		world.pushes.append(world.channel.join())
	await _try(action)


func test_new_parents() -> void:
	var action := func(world: World) -> void:
		var parent := Node.new()
		world.case.add_child(parent)
		world.socket.reparent(parent)
		world.channel.reparent(parent)
	await _try(action)


func test_disconnect() -> void:
	await _try(func(world: World) -> void: world.socket.disconnect_socket())


func test_leave() -> void:
	await _try(func(world: World) -> void: world.pushes.append(world.channel.leave()))


func test_close() -> void:
	await _try(func(world: World) -> void: world.channel.close())


func test_close_and_rejoin() -> void:
	await _try(func(world: World) -> void: world.channel.close({}, true))


func test_off_and_other_handlers() -> void:
	var action := func(world: World) -> void:
		world.channel.off("shout")
		world.channel.on("shout", world.handle)
		world.presence.clear()
		world.channel.presence = null
	await _try(action)


func test_script_errors_stop_nothing() -> void:
	var nothing: Variant = null
	for handler: String in HANDLERS:
		expect_script_error("queue_free")
	var action := func(_world: World) -> void: nothing.queue_free()
	var quiet := func(world: World) -> void:
		if not world.trigger in ["kill_transport", "crash", "stop"]:
			await wait_until(world.is_over, "each push is complete")
			equal(world.statuses(), ["ok", "ok", "ok"], "the pushes after the error")
	await _try(action, [""], quiet)


## Runs the action within each handler whose name begins with one of [param within], all at once.
## [param verify] looks at what has become of each world.
func _try(action: Callable, within: Array[String] = [""], verify: Callable = Callable()) -> void:
	var worlds: Array[World] = []
	for handler: String in HANDLERS:
		if not within.any(func(start: String) -> bool: return handler.begins_with(start)):
			continue
		if within.has("channel.on") and handler.begins_with("channel.on_"):
			continue
		var world := World.new()
		world.case = self
		world.action = action
		world.socket = new_socket({"params": {"user_id": handler}})
		add_child(world.presence)
		world.channel = world.socket.channel(new_topic(), {}, world.presence)
		world.start(handler)
		worlds.append(world)
	for world: World in worlds:
		await wait_until(
			func() -> bool: return world.handled,
			"the handler of %s" % HANDLERS.keys()[worlds.find(world)]
		)
	if verify.is_valid():
		for world: World in worlds:
			await verify.call(world)
	await frames(10)
	for world: World in worlds:
		world.clean_up()
	for world: World in worlds:
		await wait_until(world.is_over, "each push is complete")
