## Runs the test_* methods of one file and prints a line for each event, for scripts/enginetests to
## judge. The command line: [code]godot --headless --path tests/godot -s runner.gd -- --file
## test_socket.gd --server ws://127.0.0.1:4000/socket --devserver build/devserver[/code].
extends SceneTree

const Case := preload("res://case.gd")

## How long a test may take when it does not say otherwise (const LIMIT_MS in its file).
const LIMIT_MS := 20_000


func _initialize() -> void:
	_run.call_deferred()


func _run() -> void:
	var options := _options()
	var script := load("res://%s" % options.get("file", "")) as GDScript
	if script == null or not script.can_instantiate():
		print("[test] failure no usable test file '%s'" % options.get("file", ""))
		quit(2)
		return
	var names := _test_names(script, options)
	print("[test] plan %d" % names.size())
	for test_name: String in names:
		await _run_one(script, test_name, options)
	print("[test] end")
	quit(0)


func _options() -> Dictionary:
	var options := {}
	var arguments := OS.get_cmdline_user_args()
	for i: int in range(0, arguments.size() - 1, 2):
		options[arguments[i].trim_prefix("--")] = arguments[i + 1]
	return options


## All of the file, or those whose name contains [code]--only[/code], or the one named
## [code]--test[/code].
func _test_names(script: GDScript, options: Dictionary) -> Array[String]:
	if options.has("test"):
		return [options.test as String]
	var only := options.get("only", "") as String
	var names: Array[String] = []
	for method: Dictionary in script.get_script_method_list():
		var method_name := method.name as String
		if not method_name.begins_with("test_") or names.has(method_name):
			continue
		if only.is_empty() or method_name.contains(only):
			names.append(method_name)
	return names


func _run_one(script: GDScript, test_name: String, options: Dictionary) -> void:
	var limit_ms := script.get_script_constant_map().get("LIMIT_MS", LIMIT_MS) as int
	print("[test] begin %s %d" % [test_name, limit_ms])
	var started_ms := Time.get_ticks_msec()
	var case := script.new() as Case
	case.server_url = options.get("server", "") as String
	case.devserver_program = options.get("devserver", "") as String
	case.engine_program = options.get("engine", "") as String
	case.certificates = options.get("certificates", "") as String
	root.add_child(case)
	case.run(test_name)
	while not case.is_finished() and Time.get_ticks_msec() - started_ms < limit_ms:
		await process_frame
	if not case.is_finished():
		case.fail("did not finish within %d ms" % limit_ms)
	paused = false
	case.queue_free()
	# What the test set in motion (deferred calls, freed nodes) belongs to it, and so do its errors.
	for i: int in 3:
		await process_frame
	print("[test] end-of %s %d" % [test_name, Time.get_ticks_msec() - started_ms])
