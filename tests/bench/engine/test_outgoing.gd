## What push() costs until it returns, and JSON.stringify() alone of the same Dictionary.
extends "res://bench_case.gd"

const LIMIT_MS := 60_000
const PER_FRAME := 50


func test_ten_fields() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var payload := ten_fields()
	var frames := 40 if is_quick() else 200
	for i: int in samples() + 1:
		var ours: Array[int] = []
		var theirs: Array[int] = []
		for frame: int in frames:
			ours.append(_push(channel, payload))
			theirs.append(_stringify(payload))
			await get_tree().process_frame
		if i > 0:  # the first warms up
			sample("outgoing/ten_fields", float(median(ours)) / PER_FRAME, "ns")
			sample("outgoing/ten_fields/baseline", float(median(theirs)) / PER_FRAME, "ns")


func _push(channel: PhoenixChannel, payload: Dictionary) -> int:
	var began_nsec := main_thread_nsec()
	for n: int in PER_FRAME:
		channel.push("ok_only", payload)
	return main_thread_nsec() - began_nsec


func _stringify(payload: Dictionary) -> int:
	var began_nsec := main_thread_nsec()
	for n: int in PER_FRAME:
		JSON.stringify(payload)
	return main_thread_nsec() - began_nsec
