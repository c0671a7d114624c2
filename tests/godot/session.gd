@tool
## One run of a test file: runs its test_* methods and prints a line for each event, for
## scripts/enginetests to judge. It runs by steps, as a function that awaits while a test quits is a
## leak, to the engine.
extends RefCounted

## All tests have run, or none can.
signal ended(exit_status: int)

const Case := preload("res://case.gd")

## How long a test may take when it does not say otherwise (const LIMIT_MS in its file).
const LIMIT_MS := 20_000
## What the test set in motion (deferred calls, freed nodes) belongs to it, and so do its errors.
const SETTLING_FRAMES := 3

var _tree: SceneTree
var _options := {}
var _script: GDScript
var _waiting: Array[String] = []

# Of the running test.
var _case: Case
var _name := ""
var _started_ms := 0
var _limit_ms := 0
var _settling := 0


## [param arguments] are the command line's: --file FILE --server URL --devserver PROGRAM --engine
## PROGRAM --certificates FOLDER, and --only TEXT or --exactly NAME.
func _init(tree: SceneTree, arguments: PackedStringArray) -> void:
	_tree = tree
	for i: int in range(0, arguments.size() - 1, 2):
		_options[arguments[i].trim_prefix("--")] = arguments[i + 1]


## Says whether there is a file to run.
func is_wanted() -> bool:
	return _options.has("file")


func start() -> void:
	var file := _options.get("file", "") as String
	_script = load("res://%s" % file) as GDScript
	if _script == null or not _script.can_instantiate():
		print("[test] failure no usable test file '%s'" % file)
		ended.emit(2)
		return
	_waiting = _without_skipped(_test_names())
	print("[test] plan %d" % _waiting.size())
	_tree.process_frame.connect(_step)


## All of the file, or those whose name contains [code]--only[/code], or the one named
## [code]--exactly[/code].
func _test_names() -> Array[String]:
	if _options.has("exactly"):
		return [_options.exactly as String]
	var only := _options.get("only", "") as String
	var names: Array[String] = []
	for method: Dictionary in _script.get_script_method_list():
		var method_name := method.name as String
		if not method_name.begins_with("test_") or names.has(method_name):
			continue
		if only.is_empty() or method_name.contains(only):
			names.append(method_name)
	return names


## In a browser without those that the file's constant NOT_ON_WEB names; its values are the reasons.
func _without_skipped(names: Array[String]) -> Array[String]:
	var constant: Variant = _script.get_script_constant_map().get("NOT_ON_WEB", {})
	if constant is String:  # the whole file, which scripts/enginetests does not run there
		return names
	var skipped := constant as Dictionary
	for test_name: String in skipped:
		if not _script.get_script_method_list().any(_is_called.bind(test_name)):
			print("[test] failure NOT_ON_WEB names %s, which is not a test" % test_name)
	if not OS.has_feature("web"):
		return names
	return names.filter(_is_run.bind(skipped))


func _is_called(method: Dictionary, test_name: String) -> bool:
	return method.name == test_name


func _is_run(test_name: String, skipped: Dictionary) -> bool:
	if skipped.has(test_name):
		print("[test] skip %s: %s" % [test_name, skipped[test_name]])
	return not skipped.has(test_name)


func _step() -> void:
	if _settling > 0:
		_settling -= 1
		if _settling > 0:
			return
		print("[test] end-of %s %d" % [_name, Time.get_ticks_msec() - _started_ms])
		_case = null
	if _case == null:
		_begin_next()
	elif _case.is_finished() or Time.get_ticks_msec() - _started_ms > _limit_ms:
		_end()


func _begin_next() -> void:
	if _waiting.is_empty():
		_tree.process_frame.disconnect(_step)
		print("[test] end")
		ended.emit(0)
		return
	_name = _waiting.pop_front()
	_limit_ms = _script.get_script_constant_map().get("LIMIT_MS", LIMIT_MS)
	print("[test] begin %s %d" % [_name, _limit_ms])
	_started_ms = Time.get_ticks_msec()
	_case = _script.new()
	_case.server_url = _options.get("server", "")
	_case.devserver_program = _options.get("devserver", "")
	_case.engine_program = _options.get("engine", "")
	_case.certificates = _options.get("certificates", "")
	_tree.root.add_child(_case)
	_case.run(_name)


func _end() -> void:
	if not _case.is_finished():
		_case.fail("did not finish within %d ms" % _limit_ms)
	_tree.paused = false
	_case.queue_free()
	_settling = SETTLING_FRAMES
