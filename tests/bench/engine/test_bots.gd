## What a hundred sockets cost that push 20 messages a second each and get as many: the main
## thread's part of a frame at 60 a second.
extends "res://bench_case.gd"

const LIMIT_MS := 120_000
const BOTS := 100
const FRAMES := 30
const FRAME_NSEC := 1e9 / 60

var _channels: Array[PhoenixChannel] = []


func test_hundred_sockets() -> void:
	for n: int in BOTS:
		var socket := await open_socket()
		var channel := await joined(socket, new_topic(), {"presence": false})
		channel.on_event.connect(hear)
		_channels.append(channel)
	Engine.max_fps = 60
	for i: int in samples() + 1:
		var idle := await _frames(0)
		var busy := await _frames(BOTS / 3)  # of three frames each bot has one
		if i > 0:
			sample("bots", 100 * (busy - idle) / FRAMES / FRAME_NSEC, "percent")
	check(count > 0, "the messages come")
	Engine.max_fps = 0


func _frames(pushes: int) -> float:
	var began_nsec := main_thread_nsec()
	for frame: int in FRAMES:
		for n: int in pushes:
			_channels[(frame % 3) * pushes + n].push("shout", {"x": n, "y": frame})
		await get_tree().process_frame
	return main_thread_nsec() - began_nsec
