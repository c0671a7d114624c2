## The classes' help in gdext/docs: the engine would write the same files, and their examples
## compile.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "compares the engine's classes with their help"

const LIMIT_MS := 60_000

const CLASSES: Array[String] = [
	"PhoenixSocket", "PhoenixChannel", "PhoenixPush", "PhoenixPresence", "PhoenixMultiplayerPeer"
]

## What an example may take as given.
const GIVEN := """extends Node
var socket: PhoenixSocket
var channel: PhoenixChannel
var presence: PhoenixPresence
func example() -> void:
"""


func test_files_are_what_the_engine_writes_of_the_classes() -> void:
	var folder := OS.get_user_data_dir().path_join("doctool")
	DirAccess.make_dir_recursive_absolute(folder.path_join("doc_classes"))
	for type: String in CLASSES:
		_write(folder, type, _source(type))
	var output := []
	var arguments := ["--headless", "--path", ProjectSettings.globalize_path("res://")]
	arguments.append_array(["--doctool", folder, "--gdextension-docs"])
	equal(OS.execute(engine_program, arguments, output, true), 0, "exit status of --doctool")
	for type: String in CLASSES:
		var written := _lines(_read(folder, type))
		var expected := _lines(_source(type))
		equal(written.size(), expected.size(), "lines of gdext/docs/%s.xml" % type)
		for i: int in mini(written.size(), expected.size()):
			if not equal(expected[i], written[i], "line %d of gdext/docs/%s.xml" % [i + 3, type]):
				break
		DirAccess.remove_absolute(_path(folder, type))


func test_examples_compile() -> void:
	var count := 0
	for type: String in CLASSES:
		for part: String in _source(type).split("[codeblock]").slice(1):
			var example := part.get_slice("[/codeblock]", 0).xml_unescape()
			_compile(example, type)
			count += 1
	check(count >= 12, "examples: %d" % count)


func test_examples_hold_what_they_show() -> void:
	var socket := await open_socket()
	var pong: Array = await socket.ping().completed
	check(pong[0] == "ok" and pong[1].round_trip_ms > 0.0, "the reply to a ping: %s" % [pong])

	var presence := PhoenixPresence.new()
	add_child(presence)
	presence.auto_sync = false
	var channel := await joined(socket)
	channel.on("presence_state", presence.sync_state)
	channel.on("presence_diff", presence.sync_diff)
	await joined(await open_socket({"params": {"user_id": "other"}}), channel.topic)
	await wait_until(func() -> bool: return presence.get_state().has("other"), "synced by hand")
	var names := presence.list(
		func(key: String, entry: Dictionary) -> String: return entry.metas[0].get("name", key)
	)
	check(names.has("other"), "list() with a chooser: %s" % [names])


func _compile(example: String, type: String) -> void:
	var lines := example.trim_prefix("\n").split("\n")
	var indent := lines[0].length() - lines[0].lstrip("\t").length()
	var is_whole := lines[0].strip_edges().begins_with("extends")
	var source := "" if is_whole else GIVEN
	for line: String in lines:
		source += ("" if is_whole else "\t") + line.substr(indent) + "\n"
	var script := GDScript.new()
	script.source_code = source
	equal(script.reload(), OK, "an example of %s compiles:\n%s" % [type, source])


func _source(type: String) -> String:
	return FileAccess.get_file_as_string(
		ProjectSettings.globalize_path("res://").path_join("../../gdext/docs/%s.xml" % type)
	)


func _path(folder: String, type: String) -> String:
	return folder.path_join("doc_classes/%s.xml" % type)


func _write(folder: String, type: String, text: String) -> void:
	var file := FileAccess.open(_path(folder, type), FileAccess.WRITE)
	file.store_string(text)


func _read(folder: String, type: String) -> String:
	return FileAccess.get_file_as_string(_path(folder, type))


## Without the head, which names the engine's version.
func _lines(text: String) -> PackedStringArray:
	return text.split("\n").slice(2)
