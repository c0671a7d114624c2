## A second demo, in an engine of its own, that plays a test file automatically.
extends Node

const Case := preload("res://case.gd")

const FAILURE := "[test] failure "
const LIMIT_MS := 30_000

var _case: Case
var _file: String
var _log: String
var _process_id := -1


func _init(case: Case, file: String) -> void:
	_case = case
	_file = file
	_log = OS.get_cache_dir().path_join("phoenix_partner_%d.log" % randi())


func start(engine: String, options: PackedStringArray) -> void:
	var arguments := PackedStringArray(
		["--headless", "--path", ProjectSettings.globalize_path("res://")]
	)
	arguments.append_array(["--log-file", _log, "-s", "runner.gd", "--", "--file", _file])
	_process_id = OS.create_process(engine, arguments + options)
	_case.check(_process_id > 0, "%s starts" % engine)


## Waits until its tests are done, and passes their failures on.
func finished() -> void:
	await _case.wait_until(
		func() -> bool: return not OS.is_process_running(_process_id),
		"the end of %s" % _file,
		LIMIT_MS
	)
	var lines := FileAccess.get_file_as_string(_log).split("\n")
	for line: String in lines:
		if line.begins_with(FAILURE):
			_case.fail("%s: %s" % [_file, line.trim_prefix(FAILURE)])
		elif "ERROR:" in line:
			_case.fail("%s: %s" % [_file, line])
	_case.check(
		lines.has("[test] end"), "%s came to its end; its log is %s" % [_file, lines.slice(-5)]
	)
	_process_id = -1


func _exit_tree() -> void:
	if _process_id > 0:
		OS.kill(_process_id)
	DirAccess.remove_absolute(_log)
