## What a message that comes in costs the main thread, from the queue to the end of the handler, and
## what the same texts cost with JSON.parse_string() and emit_signal().
extends "res://bench_case.gd"

const LIMIT_MS := 120_000

## How often a sample has a frame full of messages.
const FRAMES := 10


func test_ten_fields() -> void:
	await _measure("ten_fields", "flood", {"n": 300}, 300)


func test_thirty_kilobytes() -> void:
	await _measure("30_kb", "shout", world(), 20)


## In a frame [param messages] come in that [param event] makes the server send, a flood all of
## them.
func _measure(figure: String, event: String, payload: Dictionary, messages: int) -> void:
	var pushes := 1 if event == "flood" else messages
	var options := {"max_messages_per_frame": 0, "max_queued_bytes": 1 << 30}
	var socket := await open_socket(options)
	var channel := await joined(socket, new_topic(), {"presence": false})
	var texts := await _texts(event, payload, messages, pushes)
	channel.on_event.connect(hear)
	heard.connect(hear)
	for i: int in samples() + 1:  # the first warms up
		var ours := 0
		var theirs := 0
		for frame: int in FRAMES:
			for n: int in pushes:
				channel.push(event, payload, LIMIT_MS)
			_wait_for(socket, messages)
			ours += await deliver(messages) - await deliver(0)
			theirs += _parse(texts)
		if i > 0:
			var each := float(ours) / FRAMES / messages
			sample("incoming/" + figure, maxf(each, 1), "ns")  # the frames may differ by more
			sample("incoming/" + figure + "/baseline", float(theirs) / FRAMES / messages, "ns")


func _parse(texts: PackedStringArray) -> int:
	var began_nsec := main_thread_nsec()
	for text: String in texts:
		var message: Array = JSON.parse_string(text)
		heard.emit(message[3], message[4], "ok")
	return main_thread_nsec() - began_nsec


## Holds the main thread until all have come in, so that nothing else is at work when they are
## delivered.
func _wait_for(socket: PhoenixSocket, messages: int) -> void:
	wait_until_queued(socket, messages, 20_000)
	OS.delay_msec(5)  # what made them settles


## The same messages as the server sends them.
func _texts(event: String, payload: Dictionary, messages: int, pushes: int) -> PackedStringArray:
	var client := WebSocketClient.new()
	client.connect_to(server_url)
	await wait_until(client.is_open, "the connection")
	client.keeps = true
	client.join(new_topic(), {"presence": false})
	for n: int in pushes:
		client.push(event, payload)
	var have_all := func() -> bool:
		client.poll()
		return client.texts.size() > messages  # with the reply to the join
	await wait_until(have_all, "the texts", 20_000)
	client.close()
	return client.texts.slice(-messages)
