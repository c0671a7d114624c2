## The examples of docs/api.md, run unchanged except for the server's address. The README's quick
## start runs in an editor (tests/quickstart).
extends "res://phoenix_case.gd"

const NOT_ON_WEB := "reads the sources"

const ADDRESS := "ws://localhost:4000/socket"


func test_example_connects_joins_and_talks() -> void:
	var listener := await joined(await open_socket(), "game:lobby")
	var heard := record(listener.on_event)

	var node := Node.new()
	node.set_script(_script_of(_blocks()[0]))
	add_child(node)
	await wait_until(
		func() -> bool: return heard.calls.has(["shout", {"text": "hello"}, "ok"]), "the shout"
	)
	var socket := node.get("socket") as PhoenixSocket
	var channel := socket.get_channels()[0] as PhoenixChannel
	check(channel.is_joined(), "the channel is joined")
	await wait_until(
		func() -> bool: return socket.get_statistics().pending_pushes <= 1, "the reply to its ping"
	)


func test_presence_example_follows_the_topic() -> void:
	var lines := _blocks()[1].strip_edges().split("\n")
	var source := "extends Node\nvar socket: PhoenixSocket\nvar state: Callable\nfunc run() -> void:\n"
	for line: String in lines:
		source += "\t%s\n" % line
	source += "\tstate = presence.get_state\n\tchannel.join()\n"
	var node := Node.new()
	node.set_script(_script_of(source))
	add_child(node)
	node.set("socket", await open_socket({"params": {"user_id": "reader"}}))
	node.call("run")
	await wait_until(
		func() -> bool: return (node.get("state") as Callable).call().has("reader"), "the reader"
	)


func _script_of(source: String) -> GDScript:
	var script := GDScript.new()
	script.source_code = source.replace(ADDRESS, server_url)
	equal(script.reload(), OK, "reload() of the example")
	return script


## The page's GDScript examples, in order.
func _blocks() -> PackedStringArray:
	var path := ProjectSettings.globalize_path("res://").path_join("../../docs/api.md")
	var blocks := PackedStringArray()
	for part: String in FileAccess.get_file_as_string(path).split("```gdscript\n").slice(1):
		blocks.append(part.get_slice("```", 0))
	check(blocks.size() == 2, "two examples in %s, found %d" % [path, blocks.size()])
	return blocks
