## How many messages a second of the main thread's time one handler can take, while a server sends
## as fast as it can, and how many the baseline's.
extends "res://bench_case.gd"

const LIMIT_MS := 120_000


func test_flood() -> void:
	var messages := 10_000 if is_quick() else 40_000
	var socket := await open_socket({"max_messages_per_frame": 0})
	var channel := await joined(socket, new_topic(), {"presence": false})
	channel.on_event.connect(hear)
	var client := WebSocketClient.new()
	client.connect_to(server_url)
	await wait_until(client.is_open, "the connection")
	client.join(new_topic(), {"presence": false})
	client.on_event.connect(hear)
	for i: int in samples() + 1:  # the first warms up
		for ours: bool in [true, false]:
			var began_nsec := main_thread_nsec()
			count = 0
			if ours:
				channel.push("flood", {"n": messages}, LIMIT_MS)
			else:
				client.push("flood", {"n": messages})
			while count < messages:
				await get_tree().process_frame
				if not ours:
					client.poll()
			var seconds := (main_thread_nsec() - began_nsec) / 1e9
			if i > 0:
				sample("rate" if ours else "rate/baseline", messages / seconds, "per_second")
	client.close()
