## Leaks: makes and frees sockets, channels and pushes, and exchanges messages, by
## the thousand, or with SOAK=full in the environment by the hundred thousand. After a warm-up the
## engine's memory and objects have to stay where they are, and the process must not grow.
extends "res://phoenix_case.gd"

const LIMIT_MS := 3_600_000

## How many of each, in the short form and in full.
const COUNTS := {
	"sockets": [2_000, 100_000],
	"connections": [100, 2_000],
	"channels": [2_000, 100_000],
	"pushes": [20_000, 200_000],
	"messages": [40_000, 1_000_000],
}

## In so many rounds, after half as much again as a warm-up.
const ROUNDS := 12
## The memory that Go collects comes and goes: the least of so many readings counts.
const READINGS := 5

## How far the last readings may lie above the first.
const MORE_OBJECTS := 0
const MORE_STATIC_BYTES := 64 << 10
const MORE_RESIDENT_BYTES := 2 << 20


func test_sockets() -> void:
	var round := func(count: int) -> void:
		for i: int in count:
			var socket := PhoenixSocket.create(server_url, {"params": {"n": i}})
			var presence := PhoenixPresence.new()
			var channel := socket.channel("room:%d" % (i % 100), {"n": i}, presence)
			channel.on_event.connect(_ignore)
			channel.on("event", _ignore)
			channel.join().receive("ok", _ignore)
			channel.push("event", {"n": i})
			presence.free()
			socket.free()
			if i % 100 == 99:
				await get_tree().process_frame
	await _soak("sockets", round)


func test_connections() -> void:
	var round := func(count: int) -> void:
		for i: int in count:
			var socket := await open_socket({"params": {"user_id": "soak-%d" % i}})
			var presence := PhoenixPresence.new()
			add_child(presence)
			var channel := await joined(socket, "room:soak-%d" % i, {}, presence)
			channel.push("delay", {"ms": 1_000})
			presence.queue_free()
			socket.queue_free()
			await get_tree().process_frame
	await _soak("connections", round)


func test_channels() -> void:
	var socket := await open_socket()
	var round := func(count: int) -> void:
		for i: int in count / 50:
			var channels: Array[PhoenixChannel] = []
			for n: int in 50:
				var channel := socket.channel("room:soak-%d" % n, {"presence": false})
				channel.join()
				channel.push("echo", {"n": n}).receive("ok", _ignore)
				channels.append(channel)
			await channels[-1].push("echo").completed
			for channel: PhoenixChannel in channels:
				channel.free()
	await _soak("channels", round)


func test_pushes() -> void:
	var channel := await joined(await open_socket(), "room:soak", {"presence": false})
	var round := func(count: int) -> void:
		for i: int in count / 500:
			for n: int in 100:
				channel.push("echo", {"n": n})
				channel.push("echo", {"n": n}).receive("ok", _ignore)
				var kept := channel.push("echo", {"n": n})
				kept.receive("error", func(_response: Dictionary) -> void: kept.get_status())
				channel.push("ok_only").completed.connect(_ignore.unbind(1))
				channel.push("noreply", {}, 1)
			await channel.push("echo").completed
		var socket := channel.get_parent() as PhoenixSocket
		await wait_until(
			func() -> bool: return (socket.get_statistics().pending_pushes as int) == 0, "timeouts"
		)
	await _soak("pushes", round)


func test_messages() -> void:
	var socket := await open_socket({"max_messages_per_frame": 0})
	var channel := await joined(socket, "room:soak", {"presence": false})
	var heard := [0]
	channel.on_event.connect(
		func(_event: String, payload: Variant, _status: String) -> void:
			heard[0] += 1
			if payload is Dictionary and (payload as Dictionary).has("list"):
				_ignore((payload as Dictionary).list)
	)
	var round := func(count: int) -> void:
		heard[0] = 0
		var sent := 0
		while sent < count:
			for n: int in mini(250, count - sent):
				var payload: Variant = {"n": n, "text": "number %d" % n, "list": [1.5, true, null]}
				channel.push(
					"echo" if n % 10 else "binary",
					payload if n % 10 else PackedByteArray([n % 256])
				)
				sent += 1
			while sent - (heard[0] as int) > 250:
				await get_tree().process_frame
		await wait_until(func() -> bool: return heard[0] == count, "the replies", 60_000)
	await _soak("messages", round)
	print("soak: statistics %s" % [socket.get_statistics()])


func _soak(kind: String, round: Callable) -> void:
	var full := OS.get_environment("SOAK") == "full"
	var count := COUNTS[kind][1 if full else 0] as int
	var started_ms := Time.get_ticks_msec()
	var readings: Array[Dictionary] = []
	for i: int in ROUNDS:
		readings.append({"objects": 0, "orphans": 0, "static_bytes": 0, "resident_bytes": 0})
	await round.call(count / 2)
	for i: int in ROUNDS:
		await round.call(count / ROUNDS)
		# Time for what was freed to be gone, in the background too.
		await get_tree().create_timer(0.1).timeout
		_read(readings[i])
		if full:
			print("soak: %d %s: %s" % [(i + 1) * count / ROUNDS, kind, readings[i]])
	print("soak: %d %s in %.1f s" % [count, kind, (Time.get_ticks_msec() - started_ms) / 1000.0])
	_flat(readings, "objects", MORE_OBJECTS)
	_flat(readings, "orphans", 0)
	_flat(readings, "static_bytes", MORE_STATIC_BYTES)
	_flat(readings, "resident_bytes", MORE_RESIDENT_BYTES)


func _flat(readings: Array[Dictionary], what: String, more: int) -> void:
	var before := _least(readings.slice(0, READINGS), what)
	var after := _least(readings.slice(-READINGS), what)
	print("soak: %s: %+d since the warm-up" % [what, after - before])
	check(after - before <= more, "%s: %d, then %d, at most %d more" % [what, before, after, more])


func _least(readings: Array[Dictionary], what: String) -> int:
	return readings.map(func(reading: Dictionary) -> int: return reading[what]).min()


## Takes the state of memory, without leaving anything in it.
func _read(into: Dictionary) -> void:
	into.objects = Performance.get_monitor(Performance.OBJECT_COUNT) as int
	into.orphans = Performance.get_monitor(Performance.OBJECT_ORPHAN_NODE_COUNT) as int
	into.static_bytes = OS.get_static_memory_usage()
	into.resident_bytes = _resident_bytes()


func _resident_bytes() -> int:
	var file := FileAccess.open("/proc/self/status", FileAccess.READ)
	if file == null:
		return 0  # not Linux
	while not file.eof_reached():
		var line := file.get_line()
		if line.begins_with("VmRSS:"):
			return line.get_slice(":", 1).strip_edges().to_int() * 1024
	return 0


func _ignore(_a: Variant = null, _b: Variant = null, _c: Variant = null) -> void:
	pass
