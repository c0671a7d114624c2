## What a position of eight bytes is on the wire, against a WebSocket frame with nothing else in it,
## and how soon the first socket of a game is connected.
extends "res://bench_case.gd"

const PUSHES := 100
## A client masks its frames: two bytes of header, the mask and the data.
const RAW_FRAME_BYTES := 14


func test_connect_and_position() -> void:
	var socket := await _start()
	var channel := await joined(socket, "room:lobby", {"presence": false})
	var position := PackedByteArray()
	position.resize(8)
	var before: int = socket.get_statistics().bytes_out
	for n: int in PUSHES:
		channel.push("pos", position)
	var all_sent := func() -> bool: return socket.get_statistics().buffered_pushes == 0
	await wait_until(all_sent, "the positions are sent")
	await get_tree().create_timer(0.1).timeout
	var bytes: int = socket.get_statistics().bytes_out - before
	sample("wire/position", float(bytes) / PUSHES, "bytes")
	sample("wire/position/baseline", RAW_FRAME_BYTES, "bytes")


## Connects the first socket of this process without a frame, so that no part of the time is that of
## a frame, and more at 60 frames a second.
func _start() -> PhoenixSocket:
	var began_usec := Time.get_ticks_usec()
	var first := new_socket()
	first.connect_socket()
	while first.get_state() != PhoenixSocket.OPEN and Time.get_ticks_usec() - began_usec < 5e6:
		OS.delay_usec(20)
	sample("start", (Time.get_ticks_usec() - began_usec) / 1000.0, "ms")
	Engine.max_fps = 60
	await get_tree().process_frame
	for i: int in samples():
		await _count_frames_to_open()
	Engine.max_fps = 0
	return first


## Counts in a handler: one that awaits a signal goes on a frame later.
func _count_frames_to_open() -> void:
	var socket := new_socket()
	var opened := record(socket.on_open)
	var began_frame := Engine.get_process_frames()
	var report := func(_params: Dictionary) -> void:
		sample("start/on_open", Engine.get_process_frames() - began_frame, "frames")
	socket.on_open.connect(report, CONNECT_ONE_SHOT)
	socket.connect_socket()
	await wait_for(opened)
