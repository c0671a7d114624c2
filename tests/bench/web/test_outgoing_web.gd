## What push() costs until it returns, and what the baseline's JSON.stringify() and send_text() do.
extends "res://bench_case.gd"

const LIMIT_MS := 120_000
const PER_FRAME := 50


func test_ten_fields() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var client := WebSocketClient.new()
	client.connect_to(server_url)
	await wait_until(client.is_open, "the connection")
	client.join(new_topic(), {"presence": false})
	var payload := ten_fields()
	for i: int in samples() + 1:
		var ours: Array[int] = []
		var theirs: Array[int] = []
		for frame: int in 60:
			ours.append(_spent(func() -> void: channel.push("ok_only", payload)))
			theirs.append(_spent(func() -> void: client.push("ok_only", payload)))
			await get_tree().process_frame
			client.poll()
		if i > 0:  # the first warms up
			sample("outgoing", 1000.0 * median(ours) / PER_FRAME, "ns")
			sample("outgoing/baseline", 1000.0 * median(theirs) / PER_FRAME, "ns")
	client.close()


func _spent(action: Callable) -> int:
	var began_usec := Time.get_ticks_usec()
	for n: int in PER_FRAME:
		action.call()
	return Time.get_ticks_usec() - began_usec
