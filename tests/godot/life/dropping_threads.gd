## Threads that drop what the addon gave them as soon as they can, while the main thread delivers to
## it: pushes, joins, late hooks, sockets that were never in the tree; and ask for channels that are
## being freed.
extends Node

const PhoenixCase := preload("res://phoenix_case.gd")
const DroppingThreads := preload("res://life/dropping_threads.gd")

const BATCH := 20
## Between the process of the socket, which comes before this node, and its delivery: long enough
## for the reply to a push that was made meanwhile.
const PROCESS_USEC := 1_000
## A server answers this at once.
const EVENT := "ok_only"

var late_calls := 0
var late_calls_elsewhere := 0

var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _over := false
var _threads: Array[Thread] = []
var _late_hooks := 0


## Has them do so for a while, and returns how often each kind of work was done.
static func run(test: PhoenixCase, for_ms: int) -> Array[int]:
	var socket := await test.open_socket()
	var channel := await test.joined(socket, test.new_topic(), {"presence": false})
	var threads := DroppingThreads.new(socket, channel)
	test.add_child(threads)
	await test.get_tree().create_timer(for_ms / 1000.0).timeout
	threads.stop()
	await test.wait_until(threads.are_done, "the threads are done", 15_000)
	var rounds := threads.finish()
	test.check(rounds.min() as int > 0, "each thread has done something: %s" % [rounds])
	await test.wait_until(threads.is_told, "each late hook is called")
	test.equal(threads.late_calls_elsewhere, 0, "late hooks that were called on another thread")
	var reply := await test.reply_to(channel.push("echo", {"n": 1}))
	test.equal(reply, ["ok", {"n": 1}], "a push afterwards")
	return rounds


## [param channel] is joined. No node is freed while these threads call it.
func _init(socket: PhoenixSocket, channel: PhoenixChannel) -> void:
	_socket = socket
	_channel = channel


func _ready() -> void:
	for work: Callable in [
		_drop_one, _drop_one, _drop_many, _drop_joins, _hook_late, _free_outside, _ask
	]:
		var thread := Thread.new()
		thread.start(_repeat.bind(work))
		_threads.append(thread)


func _process(_delta: float) -> void:
	OS.delay_usec(PROCESS_USEC)
	var channel := _socket.channel("room:never-joined")
	_socket.channel("room:never-joined").free()
	channel.free()


## Ends the threads; they may need the replies of further frames.
func stop() -> void:
	_over = true


func are_done() -> bool:
	return _threads.all(func(thread: Thread) -> bool: return not thread.is_alive())


## How often each kind of work was done.
func finish() -> Array[int]:
	var rounds: Array[int] = []
	for thread: Thread in _threads:
		rounds.append(thread.wait_to_finish() as int)
	return rounds


## All hooks that were set late were called.
func is_told() -> bool:
	return late_calls == _late_hooks


func _repeat(work: Callable) -> int:
	var rounds := 0
	while not _over:
		work.call()
		rounds += 1
	return rounds


func _drop_one() -> void:
	var push := _channel.push(EVENT)
	while not push.is_completed():
		pass


func _drop_many() -> void:
	for push: PhoenixPush in _completed():
		push.get_response()


func _drop_joins() -> void:
	var joins: Array[PhoenixPush] = []
	for i: int in BATCH:
		joins.append(_channel.join())
	while not joins[-1].is_completed():
		OS.delay_usec(10)


func _hook_late() -> void:
	for push: PhoenixPush in _completed():
		_late_hooks += 1
		push.receive("ok", _note)


func _free_outside() -> void:
	var socket := PhoenixSocket.create(_socket.endpoint)
	var channel := socket.channel("room:outside")
	var join := channel.join()
	for i: int in BATCH:
		channel.push(EVENT)
	socket.free()
	while not join.is_completed():
		OS.delay_usec(10)


func _ask() -> void:
	for i: int in BATCH:
		_socket.get_channels()
		_channel.get_presence()
		_socket.get_statistics()


func _completed() -> Array[PhoenixPush]:
	var pushes: Array[PhoenixPush] = []
	for i: int in BATCH:
		pushes.append(_channel.push(EVENT))
	while not pushes[-1].is_completed():
		OS.delay_usec(10)
	return pushes


func _note(_response: Dictionary) -> void:
	late_calls += 1
	if OS.get_thread_caller_id() != OS.get_main_thread_id():
		late_calls_elsewhere += 1
