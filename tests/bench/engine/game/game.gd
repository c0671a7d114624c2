## A game that waits and measures itself, in an engine of its own. Its project does not load the
## addon, so that a game without it is the same game. The arguments are what to measure (see
## test_game.gd), the file for the figures, and for the game with the addon the server's URL.
extends SceneTree

const FRAMES_PER_SECOND := 60
## After this a game has started, and what the start has left behind is freed.
const START_SECONDS := 3.0
const SAMPLE_SECONDS := 3.0
const MOMENT_SECONDS := 0.1
## From a heartbeat until nothing of it is left to do.
const SETTLE_SECONDS := 0.5

var _figures: Array[String] = []
var _player: Node  # in the game with the addon


func _initialize() -> void:
	Engine.max_fps = FRAMES_PER_SECOND
	var arguments := OS.get_cmdline_user_args()
	var plan := JSON.parse_string(arguments[0]) as Dictionary
	var engine_threads := _threads()
	if arguments.size() > 2:
		await _connect(arguments[2], plan.heartbeat_ms as int)
	await create_timer(START_SECONDS).timeout
	_figure("memory", _resident_bytes(), "bytes")
	for i: int in plan.processor_samples as int:
		_figure("processor", await _processor_percent(), "percent")
	if _player != null:
		var own_threads: PackedStringArray = []
		for thread: String in _threads():
			if not thread in engine_threads:
				own_threads.append(thread)
		await _count_moments(own_threads, plan)
		await _flood(plan.first_messages as int, "memory/first")
		await _flood(plan.messages as int, "memory/flood")
	_write(arguments[1])
	quit()


func _connect(url: String, heartbeat_ms: int) -> void:
	GDExtensionManager.load_extension("res://addons/phoenix_channels/phoenix_channels.gdextension")
	_player = (load("res://player.gd") as GDScript).new()
	root.add_child(_player)
	await _player.call("enter", url, heartbeat_ms)


func _figure(what: String, number: float, unit: String) -> void:
	_figures.append("%s %f %s" % [what, number, unit])


## In one step, as it is awaited.
func _write(path: String) -> void:
	var file := FileAccess.open(path + ".new", FileAccess.WRITE)
	file.store_string("\n".join(_figures))
	file.close()
	DirAccess.rename_absolute(path + ".new", path)


func _threads() -> PackedStringArray:
	return DirAccess.get_directories_at("/proc/self/task")


## The processor time of all threads, in percent of one processor.
func _processor_percent() -> float:
	var began_usec := Time.get_ticks_usec()
	var before_nsec := _processor_nsec()
	await create_timer(SAMPLE_SECONDS).timeout
	var nsec := _processor_nsec() - before_nsec
	return 100.0 * nsec / (1000.0 * (Time.get_ticks_usec() - began_usec))


func _processor_nsec() -> int:
	OS.delay_usec(1)  # the system counts when a thread stops running
	var nsec := 0
	for thread: String in _threads():
		nsec += _schedule_of(thread).get_slice(" ", 0).to_int()
	return nsec


## Time on a processor, time in which it waited for one, and how often it ran.
func _schedule_of(thread: String) -> String:
	return FileAccess.open("/proc/self/task/%s/schedstat" % thread, FileAccess.READ).get_line()


## In how many moments a thread of the addon runs during some heartbeats. What begins in one moment
## and ends in the next is one. Meanwhile nothing calls the addon, which would wake its threads.
func _count_moments(threads: PackedStringArray, plan: Dictionary) -> void:
	var sent := _player.call("sent") as int
	while _player.call("sent") == sent:
		await process_frame
	await create_timer(SETTLE_SECONDS).timeout
	sent = _player.call("sent") as int
	await create_timer(SETTLE_SECONDS).timeout
	var deadline_ms: int = Time.get_ticks_msec() + plan.heartbeat_ms * plan.heartbeats
	var moments := 0
	var follows := false
	var runs_before := _runs(threads)
	var runs := runs_before
	while Time.get_ticks_msec() < deadline_ms:
		await create_timer(MOMENT_SECONDS).timeout
		var runs_now := _runs(threads)
		var ran := runs_now != runs and not follows
		moments += int(ran)
		follows = ran
		runs = runs_now
	var heartbeats := (_player.call("sent") as int) - sent
	_figure("moments", moments, "moments")
	_figure("heartbeats", heartbeats, "moments")
	_figure("runs", float(runs - runs_before) / heartbeats, "runs")


func _runs(threads: PackedStringArray) -> int:
	var runs := 0
	for thread: String in threads:
		runs += _schedule_of(thread).get_slice(" ", 2).to_int()
	return runs


func _flood(messages: int, figure: String) -> void:
	Engine.max_fps = 0
	await _player.call("exchange", messages)
	Engine.max_fps = FRAMES_PER_SECOND
	await create_timer(START_SECONDS).timeout
	_figure(figure, _resident_bytes(), "bytes")


func _resident_bytes() -> int:
	var file := FileAccess.open("/proc/self/smaps_rollup", FileAccess.READ)
	while not file.eof_reached():
		var line := file.get_line()
		if line.begins_with("Rss:"):
			return line.get_slice(":", 1).strip_edges().to_int() * 1024
	return 0
