## Pushes that are made after the call, by the goroutine that writes: nothing can tell them from
## others.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {"test_push_counts_at_once": "the worker counts"}

var channel: PhoenixChannel


func _join() -> void:
	channel = await joined(await open_socket())


## More than are collected, and some that cannot be: all arrive, in the order of the calls.
func test_pushes_of_one_frame_keep_their_order() -> void:
	await _join()
	var other := await joined(await open_socket(), channel.topic)
	var heard := record(other.on_event)
	var expected: Array = []
	for n: int in 300:
		if n % 50 == 0:
			channel.push("shout", PackedByteArray([n / 50]))
			expected.append(PackedByteArray([n / 50]))
		channel.push("shout", {"n": n})
		expected.append({"n": n})
	await wait_until(
		func() -> bool: return heard.calls_with("shout").size() >= expected.size(), "the shouts"
	)
	var payloads := heard.calls_with("shout").map(func(call: Array) -> Variant: return call[1])
	equal(payloads, expected, "the shouts")


func test_push_counts_at_once() -> void:
	await _join()
	channel.push("noreply", {"n": 1})
	channel.push("noreply", {"n": 2})
	var statistics := channel.get_parent().call("get_statistics") as Dictionary
	equal(statistics.pending_pushes, 2, "pending pushes")


func test_pushes_before_a_leave_are_sent() -> void:
	await _join()
	var push := channel.push("echo", {"n": 1})
	channel.leave()
	equal(await reply_to(push), ["ok", {"n": 1}], "the reply")


func test_pushes_of_a_frame_that_frees_the_channel_complete() -> void:
	await _join()
	var push := channel.push("noreply", {"n": 1})
	channel.free()
	equal((await reply_to(push))[0], "closed", "status")
