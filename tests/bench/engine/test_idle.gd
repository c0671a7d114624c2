## What a socket that is connected and has nothing to do costs in a frame: its internal process
## notification, against that of a plain Node.
extends "res://bench_case.gd"

const LIMIT_MS := 60_000
const FRAMES := 20_000


func test_idle_frame() -> void:
	var socket := await open_socket()
	await joined(socket, new_topic(), {"presence": false})
	var node := Node.new()
	add_child(node)
	node.set_process_internal(true)
	await get_tree().create_timer(0.2).timeout
	for i: int in samples() + 1:
		var ours := _notify(socket)
		var theirs := _notify(node)
		if i > 0:
			sample("idle_frame", ours, "ns")
			sample("idle_frame/baseline", theirs, "ns")


func _notify(node: Node) -> float:
	var began_usec := Time.get_ticks_usec()
	for n: int in FRAMES:
		node.notification(NOTIFICATION_INTERNAL_PROCESS)
	return (Time.get_ticks_usec() - began_usec) * 1000.0 / FRAMES
