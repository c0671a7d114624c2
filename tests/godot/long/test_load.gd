## A minute of each load; ./build.sh chaos --game runs it.
extends "res://phoenix_case.gd"

const Memory := preload("res://long/memory.gd")
const Ticks := preload("res://long/ticks.gd")

const LIMIT_MS := 400_000
const MINUTE_MS := 60_000
## What the server says in one go; two floods of more than that would mix.
const CHUNK := 1_000
## Of the queue's default limit, as the values that a game gets take more than their text.
const MEMORY_MIB := 256

var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _ticks: Ticks
var _asked := 0
var _frames := 0
var _longest_frame_us := 0
var _most_queued := 0
var _memory: Memory


func test_fifty_thousand_messages_a_second() -> void:
	const RATE := 50_000
	await _begin()
	var started_ms := Time.get_ticks_msec()
	while Time.get_ticks_msec() - started_ms < MINUTE_MS:
		_ask_for(mini(Time.get_ticks_msec() - started_ms, MINUTE_MS) * RATE / 1000)
		await _frame()
	_ask_for(RATE * MINUTE_MS / 1000)
	await _end("50,000 messages a second", started_ms)


func test_as_many_messages_as_the_server_can() -> void:
	await _begin()
	var started_ms := Time.get_ticks_msec()
	while Time.get_ticks_msec() - started_ms < MINUTE_MS:
		_ask_for(_ticks.count + 200 * CHUNK)
		await _frame()
	await _end("all the server can", started_ms)


## The game has no time for more than about 20,000 a second, and half a gigabyte waits for it.
func test_more_than_a_slow_game_can_take() -> void:
	await _begin()
	_socket.max_messages_per_frame = 300
	_ticks.busy_us = 20
	_ask_for(1_000 * CHUNK)
	await _end("a slow game", Time.get_ticks_msec())


func test_flood_while_the_tree_is_paused_for_a_minute() -> void:
	await _begin()
	_socket.process_mode = Node.PROCESS_MODE_PAUSABLE
	_ask_for(1_000 * CHUNK)
	get_tree().paused = true
	var started_ms := Time.get_ticks_msec()
	while Time.get_ticks_msec() - started_ms < MINUTE_MS:
		await _frame()
	equal(_ticks.count, 0, "ticks while paused")
	get_tree().paused = false
	await _end("paused for a minute", started_ms)


func _begin() -> void:
	Engine.max_fps = 60
	_socket = await open_socket()
	_channel = await joined(_socket, new_topic(), {"presence": false})
	_ticks = Ticks.new(_channel)
	_memory = Memory.new()


## Asks the server for ticks until it was asked for so many.
func _ask_for(total: int) -> void:
	while total - _asked >= CHUNK:
		_channel.push("flood", {"n": CHUNK})
		_ticks.expect(CHUNK)
		_asked += CHUNK


func _frame() -> void:
	var started_us := Time.get_ticks_usec()
	await get_tree().process_frame
	_frames += 1
	_longest_frame_us = maxi(_longest_frame_us, Time.get_ticks_usec() - started_us)
	_most_queued = maxi(_most_queued, _socket.get_statistics().queued_bytes as int)
	if _frames % 10 == 0:
		_memory.look()


## Waits for the result and prints it.
func _end(what: String, started_ms: int) -> void:
	var end_ms := started_ms + LIMIT_MS - 20_000
	while _ticks.count < _asked and Time.get_ticks_msec() < end_ms:
		await _frame()
	Engine.max_fps = 0
	var seconds := (Time.get_ticks_msec() - started_ms) / 1000.0
	note(
		(
			(
				"%s: %d messages in %.1f s, %.0f a second; %.0f frames a second, the longest %d ms; "
				+ "%.1f MiB queued at most, %d MiB more memory, %d MiB in all"
			)
			% [
				what,
				_ticks.count,
				seconds,
				_ticks.count / seconds,
				_frames / seconds,
				_longest_frame_us / 1000,
				_most_queued / 1048576.0,
				_memory.grown_mib(),
				_memory.most_mib(),
			]
		)
	)
	equal(_ticks.count, _asked, "ticks")
	check(_ticks.in_order, "the ticks, in order")
	equal(_socket.get_statistics().connects, 1, "connections")
	# What the server is held back for is its messages; that a push has timed out waits too.
	var limit := _socket.max_queued_bytes + 100_000 + _asked / CHUNK * 300
	check(_most_queued <= limit, "bytes queued: %d, of %d" % [_most_queued, limit])
	check(_memory.grown_mib() <= MEMORY_MIB, "memory: %d MiB more" % _memory.grown_mib())
