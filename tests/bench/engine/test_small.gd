## What a message of one field costs the main thread, to the end of an untyped handler of
## [code]on_event[/code] and of one of [method PhoenixChannel.on], and what the same text costs with
## JSON.parse_string() and emit().
extends "res://bench_case.gd"

## Of the handlers that get the payload only.
signal heard_payload(payload: Variant)

const RawServer := preload("res://raw_server.gd")

const LIMIT_MS := 120_000
const TOPIC := "room:raw"
const TEXT := '[null,null,"room:raw","moved",{"x":1}]'
const MESSAGES := 300
const FRAMES := 10

var _server: RawServer
var _socket: PhoenixSocket
var _channel: PhoenixChannel


func test_on_event() -> void:
	await _open()
	var handler := func(_event, _payload, _status): count += 1
	_channel.on_event.connect(handler)
	heard.connect(handler)
	await _measure("incoming/one_field", _parse)


func test_on() -> void:
	await _open()
	var handler := func(_payload): count += 1
	_channel.on("moved", handler)
	heard_payload.connect(handler)
	await _measure("incoming/one_field/on", _parse_payload)


func _open() -> void:
	_server = RawServer.new()
	add_child(_server)
	_socket = await open_socket({"max_messages_per_frame": 0}, _server.url)
	_channel = await joined(_socket, TOPIC)


func _measure(figure: String, baseline: Callable) -> void:
	for i: int in samples() + 1:  # the first warms up
		var ours := 0
		var theirs := 0
		for frame: int in FRAMES:
			for n: int in MESSAGES:
				_server.say(TEXT)
			var arrived := func() -> bool:
				_server._process(0)
				return _socket.get_statistics().queued_events >= MESSAGES
			wait_without_frames(arrived, "the messages wait", 20_000)
			ours += await deliver(MESSAGES) - await deliver(0)
			theirs += baseline.call()
		if i > 0:
			sample(figure, maxf(float(ours) / FRAMES / MESSAGES, 1), "ns")
			sample(figure + "/baseline", float(theirs) / FRAMES / MESSAGES, "ns")


func _parse() -> int:
	var began_nsec := main_thread_nsec()
	for n: int in MESSAGES:
		var message: Array = JSON.parse_string(TEXT)
		heard.emit(message[3], message[4], "ok")
	return main_thread_nsec() - began_nsec


func _parse_payload() -> int:
	var began_nsec := main_thread_nsec()
	for n: int in MESSAGES:
		var message: Array = JSON.parse_string(TEXT)
		heard_payload.emit(message[4])
	return main_thread_nsec() - began_nsec
