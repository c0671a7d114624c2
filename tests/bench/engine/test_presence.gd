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
## Whether on_sync asks for the whole list.
var _asks := false


func test_ten_thousand_users() -> void:
	_server = RawServer.new()
	add_child(_server)
	_socket = await open_socket({}, _server.url)
	_presence = PhoenixPresence.new()
	add_child(_presence)
	await joined(_socket, TOPIC, {}, _presence)
	_presence.on_join.connect(_count)
	_presence.on_leave.connect(_count)
	_presence.on_sync.connect(_sync)
	var state := _state(0, USERS)
	var leaves := '{"joins":{},"leaves":%s}' % _state(100, USERS)
	var diffs: Array[String] = []
	for n: int in 100:
		var joins := _state(USERS + n, 1)
		diffs.append(_message("presence_diff", '{"joins":%s,"leaves":%s}' % [joins, _state(n, 1)]))
	for i: int in samples():
		var worst := await _worst_frame([_message("presence_state", state)], USERS)
		sample("presence/state", worst, "ns")
		sample("presence/get_state", _cost(_presence.get_state), "ns")
		_asks = true
		worst = await _worst_frame([_message("presence_state", state)], 0)
		_asks = false
		sample("presence/rejoin", worst, "ns")
		sample("presence/diffs", await _worst_frame(diffs, 200), "ns")
		equal(_presence.get_count(), USERS, "users")
		worst = await _worst_frame([_message("presence_diff", leaves)], USERS)
		sample("presence/leaves", worst, "ns")
		equal(_presence.get_count(), 0, "users in the end")


## The main thread's time in the worst frame until all messages were told, and so many changes.
func _worst_frame(messages: Array[String], changes: int) -> float:
	for message: String in messages:
		_server.say(message)
	var arrived := func() -> bool:
		_server._process(0)
		return _socket.get_statistics().queued_events >= messages.size()
	if not wait_without_frames(arrived, "the messages wait", 20_000):
		return 0
	var began_ms := Time.get_ticks_msec()
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
	if _asks:
		_presence.get_state()


func _message(event: String, payload: String) -> String:
	return '[null,null,"%s","%s",%s]' % [TOPIC, event, payload]


func _state(first: int, count: int) -> String:
	var users := PackedStringArray()
	for n: int in range(first, first + count):
		var meta := '{"phx_ref":"F%d","name":"Player %d","team":"red","online_at":%d}' % [n, n, n]
		users.append('"user:%d":{"metas":[%s]}' % [n, meta])
	return "{%s}" % ",".join(users)
