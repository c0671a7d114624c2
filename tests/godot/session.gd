@tool
## One run of a test file: runs its test_* methods and prints a line for each event, for
## scripts/enginetests to judge.
extends RefCounted

const Case := preload("res://case.gd")

## How long a test may take when it does not say otherwise (const LIMIT_MS in its file).
const LIMIT_MS := 20_000

var _tree: SceneTree
var _options := {}


## [param arguments] are the command line's: --file FILE --server URL --devserver PROGRAM --engine
## PROGRAM --certificates FOLDER, and --only TEXT or --test NAME.
func _init(tree: SceneTree, arguments: PackedStringArray) -> void:
	_tree = tree
	for i: int in range(0, arguments.size() - 1, 2):
		_options[arguments[i].trim_prefix("--")] = arguments[i + 1]


## Says whether there is a file to run.
func is_wanted() -> bool:
	return _options.has("file")


## Returns the exit status.
func run() -> int:
	var script := load("res://%s" % _options.get("file", "")) as GDScript
	if script == null or not script.can_instantiate():
		print("[test] failure no usable test file '%s'" % _options.get("file", ""))
		return 2
	var names := _test_names(script)
	print("[test] plan %d" % names.size())
	for test_name: String in names:
		await _run_one(script, test_name)
	print("[test] end")
	return 0


## All of the file, or those whose name contains [code]--only[/code], or the one named
## [code]--test[/code].
func _test_names(script: GDScript) -> Array[String]:
	if _options.has("test"):
		return [_options.test as String]
	var only := _options.get("only", "") as String
	var names: Array[String] = []
	for method: Dictionary in script.get_script_method_list():
		var method_name := method.name as String
		if not method_name.begins_with("test_") or names.has(method_name):
			continue
		if only.is_empty() or method_name.contains(only):
			names.append(method_name)
	return names


func _run_one(script: GDScript, test_name: String) -> void:
	var limit_ms := script.get_script_constant_map().get("LIMIT_MS", LIMIT_MS) as int
	print("[test] begin %s %d" % [test_name, limit_ms])
	var started_ms := Time.get_ticks_msec()
	var case := script.new() as Case
	case.server_url = _options.get("server", "") as String
	case.engine_program = _options.get("engine", "") as String
	case.certificates = _options.get("certificates", "") as String
	case.devserver_program = _options.get("devserver", "") as String
	_tree.root.add_child(case)
	case.run(test_name)
	while not case.is_finished() and Time.get_ticks_msec() - started_ms < limit_ms:
		await _tree.process_frame
	if not case.is_finished():
		case.fail("did not finish within %d ms" % limit_ms)
	_tree.paused = false
	case.queue_free()
	# What the test set in motion (deferred calls, freed nodes) belongs to it, and so do its errors.
	for i: int in 3:
		await _tree.process_frame
	print("[test] end-of %s %d" % [test_name, Time.get_ticks_msec() - started_ms])
