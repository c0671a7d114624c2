## More than a game can take: what it has no time for waits with the server, in bounded memory, and
## comes later, in order. The long forms are in long/.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_flood_while_the_tree_is_paused": "a browser cannot hold a server back",
}

const Memory := preload("res://long/memory.gd")
const Ticks := preload("res://long/ticks.gd")

const LIMIT_MS := 90_000
const PATIENCE_MS := 60_000


func test_flood_while_the_tree_is_paused() -> void:
	const MESSAGES := 20_000
	const QUEUED_BYTES := 1 << 20
	var socket := await open_socket({"max_queued_bytes": QUEUED_BYTES})
	socket.process_mode = Node.PROCESS_MODE_PAUSABLE
	var channel := await joined(socket, new_topic(), {"presence": false})
	var ticks := Ticks.new(channel)
	ticks.expect(MESSAGES)
	var flood := channel.push("flood", {"n": MESSAGES, "reply": true}, PATIENCE_MS)
	get_tree().paused = true
	await wait_until(
		func() -> bool: return (socket.get_statistics().queued_bytes as int) >= QUEUED_BYTES,
		"the queue is full",
		PATIENCE_MS
	)
	var before := socket.get_statistics()
	await get_tree().create_timer(1.0).timeout
	var after := socket.get_statistics()
	equal(after.messages_in, before.messages_in, "messages read while the queue is full")
	check((after.queued_bytes as int) < QUEUED_BYTES + 10_000, "bytes that wait, in %s" % [after])
	check(
		(after.bytes_in as int) < QUEUED_BYTES * 2, "bytes taken from the network, in %s" % [after]
	)
	equal(ticks.count, 0, "ticks while it is paused")

	get_tree().paused = false
	equal((await reply_to(flood, PATIENCE_MS))[0], "ok", "the flood")
	equal(ticks.count, MESSAGES, "ticks")
	check(ticks.in_order, "the ticks, in order")
	equal(socket.get_statistics().connects, 1, "connections")


func test_flood_at_sixty_frames_a_second() -> void:
	const MESSAGES := 100_000
	Engine.max_fps = 60
	var socket := await open_socket({"max_queued_bytes": 8 << 20})
	var channel := await joined(socket, new_topic(), {"presence": false})
	var ticks := Ticks.new(channel)
	ticks.expect(MESSAGES)
	var memory := Memory.new()
	var started_ms := Time.get_ticks_msec()
	var flood := channel.push("flood", {"n": MESSAGES, "reply": true}, PATIENCE_MS)
	while not flood.is_completed() and Time.get_ticks_msec() - started_ms < PATIENCE_MS:
		memory.look()
		await get_tree().process_frame
	Engine.max_fps = 0
	equal(flood.get_status(), "ok", "the flood")
	equal(ticks.count, MESSAGES, "ticks")
	check(ticks.in_order, "the ticks, in order")
	check(memory.grown_mib() < 200, "memory that it took: %d MiB" % memory.grown_mib())


func test_hundred_channels_and_one_more() -> void:
	const MOST := 100
	var socket := await open_socket()
	var channels: Array[PhoenixChannel] = []
	var joins: Array[PhoenixPush] = []
	for i: int in MOST:
		channels.append(socket.channel(new_topic(), {"presence": false}))
		joins.append(channels[i].join())
	for i: int in MOST:
		equal((await reply_to(joins[i], PATIENCE_MS))[0], "ok", "join %d" % i)
	var one_more := socket.channel(new_topic(), {"presence": false})
	var join := one_more.join()
	equal(
		await reply_to(join, PATIENCE_MS),
		["error", {"reason": "too many channels joined"}],
		"the join of one more"
	)
	check(not one_more.is_joined(), "it is not joined")
	for i: int in MOST:
		equal(await reply_to(channels[i].push("echo", {"n": i})), ["ok", {"n": i}], "push %d" % i)
	equal((await reply_to(channels[0].leave()))[0], "ok", "a leave")
	await wait_until(one_more.is_joined, "it rejoins by itself, as now there is room", PATIENCE_MS)
	equal(socket.get_statistics().connects, 1, "connections")


func test_megabytes_both_ways_leave_the_connection_as_it_is() -> void:
	# A browser does not tell of a message that is still coming in, which would excuse a late
	# answer.
	var heartbeat_ms := 15_000 if OS.has_feature("web") else 3_000
	var socket := await open_socket({"heartbeat_interval": heartbeat_ms})
	var channel := await joined(socket)
	var text := "0123456789abcdef".repeat(499_990)
	var pushes: Array[PhoenixPush] = []
	for i: int in 4:
		pushes.append(channel.push("echo", {"n": i, "text": text}, PATIENCE_MS))
		pushes.append(channel.push("big", {"size": 8_000_000}, PATIENCE_MS))
	for i: int in 4:
		var reply := await reply_to(pushes[2 * i], PATIENCE_MS)
		check(reply[0] == "ok" and reply[1].n == i and reply[1].text == text, "echo %d" % i)
		reply = await reply_to(pushes[2 * i + 1], PATIENCE_MS)
		check(reply[0] == "ok" and str(reply[1].data).length() == 8_000_000, "big %d" % i)
	equal(socket.get_statistics().connects, 1, "connections")
	equal(socket.get_statistics().late_replies, 0, "late replies")
