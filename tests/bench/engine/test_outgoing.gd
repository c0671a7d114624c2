## What push() costs until it returns, and JSON.stringify() alone of the same Dictionary.
extends "res://bench_case.gd"

const LIMIT_MS := 60_000
const PER_FRAME := 50


func test_ten_fields() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var payload := {
		"id": 184467,
		"name": "Player One",
		"x": 12.5,
		"y": -3.25,
		"hp": 100,
		"alive": true,
		"team": "red",
		"target": null,
		"inventory": ["sword", "shield", "potion"],
		"stats": {"str": 10, "dex": 14, "int": 9},
	}
	var frames := 40 if is_quick() else 200
	for i: int in samples() + 1:
		var ours: Array[int] = []
		var theirs: Array[int] = []
		for frame: int in frames:
			ours.append(_push(channel, payload))
			theirs.append(_stringify(payload))
			await get_tree().process_frame
		if i > 0:  # the first warms up
			sample("outgoing/ten_fields", float(_median(ours)) / PER_FRAME, "ns")
			sample("outgoing/ten_fields/baseline", float(_median(theirs)) / PER_FRAME, "ns")


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


## Of many frames, as some are interrupted.
func _median(of: Array[int]) -> int:
	of.sort()
	return of[of.size() / 2]
