@tool
## What the addon adds to the editor: project settings, the connection test, the checks of an export
## and the script template.
extends "res://editor/editor_case.gd"

const EDITOR := "res://addons/phoenix_channels/editor/"
const Rules := preload("res://addons/phoenix_channels/editor/export_rules.gd")

const RELEASE: Array[String] = ["linux", "release"]
const DEBUG: Array[String] = ["linux", "debug"]
const WEB: Array[String] = ["web", "debug"]
const ENDPOINT_SETTING := "phoenix_channels/endpoint"
const MANIFEST := "user://test_tools.gdextension"

## Properties of a socket in a scene, the features of the export, and what is warned of.
const EXPORTS: Array[Array] = [
	[{"endpoint": "wss://example.com/socket"}, RELEASE, []],
	[{"endpoint": "ws://example.com/socket"}, RELEASE, ["has no TLS"]],
	[{"endpoint": "ws://user:word@example.com/socket?a=1"}, RELEASE, ['"ws://example.com/socket"']],
	[{"endpoint": "ws://localhost:4000/s"}, RELEASE, ["the player's own machine"]],
	[{"endpoint": "wss://127.0.0.1/socket"}, RELEASE, ["the player's own machine"]],
	[{"endpoint": "wss://[::1]:4000/socket"}, RELEASE, ["the player's own machine"]],
	[{"endpoint": "wss://localhost.example.com/s"}, RELEASE, []],
	[{"endpoint": "ws://localhost:4000/s"}, DEBUG, []],
	[{"auto_connect": true}, RELEASE, ["the player's own machine"]],
	[{"auto_connect": true}, DEBUG, []],
	[{}, RELEASE, []],
	[{"auth_token": "t"}, DEBUG, ["The auth_token of the node Socket in"]],
	[{"params": {"user_token": "t", "name": "ada"}}, DEBUG, ['"user_token" among the params']],
	[{"params": {"token": ""}}, DEBUG, []],
	[{"simulation": {"cut": true}}, RELEASE, ["a release refuses it"]],
	[{"simulation": {"cut": true}}, DEBUG, []],
	[
		{"headers": {"X-A": "b"}, "compression": true},
		WEB,
		["property headers", "property compression"]
	],
	[{"headers": {"X-A": "b"}, "compression": true}, DEBUG, []],
]


func test_project_settings_have_hints_and_are_not_saved() -> void:
	var hints := {}
	for property: Dictionary in ProjectSettings.get_property_list():
		hints[property.name] = property
	for title: String in ["endpoint", "timeout", "heartbeat_interval", "debug_log"]:
		var path := "phoenix_channels/" + title
		check(hints.has(path), "%s is there" % path)
		equal(
			ProjectSettings.property_get_revert(path), ProjectSettings.get_setting(path), "default"
		)
	equal(ProjectSettings.get_setting("phoenix_channels/timeout"), 10_000, "timeout")
	check("suffix:ms" in hints["phoenix_channels/timeout"].hint_string, "the unit of timeout")
	var copy := "res://.godot/saved_project.godot"
	equal(ProjectSettings.save_custom(copy), OK, "save_custom()")
	check(not "phoenix_channels/" in FileAccess.get_file_as_string(copy), "nothing is saved")
	DirAccess.remove_absolute(copy)


func test_empty_endpoint_with_a_projects_is_not_warned_of() -> void:
	var socket := await open_socket()
	socket.endpoint = ""
	await wait_for_warning(socket, "phoenix_channels/endpoint")
	ProjectSettings.set_setting(ENDPOINT_SETTING, "wss://example.com/socket")
	socket.endpoint = "ws://other/socket"
	socket.endpoint = ""
	await wait_for_warning(socket, "")
	ProjectSettings.set_setting(ENDPOINT_SETTING, "")


func test_connection_test_says_that_it_connected() -> void:
	var words := await _words_of_test({"endpoint": server_url})
	check(words.begins_with("Connected to ws://127.0.0.1:"), words)
	check("over WebSocket in" in words and "answered a heartbeat in" in words, words)


func test_connection_test_takes_the_projects_endpoint() -> void:
	ProjectSettings.set_setting(ENDPOINT_SETTING, server_url)
	var words := await _words_of_test({})
	check(words.begins_with("Connected to ws://127.0.0.1:"), words)
	ProjectSettings.set_setting(ENDPOINT_SETTING, "")


func test_connection_test_says_why_it_did_not() -> void:
	var words := await _words_of_test({"endpoint": "ws://127.0.0.1:1/socket"})
	check(words.begins_with("No connection: "), words)
	check("refused" in words, words)


func test_connection_test_says_what_the_server_answered() -> void:
	var words := await _words_of_test({"endpoint": server_url.replace("/socket", "/elsewhere")})
	check("the server answered 404" in words, words)


func test_connection_test_of_an_endpoint_that_cannot_be() -> void:
	expect_error('the endpoint "nowhere" has no scheme')
	var words := await _words_of_test({"endpoint": "nowhere"})
	check("Output panel" in words, words)


func test_scene_with_a_mistake_is_warned_of_in_an_export() -> void:
	for row: Array in EXPORTS:
		var socket := PhoenixSocket.new()
		socket.name = "Socket"
		for property: String in row[0]:
			socket.set(property, row[0][property])
		var scene := PackedScene.new()
		equal(scene.pack(socket), OK, "pack()")
		socket.free()
		var features := PackedStringArray(row[1] as Array)
		var problems := Rules.problems_of_scene(scene.get_state(), "res://a.tscn", features)
		var expected: Array = row[2]
		equal(problems.size(), expected.size(), "warnings of %s: %s" % [row[0], problems])
		for i: int in mini(problems.size(), expected.size()):
			check(problems[i].contains(expected[i] as String), problems[i])


func test_endpoint_that_a_script_may_set_is_not_warned_of() -> void:
	var root := Node.new()
	var script := GDScript.new()
	script.source_code = "extends Node\n"
	equal(script.reload(), OK, "reload()")
	root.set_script(script)
	var socket := PhoenixSocket.new()
	socket.auto_connect = true
	root.add_child(socket)
	socket.owner = root
	var scene := PackedScene.new()
	equal(scene.pack(root), OK, "pack()")
	root.free()
	var problems := Rules.problems_of_scene(
		scene.get_state(), "res://a.tscn", PackedStringArray(RELEASE)
	)
	equal(problems.size(), 0, "warnings: %s" % problems)


func test_endpoint_of_the_project_is_warned_of_in_an_export() -> void:
	var release := PackedStringArray(RELEASE)
	equal(Rules.problems_of_project(release).size(), 0, "without an endpoint")
	ProjectSettings.set_setting(ENDPOINT_SETTING, "ws://localhost:4000/socket")
	check("own machine" in Rules.problems_of_project(release)[0], "on this machine")
	equal(Rules.problems_of_project(PackedStringArray(DEBUG)).size(), 0, "in a debug build")
	ProjectSettings.set_setting(ENDPOINT_SETTING + ".release", "wss://example.com/socket")
	equal(Rules.problems_of_project(release).size(), 0, "with an override for release")
	ProjectSettings.set_setting(ENDPOINT_SETTING + ".release", null)
	ProjectSettings.set_setting(ENDPOINT_SETTING, "")


func test_android_without_the_permission_is_warned_of_in_an_export() -> void:
	var android := PackedStringArray(["android", "release"])
	for row: Array in [
		# whether it has the permission, the features, the flags, whether that is a mistake
		[false, android, 0, true],
		[true, android, 0, false],
		[false, android, Rules.DEBUG_FLAG_REMOTE_DEBUG, false],
		[false, android, Rules.DEBUG_FLAG_DUMB_CLIENT, false],
		[false, PackedStringArray(RELEASE), 0, false],
	]:
		var problems := Rules.problems_of_permissions(
			row[0] as bool, row[1] as PackedStringArray, row[2] as int
		)
		equal(problems.size(), 1 if row[3] else 0, "warnings of %s: %s" % [row, problems])
		check(problems.is_empty() or "permission Internet" in problems[0], "its name")


func test_missing_library_for_ios_is_warned_of_in_an_export() -> void:
	var manifest := ConfigFile.new()
	manifest.set_value("libraries", "macos", "res://mac.dylib")
	equal(manifest.save(MANIFEST), OK, "save()")
	var ios := PackedStringArray(["ios", "release"])
	check(
		"phoenix_channels-VERSION.ios.zip" in Rules.problems_of_libraries(MANIFEST, ios)[0], "ios"
	)
	equal(Rules.problems_of_libraries(MANIFEST, RELEASE).size(), 0, "warnings of another platform")
	manifest.set_value("libraries", "ios", "res://ios.xcframework")
	equal(manifest.save(MANIFEST), OK, "save()")
	equal(Rules.problems_of_libraries(MANIFEST, ios).size(), 0, "warnings with the library")
	DirAccess.remove_absolute(MANIFEST)


func test_only_scripts_that_name_the_addon_use_it() -> void:
	check(Rules.may_use_addon("res://editor/test_tools.gd"), "this script")
	check(not Rules.may_use_addon("res://recorder.gd"), "a script that names none of it")
	check(not Rules.may_use_addon(SCENE), "what is not a script")


func test_only_scenes_that_may_have_sockets_are_read() -> void:
	var socket := await open_socket()
	check(Rules.may_have_sockets(SCENE), "a scene with a socket")
	check(socket != null, "the socket")
	check(not Rules.may_have_sockets("res://project.godot"), "a file without one")


func test_script_template_is_in_the_editors_list_and_compiles() -> void:
	var folder: String = ProjectSettings.get_setting("editor/script/templates_search_path")
	equal(folder, EDITOR + "script_templates", "the folder")
	var text := FileAccess.get_file_as_string(folder + "/Node/node_with_a_phoenix_socket.gd")
	check("# meta-name: Node with a PhoenixSocket\n" in text, "its name")
	var dialog := ScriptCreateDialog.new()
	EditorInterface.get_base_control().add_child(dialog)
	dialog.config("Node", "res://.godot/made.gd")
	await frames(2)
	var found := _descendants(dialog, "OptionButton").any(
		func(menu: Node) -> bool:
			var options := menu as OptionButton
			return range(options.item_count).any(
				func(i: int) -> bool: return "PhoenixSocket" in options.get_item_text(i)
			)
	)
	check(found, "the template among those of a Node")
	dialog.queue_free()
	var script := GDScript.new()
	script.source_code = text.replace("_BASE_", "Node")
	equal(script.reload(), OK, "reload()")


func _words_of_test(properties: Dictionary) -> String:
	var socket := await open_socket(properties)
	await inspect(socket)
	var button: Button = null
	for found: Node in _descendants(EditorInterface.get_inspector(), "Button"):
		if (found as Button).text == "Test Connection":
			button = found as Button
	if not check(button != null, "the button"):
		return ""
	var finished := record(button.get_parent().get("finished") as Signal)
	button.pressed.emit()
	await wait_for(finished)
	return finished.calls[0][0] if finished.calls else ""
