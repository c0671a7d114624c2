## What a presence of thousands costs the main thread: the worst frame from the moment when a
## message has come in until all of it was told, and what it costs to ask for the whole list.
extends "res://bench_case.gd"

const RawServer := preload("res://raw_server.gd")

const LIMIT_MS := 120_000
const USERS := 10_000
const TOPIC := "room:raw"

var _server: RawServer
var _socket: PhoenixSocket
var _presence: PhoenixPresence
var _told := 0
var _synced := 0
## Asks for the whole list after each change.
var _lists := false


func test_ten_thousand_users() -> void:
	_server = RawServer.new()
	add_child(_server)
	_socket = await open_socket({}, _server.url)
	_presence = PhoenixPresence.new()
	add_child(_presence)
	var channel := await joined(_socket, TOPIC, {}, _presence)
	_presence.on_join.connect(_count)
	_presence.on_leave.connect(_count)
	_presence.on_sync.connect(_sync)
	var state := _state(0, USERS)
	for i: int in samples():
		sample(
			"presence/state", await _worst_frame([_message("presence_state", state)], USERS), "ns"
		)
		_lists = true
		sample(
			"presence/same_get_state",
			await _worst_frame([_message("presence_state", state)], 0),
			"ns"
		)
		var one: Array[String] = [
			_message("presence_diff", '{"joins":%s,"leaves":{}}' % _state(2 * USERS, 1))
		]
		sample("presence/diff_get_state", await _worst_frame(one, 1), "ns")
		one = [_message("presence_diff", '{"leaves":%s,"joins":{}}' % _state(2 * USERS, 1))]
		sample("presence/diff_get_state", await _worst_frame(one, 1), "ns")
		_lists = false
		sample("presence/get_state", _cost(_presence.get_state), "ns")
		sample("presence/get_keys", _cost(_presence.get_keys), "ns")
		sample("presence/same", await _worst_frame([_message("presence_state", state)], 0), "ns")
		var diffs: Array[String] = []
		for n: int in 100:
			var joins := _state(USERS + n, 1)
			var leaves := _state(n, 1)
			diffs.append(_message("presence_diff", '{"joins":%s,"leaves":%s}' % [joins, leaves]))
		sample("presence/diffs", await _worst_frame(diffs, 200), "ns")
		equal(_presence.get_count(), USERS, "users")
		var leaves := '{"joins":{},"leaves":%s}' % _state(100, USERS)
		sample(
			"presence/leaves", await _worst_frame([_message("presence_diff", leaves)], USERS), "ns"
		)
		equal(_presence.get_count(), 0, "users in the end")
		sample("presence/baseline", _cost(func() -> void: JSON.parse_string(state)), "ns")
	channel.leave()


## The main thread's time in the worst frame until all messages were told, and so many changes.
func _worst_frame(messages: Array[String], changes: int) -> float:
	for message: String in messages:
		_server.say(message)
	var began_ms := Time.get_ticks_msec()
	while (_socket.get_statistics().queued_events as int) < messages.size():
		if Time.get_ticks_msec() - began_ms > 20_000:
			fail("a message has not come in 20 s")
			return 0
		_server._process(0)  # nothing is delivered meanwhile
		OS.delay_msec(1)
	_told = 0
	_synced = 0
	var worst := 0
	while _synced < messages.size() and Time.get_ticks_msec() - began_ms < 20_000:
		var began_nsec := main_thread_nsec()
		await get_tree().process_frame
		worst = maxi(worst, main_thread_nsec() - began_nsec)
	equal(_told, changes, "changes that were told")
	return worst


func _cost(of: Callable) -> float:
	var began_nsec := main_thread_nsec()
	of.call()
	return main_thread_nsec() - began_nsec


func _count(changes: Array[Dictionary]) -> void:
	for change: Dictionary in changes:
		if change.key != "":
			_told += 1


func _sync() -> void:
	_synced += 1
	if _lists:
		_presence.get_state()


func _message(event: String, payload: String) -> String:
	return '[null,null,"%s","%s",%s]' % [TOPIC, event, payload]


func _state(first: int, count: int) -> String:
	var users := PackedStringArray()
	for n: int in range(first, first + count):
		var meta := '{"phx_ref":"F%d","name":"Player %d","team":"red","online_at":%d}' % [n, n, n]
		users.append('"user:%d":{"metas":[%s]}' % [n, meta])
	return "{%s}" % ",".join(users)
