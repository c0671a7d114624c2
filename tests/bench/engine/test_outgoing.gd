## What push() costs until it returns, and JSON.stringify() alone of the same Dictionary.
extends "res://bench_case.gd"

const LIMIT_MS := 60_000
const PER_FRAME := 50

var _channel: PhoenixChannel
var _payload := ten_fields()
var _kept: Array[PhoenixPush] = []


func test_ten_fields() -> void:
	var socket := await open_socket()
	_channel = await joined(socket, new_topic(), {"presence": false})
	var measured: Dictionary[String, Callable] = {
		"outgoing/ten_fields": _keep,
		"outgoing/dropped": _drop,
		"outgoing/ten_fields/baseline": _stringify,
	}
	var frames := 40 if is_quick() else 200
	for i: int in samples() + 1:
		var costs: Dictionary[String, Array] = {}
		for frame: int in frames:
			for figure: String in measured:
				costs.get_or_add(figure, []).append(_cost(measured[figure]) - _cost(_nothing))
				_kept.clear()
				await get_tree().process_frame
		for figure: String in measured:
			if i > 0:  # the first warms up
				sample(figure, float(least_disturbed(costs[figure])) / PER_FRAME, "ns")


func _cost(of: Callable) -> int:
	var began_nsec := main_thread_nsec()
	of.call()
	return main_thread_nsec() - began_nsec


func _keep() -> void:
	for n: int in PER_FRAME:
		_kept.append(_channel.push("ok_only", _payload))


func _drop() -> void:
	for n: int in PER_FRAME:
		_channel.push("ok_only", _payload)


func _stringify() -> void:
	for n: int in PER_FRAME:
		JSON.stringify(_payload)


func _nothing() -> void:
	for n: int in PER_FRAME:
		pass
