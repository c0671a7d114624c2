## The lives of the values that messages bring: made beside the main thread, shared by all that hear
## of a message, and destroyed when nobody holds them.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_values_that_were_delivered_do_not_pile_up":
	"counts memory, which a release build does not",
	"test_queued_values_count_with_their_memory": "counts memory, which a release build does not",
}


class CallsAtItsEnd:
	extends RefCounted
	var going: PhoenixChannel
	var other: PhoenixChannel
	var told: Array[Variant]

	func _notification(what: int) -> void:
		if what == NOTIFICATION_PREDELETE:
			told.append(going.push("echo", {"n": 0}))
			told.append(other.push("echo", {"n": 1}))
			told.append(going.get_topic())


func test_all_handlers_of_a_message_get_the_same_value() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	var seen: Array[Variant] = []
	channel.on_event.connect(
		func(_event: String, payload: Dictionary, _status: String) -> void:
			seen.append(payload)
			payload.seen_by = "on_event"
	)
	channel.on("shout", func(payload: Dictionary) -> void: seen.append(payload))
	socket.on_message.connect(
		func(
			_topic: String, _event: String, payload: Dictionary, _ref: String, _join: String
		) -> void:
			seen.append(payload)
	)
	channel.push("shout", {"n": 1})
	await wait_until(func() -> bool: return seen.size() == 3, "the handlers")
	equal(seen[0], {"n": 1, "seen_by": "on_event"}, "what the first changed")
	for other: Dictionary in seen:
		check(is_same(other, seen[0]), "the same Dictionary")


func test_response_of_a_push_is_the_value_of_its_message() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	var events := record(channel.on_event)
	var push := channel.push("echo", {"list": [1, {"two": 2}]})
	var reply := await reply_to(push)
	equal(reply, ["ok", {"list": [1, {"two": 2}]}], "the reply")
	check(is_same(push.get_response(), reply[1]), "get_response() and completed")
	check(is_same(events.calls[0][1], reply[1]), "on_event and completed")
	await frames(3)
	equal(push.get_response(), {"list": [1, {"two": 2}]}, "later")


## Large ones are destroyed by a goroutine, small ones on the main thread.
func test_values_that_a_game_keeps_stay_as_they_are() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	for entries: int in [1, 1_000]:
		var sent := {"entries": range(entries).map(func(i: int) -> Dictionary: return {"i": i})}
		var kept: Array[Dictionary] = []
		var parts: Array[Variant] = []
		var handler := func(payload: Dictionary) -> void:
			kept.append(payload)
			parts.append((payload.entries as Array)[-1])
		channel.on("shout", handler)
		for i: int in 30:
			channel.push("shout", sent)
		await wait_until(func() -> bool: return kept.size() == 30, "the messages")
		channel.off("shout", handler)
		kept.resize(15)  # of the others only a part
		channel.push("flood", {"n": 500, "reply": true})
		await channel.push("echo").completed
		await frames(5)
		for payload: Dictionary in kept:
			equal(payload, sent, "a payload of %d entries" % entries)
		for part: Variant in parts:
			equal(part, {"i": entries - 1}, "a part of one")


func test_objects_in_a_payload_go_with_it() -> void:
	var channel := await joined(await open_socket(), new_topic(), {"presence": false})
	for entries: int in [1, 1_000]:
		var sent := {"entries": range(entries)}
		var objects: Array[WeakRef] = []
		var handler := func(payload: Dictionary) -> void:
			var object := RefCounted.new()
			objects.append(weakref(object))
			payload.object = object
			(payload.entries as Array)[0] = object
		channel.on("shout", handler)
		for i: int in 20:
			channel.push("shout", sent)
		await wait_until(func() -> bool: return objects.size() == 20, "the messages")
		channel.off("shout", handler)
		await wait_until(
			func() -> bool:
				return objects.all(func(object: WeakRef) -> bool: return object.get_ref() == null),
			"the objects in payloads of %d entries" % entries
		)


## Values queued for destruction are memory too, with any number of sockets.
func test_values_that_were_delivered_do_not_pile_up() -> void:
	var messages := 4 * 20 * 4
	var heard := [0]
	var channels: Array[PhoenixChannel] = []
	for i: int in 4:
		var socket := await open_socket({"max_queued_bytes": 1_000_000})
		var channel := await joined(socket, new_topic(), {"presence": false})
		channel.on("shout", func(_payload: Dictionary) -> void: heard[0] += 1)
		channels.append(channel)
	var rows := range(3_000).map(func(i: int) -> Dictionary: return {"i": i})
	var before := OS.get_static_memory_usage()
	var most := before
	for turn: int in messages / 16:
		for channel: PhoenixChannel in channels:
			for i: int in 4:
				channel.push("shout", {"rows": rows})
		await frames(1)
		most = maxi(most, OS.get_static_memory_usage())
	while (heard[0] as int) < messages:
		await frames(1)
		most = maxi(most, OS.get_static_memory_usage())
	check(most - before < 40 << 20, "at most %d bytes more than before" % (most - before))


## The last to hold an object may be a Callable that a channel gives up while it is being freed.
func test_calls_to_a_channel_that_is_going() -> void:
	var socket := await open_socket()
	var told: Array[Variant] = []
	var going := socket.channel(new_topic())
	_hold_until_the_end(going, await joined(socket, new_topic(), {"presence": false}), told)
	going.queue_free()
	await frames(3)
	equal(told.size(), 3, "what the object got")
	check(told[0] == null, "no push to the channel that is going")
	check(told[1] is PhoenixPush, "one to another channel")
	equal(await reply_to(told[1] as PhoenixPush), ["ok", {"n": 1}], "its reply")
	equal(told[2], "", "the topic of the channel that is going")


func _hold_until_the_end(
	going: PhoenixChannel, other: PhoenixChannel, told: Array[Variant]
) -> void:
	var last := CallsAtItsEnd.new()
	last.going = going
	last.other = other
	last.told = told
	going.on("shout", func(_payload: Dictionary) -> void: last.told.clear())


func test_queued_values_count_with_their_memory() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	# 4 KB of text that take half a megabyte of the engine's memory.
	var text := {"empty": range(1_000).map(func(_i: int) -> Dictionary: return {})}
	channel.push("shout", text)
	var queued := func() -> int: return socket.get_statistics().queued_bytes as int
	wait_without_frames(func() -> bool: return queued.call() >= 10_000, "a message waits")
	check((queued.call() as int) > 100_000, "%d bytes are counted" % queued.call())
	await frames(3)
	equal(queued.call(), 0, "bytes that wait")
