## A hidden tab under the default heartbeat.
extends "res://web_case.gd"

const LIMIT_MS := 240_000
const PATIENCE_MS := 150_000


## The server closes a connection after 60 s of silence.
func test_two_minutes() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var closed := record(socket.on_close)
	var events := record(channel.on_event)
	var pushes: Array[PhoenixPush] = []
	for n: int in 100:
		pushes.append(channel.push("delay", {"ms": 1_000 * n, "n": n}, PATIENCE_MS))
	await tab("hide", 120)
	equal(closed.calls, [], "closes")
	await wait_for(events, 100)
	for n: int in pushes.size():
		equal(await reply_to(pushes[n]), ["ok", {"ms": 1_000 * n, "n": n}], "push %d" % n)
	equal(events.calls.map(func(call: Array) -> int: return call[1].n), range(100), "the order")
	equal(socket.get_statistics().connects, 1, "connections")
