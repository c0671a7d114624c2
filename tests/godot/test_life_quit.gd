# gdlint: disable=max-public-methods
## The game ends at any moment: without a crash, an error or a leak, and without waiting for long.
## Each test has an engine of its own.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_quit_with_threads_that_push": "needs a thread",
}

const LIMIT_MS := 60_000

const Keeper := preload("res://life/keeper.gd")
const Lobby := preload("res://life/lobby.gd")
const PlayerSocket := preload("res://life/player_socket.gd")
const SilentServer := preload("res://silent_server.gd")


class Counted:
	extends RefCounted
	static var made := 0
	static var gone := 0

	func _notification(what: int) -> void:
		if what == NOTIFICATION_PREDELETE:
			for i: int in 10_000:
				gone += 1


func test_quit_before_connecting() -> void:
	new_socket()
	_quit()


func test_quit_right_after_connecting() -> void:
	var socket := new_socket()
	socket.connect_socket()
	socket.channel(new_topic()).join()
	_quit()


func test_quit_while_connecting() -> void:
	var silent := SilentServer.new()
	allow_error("read: connection reset")
	var socket := new_socket({}, silent.url)
	socket.connect_socket()
	await wait_until(silent.has_connection, "the connection")
	_quit()


func test_quit_between_two_attempts() -> void:
	expect_outage()
	var socket := new_socket({"reconnect_after": [60_000]}, "ws://127.0.0.1:1/socket")
	socket.connect_socket()
	await await_signal(socket.on_close)
	_quit()


func test_quit_in_a_function_for_params() -> void:
	will_quit()
	var socket := new_socket()
	socket.params = func() -> Dictionary:
		get_tree().quit()
		return {}
	socket.connect_socket()


func test_quit_while_connected() -> void:
	await joined(await open_socket())
	_quit()


func test_quit_while_joining() -> void:
	var channel := (await open_socket()).channel(new_topic(), {"sleep_ms": 5_000})
	channel.join()
	channel.push("echo")
	await frames(3)
	_quit()


func test_quit_while_scripts_wait() -> void:
	var channel := await joined(await open_socket())
	allow_error(refusal())
	var unreachable := new_socket({}, "ws://127.0.0.1:1/socket")
	unreachable.connect_socket()
	_wait_for(unreachable.channel("room:lobby").join)
	_wait_for(channel.push.bind("noreply"))
	_wait_for((await open_socket()).channel(new_topic(), {"sleep_ms": 5_000}).join)
	await frames(2)
	_quit()


func _wait_for(make: Callable) -> void:
	print(await make.call().completed)


func test_quit_with_messages_queued() -> void:
	var socket := await open_socket({"max_messages_per_frame": 1})
	var channel := await joined(socket)
	channel.push("flood", {"n": 5_000})
	await await_signal(channel.on_event)
	_quit()


func test_quit_while_the_server_floods() -> void:
	var channel := await joined(await open_socket())
	channel.push("flood", {"n": 50_000})
	await await_signal(channel.on_event)
	_quit()


func test_quit_with_pushes_kept() -> void:
	var channel := await joined(await open_socket())
	var push := channel.push("delay", {"ms": 5_000})
	push.receive("closed", func(_response: Dictionary) -> void: push.get_status())
	Keeper.kept.append(push)
	Keeper.kept.append(channel.push("echo"))
	await channel.push("echo").completed
	_quit()


func test_quit_in_on_connecting() -> void:
	_quit_within("socket.on_connecting")


func test_quit_in_on_open() -> void:
	_quit_within("socket.on_open")


func test_quit_in_on_error() -> void:
	_quit_within("channel.on_error")


func test_quit_in_on_join_result() -> void:
	_quit_within("channel.on_join_result")


func test_quit_in_on_event() -> void:
	_quit_within("channel.on_event")


func test_quit_in_a_presence() -> void:
	_quit_within("presence.on_sync")


func test_quit_in_the_handler_of_one_event() -> void:
	_quit_within("on")


func test_quit_in_a_reply() -> void:
	_quit_within("receive")


func test_quit_after_an_await() -> void:
	var channel := await joined(await open_socket())
	channel.push("flood", {"n": 100})
	await channel.push("echo").completed
	_quit()


func test_quit_with_a_hundred_sockets() -> void:
	var sockets: Array[PhoenixSocket] = []
	for i: int in 100:
		var socket := new_socket()
		socket.connect_socket()
		var channel := socket.channel(new_topic())
		channel.join()
		channel.push("echo")
		sockets.append(socket)
	await wait_until(
		func() -> bool:
			return sockets.all(
				func(socket: PhoenixSocket) -> bool: return socket.get_is_connected()
			),
		"all are connected",
		30_000  # a browser connects them one after the other
	)
	_quit()


func test_quit_with_threads_that_push() -> void:
	var channel := await joined(await open_socket())
	var push := func() -> void:
		for n: int in 200:
			channel.push("echo", {"n": n})
	var thread := Thread.new()
	thread.start(push)
	var task := WorkerThreadPool.add_task(push)
	thread.wait_to_finish()
	WorkerThreadPool.wait_for_task_completion(task)
	_quit()


func test_quit_with_a_scene_and_an_autoload() -> void:
	var autoload := PhoenixSocket.create(server_url, {"auto_connect": true})
	get_tree().root.add_child(autoload)
	Lobby.server_url = server_url
	get_tree().change_scene_to_file("res://life/lobby.tscn")
	await await_signal(autoload.on_open)
	_quit()


func test_quit_tells_one_close_with_all_that_it_has() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	channel.on_close.connect(func(params: Dictionary) -> void: print("channel closed: ", params))
	socket.on_close.connect(
		func(params: Dictionary) -> void: print("socket closed: ", params.keys())
	)
	new_socket().on_close.connect(func(_params: Dictionary) -> void: print("closed in vain"))
	expect_line('channel closed: { "reason": "exit tree" }')
	expect_line('["was_requested", "will_reconnect", "retry_in_ms", "code", "reason"]')
	forbid_line("closed in vain")
	_quit()


func test_quit_with_subclasses() -> void:
	var socket := PlayerSocket.new("ada", server_url)
	add_child(socket)
	await await_signal(socket.on_open)
	var channel := await joined(socket)
	socket.on_close.connect(func(_params: Dictionary) -> void: channel.push("echo"))
	expect_error("the channel is closed")
	_quit()


func test_quit_with_a_socket_outside_of_the_tree() -> void:
	var socket := await open_socket()
	await joined(socket)
	remove_child(socket)
	_free_late(socket)
	_quit()


func test_quit_with_a_presence_outside_of_the_tree() -> void:
	var presence := PhoenixPresence.new()
	await joined(await open_socket(), new_topic(), {}, presence)
	_free_late(presence)
	_quit()


func test_quit_while_the_tree_is_paused() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	socket.process_mode = Node.PROCESS_MODE_PAUSABLE
	get_tree().paused = true
	var push := channel.push("echo")
	await wait_until(
		func() -> bool: return (socket.get_statistics().queued_events as int) > 0, "the reply is in"
	)
	check(not push.is_completed(), "not delivered")
	_quit()


func test_quit_when_the_server_does_not_answer() -> void:
	var server := own_server()
	var channel := await joined(await open_socket({}, server.url))
	allow_error(refusal())
	server.freeze()
	channel.push("echo")
	_quit()


## As in a game that forgets to free what it took out of the tree.
func _quit() -> void:
	will_quit()
	get_tree().quit()


func _quit_on(_a: Variant = null, _b: Variant = null, _c: Variant = null) -> void:
	get_tree().quit()


## Quits in a handler, with messages queued behind the one that is handled.
func _quit_within(handler: String) -> void:
	will_quit()
	var presence := PhoenixPresence.new()
	add_child(presence)
	var socket := new_socket()
	var channel := socket.channel(new_topic(), {}, presence)
	var emitters := {"socket": socket, "channel": channel, "presence": presence}
	match handler:
		"on":
			channel.on("shout", _quit_on)
		"receive":
			pass
		_:
			var emitter := emitters[handler.get_slice(".", 0)] as Node
			emitter.connect(handler.get_slice(".", 1), _quit_on)
	socket.connect_socket()
	channel.join()
	var push := channel.push("echo")
	if handler == "receive":
		push.receive("ok", _quit_on)
	for event: String in ["shout", "flood", "crash"]:
		channel.push(event, {"n": 50})


## Frees the node when the game is over and this case as well.
func _free_late(node: Node) -> void:
	get_tree().root.tree_exited.connect(node.free)


func test_quit_with_objects_in_values_that_wait() -> void:
	var rows := range(3_000).map(func(i: int) -> Dictionary: return {"i": i})
	for i: int in 4:
		var channel := await joined(await open_socket(), new_topic(), {"presence": false})
		channel.on("shout", _put_objects_into.bind(channel))
		for n: int in 60:
			channel.push("shout", {"rows": rows})
	will_quit()


## Such objects have a script, and go with the payload, perhaps on another thread.
func _put_objects_into(payload: Dictionary, channel: PhoenixChannel) -> void:
	payload.object = Counted.new()
	payload.push = channel.push("echo", {})
	Counted.made += 1
	if Counted.made == 200:
		get_tree().quit()
