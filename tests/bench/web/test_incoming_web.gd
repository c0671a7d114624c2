## What messages of ten fields cost a page's main thread at a steady rate, ours and the baseline's,
## beside the same without messages. The driver measures, see tests/web/driver/measure.mjs.
extends "res://bench_case.gd"

const LIMIT_MS := 600_000
const SECTION_MS := 4_000
const WARM_UP_MS := 1_500

var _socket: PhoenixSocket
var _channel: PhoenixChannel
var _client := WebSocketClient.new()


func test_thousand_a_second() -> void:
	await _measure(1_000)


func test_four_thousand_a_second() -> void:
	await _measure(4_000)


func _measure(rate: int) -> void:
	_socket = await open_socket({"max_messages_per_frame": 0})
	_channel = await joined(_socket, new_topic(), {"presence": false})
	_channel.on_event.connect(hear)
	_client.connect_to(server_url)
	await wait_until(_client.is_open, "the connection")
	_client.join(new_topic(), {"presence": false})
	_client.on_event.connect(hear)
	var figure := "web/incoming/%d" % rate
	for i: int in samples() + 1:  # the first warms up
		for ours: bool in [true, false]:
			await _section(0, ours, WARM_UP_MS)
			print("[measure] begin")
			await _section(0, ours)
			print("[measure] idle")
			await _section(rate, ours, WARM_UP_MS)
			print("[measure] begin")
			count = 0
			await _section(rate, ours)
			if i > 0:
				print("[measure] end %s%s %d" % [figure, "" if ours else "/baseline", count])
			check(count > rate * SECTION_MS / 1000 / 2, "%d messages" % count)
	_client.close()


## Has the server send so many ticks a second, by a push in each frame.
func _section(rate: int, ours: bool, ms: int = SECTION_MS) -> void:
	var began_ms := Time.get_ticks_msec()
	var asked := 0
	while Time.get_ticks_msec() - began_ms < ms:
		await get_tree().process_frame
		var due := (Time.get_ticks_msec() - began_ms) * rate / 1000
		if ours:
			_channel.push("flood", {"n": due - asked})
		else:
			_client.push("flood", {"n": due - asked})
			_client.poll()
		asked = due
