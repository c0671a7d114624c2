## Calls from a game's threads. Replies come on the thread that runs the socket's node, the main
## thread as a rule.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "needs threads"

const DroppingThreads := preload("res://life/dropping_threads.gd")

const THREADS := 4
const PUSHES := 100

var _lock := Mutex.new()
var _log: Array = []


func test_pushes_from_threads() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var threads: Array[Thread] = []
	for t: int in THREADS:
		var thread := Thread.new()
		thread.start(_push_many.bind(channel, t))
		threads.append(thread)
	await wait_until(func() -> bool: return _log.size() == THREADS * PUSHES, "all replies")
	_finish(threads)
	for t: int in THREADS:
		var own := _log.filter(func(reply: Dictionary) -> bool: return reply.thread == t)
		equal(own.map(func(reply: Dictionary) -> int: return reply.n), range(PUSHES), "in order")
	check(
		_log.all(func(reply: Dictionary) -> bool: return reply.on == OS.get_main_thread_id()),
		"all on the main thread"
	)


func test_pushes_from_the_worker_thread_pool() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var task := WorkerThreadPool.add_group_task(_push_one.bind(channel), PUSHES)
	await wait_until(func() -> bool: return _log.size() == PUSHES, "all replies")
	WorkerThreadPool.wait_for_group_task_completion(task)
	var numbers := _log.map(func(reply: Dictionary) -> int: return reply.n)
	numbers.sort()
	equal(numbers, range(PUSHES), "the replies")


func test_thread_waits_for_a_reply_by_asking() -> void:
	var channel := await joined(await open_socket())
	var ask := func() -> Array:
		var push := channel.push("echo", {"n": 7})
		while not push.is_completed():
			OS.delay_msec(1)
		return [push.get_status(), push.get_response()]
	var thread := Thread.new()
	thread.start(ask)
	await wait_until(func() -> bool: return not thread.is_alive(), "the thread has its reply")
	equal(thread.wait_to_finish(), ["ok", {"n": 7}], "the reply")


## As on a slow machine, where a thread comes to receive() after the reply.
func test_receive_after_the_reply_is_called_on_the_main_thread() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var threads: Array[Thread] = []
	for t: int in THREADS:
		var thread := Thread.new()
		thread.start(_push_and_receive_late.bind(channel, t))
		threads.append(thread)
	await wait_until(func() -> bool: return _log.size() == THREADS * 10, "all replies")
	_finish(threads)
	for t: int in THREADS:
		var own := _log.filter(func(reply: Dictionary) -> bool: return reply.thread == t)
		equal(own.map(func(reply: Dictionary) -> int: return reply.n), range(10), "in order")
	check(
		_log.all(func(reply: Dictionary) -> bool: return reply.on == OS.get_main_thread_id()),
		"all on the main thread"
	)


func test_questions_and_settings_from_threads() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var threads: Array[Thread] = []
	for t: int in THREADS:
		var thread := Thread.new()
		thread.start(_ask_all.bind(socket, channel))
		threads.append(thread)
	await wait_until(
		func() -> bool: return threads.all(func(t: Thread) -> bool: return not t.is_alive()),
		"the threads are done",
		15_000
	)
	_finish(threads)
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")


func test_connects_and_disconnects_from_threads() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var toggle := func() -> void:
		for i: int in 20:
			socket.disconnect_socket()
			OS.delay_msec(1)
			socket.connect_socket()
			channel.push("echo", {"i": i})
	var threads: Array[Thread] = []
	for t: int in THREADS:
		var thread := Thread.new()
		thread.start(toggle)
		threads.append(thread)
	await wait_until(
		func() -> bool: return threads.all(func(t: Thread) -> bool: return not t.is_alive()),
		"the threads are done",
		15_000
	)
	_finish(threads)
	await wait_until(channel.is_joined, "joined again")
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")


func test_life_ends_while_threads_push() -> void:
	var ends: Array[Callable] = [
		func(_socket: PhoenixSocket, channel: PhoenixChannel) -> void: channel.leave(),
		func(_socket: PhoenixSocket, channel: PhoenixChannel) -> void: channel.close({}, true),
		func(socket: PhoenixSocket, _channel: PhoenixChannel) -> void: socket.disconnect_socket(),
		func(socket: PhoenixSocket, channel: PhoenixChannel) -> void: socket.remove_child(channel),
		func(socket: PhoenixSocket, _channel: PhoenixChannel) -> void: remove_child(socket),
	]
	allow_error("the channel is closed")  # between a thread's question and its push
	for end: Callable in ends:
		var socket := await open_socket()
		var channel := await joined(socket)
		var threads: Array[Thread] = []
		var pushes: Array[PhoenixPush] = []
		var gone_on := [true]
		for t: int in 2:
			var thread := Thread.new()
			thread.start(_push_while.bind(channel, gone_on, pushes))
			threads.append(thread)
		await wait_until(func() -> bool: return pushes.size() > 20, "pushes")
		end.call(socket, channel)
		await frames(3)
		gone_on[0] = false
		_finish(threads)
		# Only now, as with every node: an engine object must not be freed while a thread calls it.
		channel.free()
		socket.free()
		await wait_until(
			func() -> bool:
				return pushes.all(func(p: PhoenixPush) -> bool: return p.is_completed()),
			"each push is complete"
		)


func test_socket_freed_while_threads_hold_its_pushes() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	var pushes: Array[PhoenixPush] = []
	for n: int in 200:
		pushes.append(channel.push("echo" if n % 2 else "noreply", {"n": n}))
	var threads: Array[Thread] = []
	for t: int in THREADS:
		var thread := Thread.new()
		thread.start(_ask_pushes.bind(pushes.duplicate()))
		threads.append(thread)
	pushes.clear()
	await get_tree().process_frame
	socket.free()
	await wait_until(
		func() -> bool: return threads.all(func(t: Thread) -> bool: return not t.is_alive()),
		"the threads saw each push complete"
	)
	_finish(threads)


func test_threads_that_drop_what_they_got() -> void:
	await DroppingThreads.run(self, 5_000)


func test_socket_made_in_a_thread() -> void:
	var make := func() -> PhoenixSocket:
		var socket := PhoenixSocket.create(server_url, {"params": {"user_id": "thread"}})
		var channel := socket.channel("room:made-in-a-thread-%d" % OS.get_process_id())
		socket.connect_socket()
		channel.join()
		add_child.call_deferred(socket)
		return socket
	var thread := Thread.new()
	thread.start(make)
	var socket := thread.wait_to_finish() as PhoenixSocket
	var channel := socket.get_channels()[0]
	await wait_until(channel.is_joined, "joined")
	var reply := await reply_to(channel.push("whoami"))
	equal((reply[1] as Dictionary).user_id, "thread", "user_id")


func test_channel_of_a_socket_in_the_tree_cannot_be_made_in_a_thread() -> void:
	var socket := await open_socket()
	expect_error("from the main thread")
	expect_error("call_deferred")
	var thread := Thread.new()
	thread.start(func() -> bool: return socket.channel("room:thread") == null)
	check(thread.wait_to_finish() as bool, "channel() is null")
	equal(socket.get_channels(), [] as Array[PhoenixChannel], "get_channels()")


func test_socket_of_a_thread_group_delivers_on_its_thread() -> void:
	var socket := new_socket()
	socket.process_thread_group = Node.PROCESS_THREAD_GROUP_SUB_THREAD
	socket.on_open.connect(
		func(_params: Dictionary) -> void: _note({"open": OS.get_thread_caller_id()})
	)
	socket.connect_socket()
	var channel := socket.channel(new_topic())
	channel.join()
	channel.push("echo", {"key": "value"}).receive(
		"ok", func(response: Dictionary) -> void: _note(response)
	)
	await wait_until(func() -> bool: return _log.size() == 2, "the answers")
	equal(_log[1], {"key": "value"}, "the reply")
	socket.process_thread_group = Node.PROCESS_THREAD_GROUP_INHERIT
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "on the main thread")


func _push_many(channel: PhoenixChannel, thread: int) -> void:
	for n: int in PUSHES:
		channel.push("echo", {"thread": thread, "n": n}).receive("ok", _note_with_thread)


func _push_and_receive_late(channel: PhoenixChannel, thread: int) -> void:
	for n: int in 10:
		var push := channel.push("echo", {"thread": thread, "n": n})
		while not push.is_completed():
			OS.delay_usec(100)
		push.receive("ok", _note_with_thread)


func _push_one(n: int, channel: PhoenixChannel) -> void:
	channel.push("echo", {"n": n}).receive("ok", _note)


func _push_while(channel: PhoenixChannel, gone_on: Array, pushes: Array[PhoenixPush]) -> void:
	while gone_on[0]:
		if channel.can_push():
			var push := channel.push("echo")
			_lock.lock()
			if push != null:
				pushes.append(push)
			_lock.unlock()
		OS.delay_usec(200)


func _ask_all(socket: PhoenixSocket, channel: PhoenixChannel) -> void:
	for i: int in 200:
		socket.get_state()
		socket.get_is_connected()
		socket.get_statistics()
		socket.get_settings()
		socket.get_channels()
		socket.make_ref()
		socket.params = {"user_id": "user-%d" % i}
		socket.params.get("user_id")
		socket.timeout = 5_000 + i
		channel.get_state()
		channel.params = {"device": i}
		channel.params.get("device")
		channel.on("shout", _note)
		channel.off("shout", _note)


func _ask_pushes(pushes: Array[PhoenixPush]) -> void:
	while not pushes.is_empty():
		var push := pushes[-1]
		push.receive("ok", func(_response: Variant) -> void: pass)
		push.get_status()
		push.get_response()
		if push.is_completed():
			pushes.pop_back()


func _note_with_thread(reply: Dictionary) -> void:
	_note(reply.merged({"on": OS.get_thread_caller_id()}))


func _note(entry: Dictionary) -> void:
	_lock.lock()
	_log.append(entry)
	_lock.unlock()


func _finish(threads: Array[Thread]) -> void:
	for thread: Thread in threads:
		thread.wait_to_finish()
