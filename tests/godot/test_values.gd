## The lives of the values that messages bring: made beside the main thread, shared by all that hear
## of a message, and destroyed when nobody holds them.
extends "res://phoenix_case.gd"


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


func test_queued_values_count_with_their_memory() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"presence": false})
	# 4 KB of text that take half a megabyte of the engine's memory.
	var text := {"empty": range(1_000).map(func(_i: int) -> Dictionary: return {})}
	channel.push("shout", text)
	var queued := func() -> int: return socket.get_statistics().queued_bytes as int
	var began_ms := Time.get_ticks_msec()
	while (queued.call() as int) < 10_000 and Time.get_ticks_msec() - began_ms < WAIT_MS:
		OS.delay_msec(1)
	check((queued.call() as int) > 100_000, "%d bytes are counted" % queued.call())
	await frames(3)
	equal(queued.call(), 0, "bytes that wait")
