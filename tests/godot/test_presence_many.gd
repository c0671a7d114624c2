## A PhoenixPresence of thousands: it is told over several frames, in order, and no frame is long.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_no_frame_is_long":
	"blocks the main thread until events are there, which a browser hands over between frames",
}

const LIMIT_MS := 60_000

const RawServer := preload("res://raw_server.gd")

const TOPIC := "room:raw"
const USERS := 10_000
## How many keys come with one signal, and how many with one frame.
const PART := 250
const FRAME := 1000

var _server: RawServer
var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _presence: PhoenixPresence
## Who is here by what was told.
var _here := {}


func test_thousands_are_told_over_frames_in_order() -> void:
	await _open()
	var by_frame := {}
	var compare := func(changes: Array[Dictionary]) -> void:
		var frame := Engine.get_process_frames()
		by_frame[frame] = (by_frame.get(frame, 0) as int) + changes.size()
		check(changes.size() <= PART, "%d keys in a signal" % changes.size())
		if changes.size() > 1:  # the leaves of one diff come with its joins
			equal(_presence.get_count(), _here.size(), "get_count()")
		check(_presence.has(changes[-1].key as String), "it has who was told last")
	_presence.on_join.connect(compare)
	var told: Array[String] = []
	_presence.on_sync.connect(func() -> void: told.append("sync of %d" % _here.size()))
	_channel.on("next", func(_payload: Dictionary) -> void: told.append("next"))
	_say("presence_state", _users(0, USERS))
	_say("next", "{}")
	_say("presence_diff", '{"joins":%s,"leaves":%s}' % [_users(USERS, 1), _users(0, 1)])
	await wait_until(func() -> bool: return told.size() == 3, "all", 20_000)
	equal(told, ["sync of 10000", "next", "sync of 10000"] as Array[String], "told")
	check(by_frame.size() >= USERS / FRAME, "told in %d frames" % by_frame.size())
	for frame: int in by_frame:
		check(by_frame[frame] <= FRAME + PART, "%d keys in a frame" % by_frame[frame])
	check(not _presence.has("user:0") and _presence.has("user:10000"), "the diff")
	_compare_all()


func test_no_frame_is_long() -> void:
	await _open()
	var state := _users(0, USERS)
	var leaves := '{"joins":{},"leaves":%s}' % _users(0, USERS)
	_presence.on_sync.connect(_presence.get_state)
	var began_nsec := main_thread_nsec()
	JSON.parse_string(state)
	var parsing := main_thread_nsec() - began_nsec
	var messages := [
		["presence_state", state], ["presence_state", state], ["presence_diff", leaves]
	]
	for message: Array in messages:
		var worst := await _worst_frame(message[0] as String, message[1] as String)
		check(worst < parsing, "%.1f ms, parsing %.1f ms" % [worst / 1e6, parsing / 1e6])
	equal(_presence.get_count(), 0, "users in the end")


func test_list_is_a_copy_of_presences_that_cannot_be_changed() -> void:
	await _open()
	await _take(_users(0, 1000), 1000)
	var state := _presence.get_state()
	var kept := state["user:7"] as Dictionary
	state.erase("user:7")
	state["other"] = {}
	check(_presence.get_state() == _parsed(_users(0, 1000)), "the list after a copy was changed")
	for value: Variant in [kept, kept.metas, kept.metas[0]]:
		check(value.is_read_only(), "%s is read-only" % [value])
	check(not kept.duplicate(true).metas[0].is_read_only(), "a copy can be changed")
	check(not state.is_read_only(), "so can the list")
	check(not _presence.get_presence("user:7").metas[0].is_read_only(), "and get_presence()")
	equal(_presence.get_presence("user:7"), kept, "get_presence()")
	equal(_presence.get_presence("nobody"), {}, "of nobody")

	_say("presence_diff", '{"joins":{},"leaves":%s}' % _users(0, 999))
	await wait_until(func() -> bool: return _presence.get_count() == 1, "the diff")
	equal(kept.metas[0].phx_ref, "F7", "what the game has kept of one who left")
	_compare_all()


func test_list_is_right_whatever_comes_between_two_looks() -> void:
	await _open()
	for looks: bool in [false, true, false]:
		for changes: Array in [[0, 300, 200, 50], [100, 5, 0, 5], [0, 100, 0, 100], [0, 3, 1, 1]]:
			var joins := _users(changes[0] as int, changes[1] as int)
			var leaves := _users(changes[2] as int, changes[3] as int)
			_say("presence_state", "{}" if looks else joins)
			_say("presence_diff", '{"joins":{},"leaves":%s}' % leaves)
			_say("presence_diff", '{"joins":%s,"leaves":{}}' % joins)
			_say("presence_diff", '{"joins":%s,"leaves":%s}' % [leaves, _users(1, 2)])
			var seen := record(_channel.on_event)
			_say("done", "{}")
			await wait_until(func() -> bool: return not seen.calls_with("done").is_empty(), "all")
			if looks:
				_compare_all()
	_compare_all()


func test_presence_without_handlers_has_them_too() -> void:
	await _open()
	_presence.on_join.disconnect(_join)
	_presence.on_leave.disconnect(_leave)
	_say("presence_state", _users(0, USERS))
	await wait_until(func() -> bool: return _presence.get_count() == USERS, "all", 20_000)
	equal(_presence.get_keys()[USERS - 1], "user:9999", "the last key")
	equal(
		_presence.list(func(key: String, _entry: Dictionary) -> String: return key).size(),
		USERS,
		"list()"
	)


func test_frames_without_a_limit_take_what_is_there() -> void:
	await _open({"max_messages_per_frame": 0})
	_say("presence_state", _users(0, USERS))
	await wait_until(func() -> bool: return _here.size() == USERS, "all", 20_000)
	_compare_all()


## In a handler of the first part.
func test_end_amid_thousands() -> void:
	var ends := {
		"clear()": func() -> void: _presence.clear(),
		"leave()": func() -> void: _channel.leave(),
		"close()": func() -> void: _channel.close(),
		"removal of the channel": func() -> void: _socket.remove_child(_channel),
		"another presence": func() -> void: _channel.presence = null,
		"queue_free() of the presence": func() -> void: _presence.queue_free(),
		"queue_free() of the socket": func() -> void: _socket.queue_free(),
		"sync_state()": func() -> void: _presence.sync_state({}),
	}
	for what: String in ends:
		await _open()
		_presence.on_join.connect((ends[what] as Callable).unbind(1), CONNECT_ONE_SHOT)
		var joins := record(_presence.on_join)
		_say("presence_state", _users(0, USERS))
		await wait_for(joins)
		await frames(30)
		check(
			joins.calls.size() < USERS / PART / 4,
			"%d signals after %s" % [joins.calls.size(), what]
		)
		if is_instance_valid(_presence):
			var left := PART if what == "leave()" else 0  # until the server has answered
			equal(_presence.get_count(), left, "present after %s" % what)
			equal(_here.size(), left, "here after %s" % what)
		if is_instance_valid(_channel) and not _channel.is_inside_tree():
			_channel.free()


func _open(options: Dictionary = {}) -> void:
	_here.clear()
	_server = RawServer.new()
	add_child(_server)
	_socket = await open_socket(options, _server.url)
	_presence = PhoenixPresence.new()
	_presence.on_join.connect(_join)
	_presence.on_leave.connect(_leave)
	_channel = _socket.channel(TOPIC, {}, _presence)
	add_child(_presence)
	await reply_to(_channel.join())


func _take(state: String, count: int) -> void:
	_say("presence_state", state)
	await wait_until(func() -> bool: return _here.size() == count, "%d users" % count, 20_000)


func _join(joins: Array[Dictionary]) -> void:
	for join: Dictionary in joins:
		check(join.current_presence == null, "%s joins once" % join.key)
		_here[join.key] = join.new_presence


func _leave(leaves: Array[Dictionary]) -> void:
	for leave: Dictionary in leaves:
		check((leave.current_presence.metas as Array).is_empty(), "%s is gone" % leave.key)
		_here.erase(leave.key)


## All ways to ask say the same, which is what was told.
func _compare_all() -> void:
	var state := _presence.get_state()
	check(state == _here, "%d in get_state(), %d were told" % [state.size(), _here.size()])
	equal(PackedStringArray(state.keys()), _presence.get_keys(), "the order of the keys")
	equal(_presence.get_count(), _here.size(), "get_count()")
	check(_presence.list() == state.values(), "list()")


## The main thread's time in the worst frame from the moment when the message is there until
## on_sync.
func _worst_frame(event: String, payload: String) -> int:
	var synced := record(_presence.on_sync)
	_say(event, payload)
	var arrived := func() -> bool:
		_server._process(0)
		return _socket.get_statistics().queued_events > 0
	wait_without_frames(arrived, "the message waits", 10_000)
	var began_ms := Time.get_ticks_msec()
	var worst := 0
	while synced.calls.is_empty() and Time.get_ticks_msec() - began_ms < 20_000:
		var began_nsec := main_thread_nsec()
		await get_tree().process_frame
		worst = maxi(worst, main_thread_nsec() - began_nsec)
	equal(synced.calls.size(), 1, "on_sync")
	return worst


func _say(event: String, payload: String) -> void:
	_server.say('[null,null,"%s","%s",%s]' % [TOPIC, event, payload])


func _users(first: int, count: int) -> String:
	var users := PackedStringArray()
	for n: int in range(first, first + count):
		users.append('"user:%d":{"metas":[{"phx_ref":"F%d","name":"Player %d"}]}' % [n, n, n])
	return "{%s}" % ",".join(users)


func _parsed(text: String) -> Dictionary:
	return JSON.parse_string(text) as Dictionary
