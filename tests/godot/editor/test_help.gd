@tool
## The classes in the editor: the help pages and code completion.
extends "res://editor/editor_case.gd"

const CLASSES: Array[StringName] = [
	&"PhoenixSocket",
	&"PhoenixChannel",
	&"PhoenixPush",
	&"PhoenixPresence",
	&"PhoenixMultiplayerPeer",
]


func test_help_has_a_page_for_each_class_with_all_that_it_has() -> void:
	for type: StringName in CLASSES:
		var text := await _page(type)
		check(not "no description" in text, "a description is missing in the help of %s" % type)
		for part: String in _parts(type):
			check(part in text, "%s in the help of %s" % [part, type])


func test_help_has_examples() -> void:
	for type: StringName in CLASSES:
		var text := await _page(type)
		check("var " in text or ".connect(" in text, "an example in the help of %s" % type)


func test_code_completion_knows_what_calls_return() -> void:
	var lines := {
		'PhoenixSocket.create("").': ["connect_socket()", "on_open", "endpoint"],
		'PhoenixSocket.create("").channel("a").': ["join()", "on_event", "topic"],
		'PhoenixSocket.create("").get_channels()[0].': ["leave()"],
		'PhoenixSocket.create("").channel("a").push("b").': ["receive()", "completed"],
		'PhoenixSocket.create("").channel("a").presence.': ["list()", "on_sync"],
		"PhoenixSocket.State.": ["OPEN"],
		"PhoenixMultiplayerPeer.create(null).":
		["get_peers()", "host_changed", "host_id", "poll()"],
		"PhoenixMultiplayerPeer.": ["SHAPE_MESH", "ROLE_HOST", "make_code()"],
		"PhoenixChannel.new().on_event.": ["connect()"],
	}
	var code := await _code_editor()
	for line: String in lines:
		var offered := await _completions(code, line)
		for name_of: String in lines[line]:
			var plain := name_of.trim_suffix("()")
			check(
				offered.any(func(text: String) -> bool: return text.begins_with(plain)),
				"%s behind %s, among %d" % [name_of, line, offered.size()]
			)
	code.text = "extends Node\n"


func _page(type: StringName) -> String:
	EditorInterface.get_script_editor().goto_help("class_name:%s" % type)
	await wait_until(func() -> bool: return _page_of(type) != null, "the help of %s" % type)
	var text := control(_page_of(type), "RichTextLabel") as RichTextLabel
	await wait_until(text.is_finished, "the text")
	return text.get_parsed_text()


func _page_of(type: StringName) -> Node:
	for page: Node in _descendants(EditorInterface.get_script_editor(), "EditorHelp"):
		if page.name == type:
			return page
	return null


func _parts(type: StringName) -> Array[String]:
	var parts: Array[String] = []
	for method: Dictionary in ClassDB.class_get_method_list(type, true):
		if not (method.name.begins_with("set_") or method.name.begins_with("get_")):
			parts.append(method.name)
	for property: Dictionary in ClassDB.class_get_property_list(type, true):
		if (property.usage as int) & PROPERTY_USAGE_GROUP == 0:
			parts.append(property.name)
	for description: Dictionary in ClassDB.class_get_signal_list(type, true):
		parts.append(description.name)
	parts.append_array(ClassDB.class_get_integer_constant_list(type, true))
	return parts


func _code_editor() -> CodeEdit:
	var script := GDScript.new()
	script.source_code = "@tool\nextends Node\n"
	script.resource_path = "res://.godot/completed.gd"
	EditorInterface.edit_script(script)
	var editor := EditorInterface.get_script_editor()
	await wait_until(
		func() -> bool: return editor.get_current_script() == script, "the script editor"
	)
	return editor.get_current_editor().get_base_editor() as CodeEdit


## What the script editor offers behind [param line].
func _completions(code: CodeEdit, line: String) -> Array[String]:
	code.text = "@tool\nextends Node\nfunc _ready() -> void:\n\t%s\n" % line
	code.set_caret_line(3)
	code.set_caret_column(line.length() + 1)
	code.cancel_code_completion()
	code.request_code_completion(true)
	await wait_until(
		func() -> bool: return not code.get_code_completion_options().is_empty(), "completions"
	)
	var offered: Array[String] = []
	for option: Dictionary in code.get_code_completion_options():
		offered.append(option.insert_text)
	return offered
