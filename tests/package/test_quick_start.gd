## The addon from the zip, in an empty project: the example of its README, and what is in it.
extends "res://phoenix_case.gd"

const ADDON := "res://addons/phoenix_channels"
const VARIABLE := "PHOENIX_CHANNELS_ENDPOINT"


func test_quick_start_shows_each_player_to_the_other() -> void:
	var text := FileAccess.get_file_as_string(ADDON.path_join("README.md"))
	var script := GDScript.new()
	script.source_code = text.get_slice("```gdscript\n", 1).get_slice("```", 0)
	equal(script.reload(), OK, "reload() of the example")
	OS.set_environment(VARIABLE, server_url)
	var windows: Array[Node2D] = []
	for i: int in 2:
		var window := Node2D.new()
		window.set_script(script)
		add_child(window)
		windows.append(window)
	OS.unset_environment(VARIABLE)
	for window: Node2D in windows:
		await wait_until((window.get("channel") as PhoenixChannel).is_joined, "the join")
	for window: Node2D in windows:
		var motion := InputEventMouseMotion.new()
		motion.position = Vector2(30, 40)
		window.call("_input", motion)
	for window: Node2D in windows:
		await wait_until(
			func() -> bool: return (window.get("players") as Dictionary).size() == 2, "both players"
		)


func test_manifest_lists_what_is_in_the_zip() -> void:
	var manifest := ConfigFile.new()
	equal(manifest.load(ADDON.path_join("phoenix_channels.gdextension")), OK, "the manifest")
	var listed := PackedStringArray()
	for platform: String in manifest.get_section_keys("libraries"):
		listed.append(str(manifest.get_value("libraries", platform)).get_file())
	listed.sort()
	var found := DirAccess.get_files_at(ADDON.path_join("bin"))
	found.sort()
	equal(listed, found, "libraries")
	for icon: String in manifest.get_section_keys("icons"):
		check(FileAccess.file_exists(str(manifest.get_value("icons", icon))), "icon of %s" % icon)
	check(not str(manifest.get_value("addon", "version")).is_empty(), "a version")


func test_zip_has_what_belongs_to_an_addon() -> void:
	for file: String in ["LICENSE", "THIRD_PARTY.txt", "README.md", "CHANGELOG.md"]:
		check(not FileAccess.get_file_as_string(ADDON.path_join(file)).is_empty(), file)
