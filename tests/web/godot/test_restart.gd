## A server that is killed and started again, with all that docs/guarantees.md promises of it.
extends "res://web_case.gd"

const LIMIT_MS := 60_000
const PATIENCE_MS := 30_000
const CHANNELS := 3
const PUSHES := 20

# The replies to the pushes of each channel, by its topic, in the order in which they came.
var _replies: Dictionary[String, Array] = {}


func test_websocket() -> void:
	await _restart(PhoenixSocket.WEBSOCKET)


func test_long_poll() -> void:
	await _restart(PhoenixSocket.LONGPOLL)


func _restart(transport: PhoenixSocket.Transport) -> void:
	var server := own_server()
	var socket := await open_socket(
		{"transport": transport, "params": {"user_id": "ada"}}, server.url
	)
	record(socket.on_error)
	var opened := record(socket.on_open)
	var closed := record(socket.on_close)
	var presence := PhoenixPresence.new()
	add_child(presence)
	var channels: Array[PhoenixChannel] = [await joined(socket, new_topic(), {}, presence)]
	for i: int in CHANNELS - 1:
		channels.append(await joined(socket, new_topic(), {"presence": false}))
	var in_flight := channels[0].push("delay", {"ms": 60_000}, 3_000)
	var in_flight_told := record(in_flight.completed)
	# Once this is answered, the one before it has been written too.
	await reply_to(channels[0].push("echo", {}), PATIENCE_MS)

	server.stop()
	await wait_for(closed, 1, PATIENCE_MS)
	check(closed.calls[0][0].will_reconnect as bool, "will_reconnect in %s" % [closed.calls[0]])
	for n: int in PUSHES:
		for channel: PhoenixChannel in channels:
			_push(channel, n)
	check(server.start(), "the server starts again")
	await wait_until(_are_all_back.bind(channels), "the replies to all pushes", PATIENCE_MS)
	for channel: PhoenixChannel in channels:
		equal(_replies[channel.topic], range(PUSHES), "the replies of %s, in order" % channel.topic)
		check(channel.is_joined(), "%s is joined" % channel.topic)
	equal((await reply_to(in_flight, PATIENCE_MS))[0], "timeout", "the push in flight")
	equal(in_flight_told.calls.size(), 1, "its completions")
	equal(opened.calls.size(), 1, "connections after the first")

	var shouts := record(channels[1].on_event)
	channels[1].push("shout", {"n": 7})
	await wait_until(
		func() -> bool: return not shouts.calls_with("shout").is_empty(), "a broadcast", PATIENCE_MS
	)
	await wait_until(
		func() -> bool: return presence.get_state().keys() == ["ada"], "the presence", PATIENCE_MS
	)
	equal((presence.get_state().ada.metas as Array).size(), 1, "metas of the presence")


func _push(channel: PhoenixChannel, n: int) -> void:
	var push := channel.push("echo", {"n": n}, PATIENCE_MS)
	var replies := _replies.get_or_add(channel.topic, []) as Array
	push.completed.connect(
		func(status: String, response: Variant) -> void:
			replies.append((response as Dictionary).get("n") if status == "ok" else status)
	)


func _are_all_back(channels: Array[PhoenixChannel]) -> bool:
	return channels.all(
		func(channel: PhoenixChannel) -> bool: return _replies[channel.topic].size() >= PUSHES
	)
