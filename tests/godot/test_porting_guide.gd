## docs/porting.md: its games for this addon run unchanged, except for the server's address.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "reads the sources"

const ADDRESS := "ws://localhost:4000/socket"


func test_games_of_the_guide_connect_and_talk() -> void:
	var listener := await joined(await open_socket(), "game:lobby")
	var heard := record(listener.on_event)
	for block: String in _blocks_after():
		var before := heard.calls_with("shout").size()
		var node := Node.new()
		node.set_script(_script_of(block))
		add_child(node)
		await wait_until(
			func() -> bool: return heard.calls_with("shout").size() > before, "its shout"
		)
		var presence := node.get("presence") as PhoenixPresence
		await wait_until(func() -> bool: return presence.get_state().has("ada"), "its presence")
		node.free()
		check(not is_instance_valid(presence), "its presence is freed with it")


## The guide's examples for this addon; the one for the other is marked as refused.
func _blocks_after() -> PackedStringArray:
	var path := ProjectSettings.globalize_path("res://").path_join("../../docs/porting.md")
	var blocks := PackedStringArray()
	for part: String in FileAccess.get_file_as_string(path).split("```gdscript\n").slice(1):
		var block := part.get_slice("```", 0)
		if block.begins_with("extends Node"):
			blocks.append(block)
	check(blocks.size() == 2, "two games in %s, found %d" % [path, blocks.size()])
	return blocks


func _script_of(source: String) -> GDScript:
	var script := GDScript.new()
	script.source_code = source.replace(ADDRESS, server_url)
	equal(script.reload(), OK, "reload() of the example")
	return script
