## The quick start of the README in the zip, in an empty project; only the address differs.
extends "res://phoenix_case.gd"

const ADDON := "res://addons/phoenix_channels"
const ADDRESS := "ws://localhost:4000/socket"


func test_quick_start_connects_and_joins() -> void:
	var text := FileAccess.get_file_as_string(ADDON.path_join("README.md"))
	var example := text.get_slice("```gdscript\n", 1).get_slice("```", 0)
	check(example.contains(ADDRESS), "the example names the server's address")

	var listener := await joined(await open_socket(), "game:lobby")
	var heard := record(listener.on_event)
	var script := GDScript.new()
	script.source_code = example.replace(ADDRESS, server_url)
	equal(script.reload(), OK, "reload() of the example")
	var node := Node.new()
	node.set_script(script)
	add_child(node)

	await wait_until(
		func() -> bool: return heard.calls.has(["shout", {"text": "hello"}, "ok"]), "the shout"
	)
	var socket := node.get("socket") as PhoenixSocket
	check(socket.get_channels()[0].is_joined(), "its channel is joined")


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
