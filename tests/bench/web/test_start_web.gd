## How long the first socket of a page takes until it is connected, how long the baseline takes, and
## what the worker holds then.
extends "res://bench_case.gd"

const LIMIT_MS := 60_000


func test_first_use() -> void:
	var client := WebSocketClient.new()
	var began_ms := Time.get_ticks_msec()
	client.connect_to(server_url)
	await wait_until(client.is_open, "the connection")
	sample("start/baseline", Time.get_ticks_msec() - began_ms, "ms")
	client.close()
	began_ms = Time.get_ticks_msec()
	var socket := await open_socket()
	sample("start", Time.get_ticks_msec() - began_ms, "ms")
	await joined(socket)
	print("[measure] memory web/memory")
	await frames(30)
