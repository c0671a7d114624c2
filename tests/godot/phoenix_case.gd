@tool
## What the addon's tests share: sockets and channels that are connected, topics of their own, and a
## server that can be stopped.
extends "res://case.gd"

const Devserver := preload("res://devserver.gd")
## Too long for a test: who connects before has skipped it.
const LONG_MS := 600_000

var _topics := 0


## A topic that no other test uses.
func new_topic(prefix: String = "room") -> String:
	_topics += 1
	return "%s:%d-%d-%d" % [prefix, OS.get_process_id(), Time.get_ticks_usec(), _topics]


## A socket in the tree, not connected. Its delays are exact and short, unless [param options] say
## otherwise.
func new_socket(options: Dictionary = {}, url: String = server_url) -> PhoenixSocket:
	var quick := {
		"reconnect_after": PackedInt32Array([20]),
		"rejoin_after": PackedInt32Array([20]),
		"reconnect_jitter": 0.0,
	}
	quick.merge(options, true)
	var socket := PhoenixSocket.create(url, quick)
	add_child(socket)
	return socket


func open_socket(options: Dictionary = {}, url: String = server_url) -> PhoenixSocket:
	var socket := new_socket(options, url)
	equal(socket.connect_socket(), OK, "connect_socket()")
	await await_signal(socket.on_open)
	return socket


func joined(
	socket: PhoenixSocket,
	topic: String = new_topic(),
	params: Dictionary = {},
	presence: PhoenixPresence = null
) -> PhoenixChannel:
	var channel := socket.channel(topic, params, presence)
	var reply := await await_signal(channel.join().completed)
	equal(reply.slice(0, 1), ["ok"], "the status of the join of %s" % topic)
	return channel


## The reply to a push: its status and response.
func reply_to(push: PhoenixPush, limit_ms: int = WAIT_MS) -> Array:
	if push == null:
		fail("expected a PhoenixPush, got null")
		return [null, null]
	if push.is_completed():
		return [push.get_status(), push.get_response()]
	var reply := await await_signal(push.completed, limit_ms)
	return reply if reply.size() == 2 else [null, null]


## What an error says of a server that is not there, in the words of each system: Linux says
## "connection refused", Windows "the target machine actively refused it", and a browser does not
## know why it cannot connect.
func refusal() -> String:
	return "the browser could not connect" if OS.has_feature("web") else "refused"


## Asks for the warning of an outage, which a release build does not have.
func expect_outage() -> void:
	if OS.is_debug_build():
		expect_error(refusal())


## Waits, without a frame, until so many events wait for one.
func wait_until_queued(socket: PhoenixSocket, count: int = 1, limit_ms: int = WAIT_MS) -> bool:
	return wait_without_frames(
		func() -> bool: return socket.get_statistics().queued_events >= count,
		"%d events wait" % count,
		limit_ms
	)


## The time that the main thread has run on a processor: the process's other threads, and other
## processes, do not count. Where the system does not tell, the time that has passed.
func main_thread_nsec() -> int:
	if OS.get_name() != "Linux":
		return Time.get_ticks_usec() * 1000
	OS.delay_usec(1)  # the system counts when a thread stops running
	var path := "/proc/self/task/%d/schedstat" % OS.get_process_id()
	return FileAccess.open(path, FileAccess.READ).get_line().get_slice(" ", 0).to_int()


## A server of this test's own; it ends with the test.
func own_server(arguments: PackedStringArray = []) -> Devserver:
	var server := Devserver.new(devserver_program, arguments)
	add_child(server)
	check(server.start(), "the devserver %s starts" % devserver_program)
	return server


## Has this process stopped by scripts/enginetests, which wakes it up. A process goes on for a
## moment, so this waits until it has stood still.
func suspend(seconds: float) -> bool:
	# Before it is asked for, as it may come at any moment.
	var began_ms := Time.get_ticks_msec()
	var before_ms := began_ms
	print("[test] suspend %d %.1f" % [OS.get_process_id(), seconds])
	while before_ms - began_ms < 20_000:
		OS.delay_msec(5)
		var now_ms := Time.get_ticks_msec()
		if now_ms - before_ms > int(seconds * 900):
			return true
		before_ms = now_ms
	return false


## A socket whose server is gone, and whose next attempt is far away.
func lost_socket(server: Devserver) -> PhoenixSocket:
	var socket := await open_socket({"reconnect_after": PackedInt32Array([LONG_MS])}, server.url)
	record(socket.on_error)
	var closed := record(socket.on_close)
	server.stop()
	await wait_until(
		func() -> bool:
			return closed.calls.any(func(call: Array) -> bool: return call[0].retry_in_ms > 0),
		"an attempt that is far away"
	)
	return socket
