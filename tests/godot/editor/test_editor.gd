@tool
## The nodes in the editor: nothing connects, what is wrong is warned of, the inspector edits them.
extends "res://editor/editor_case.gd"

const ADDON := "res://addons/phoenix_channels/"
const ICONS := ADDON + "icons/"


func test_open_scene_connects_to_nothing() -> void:
	var server := TCPServer.new()
	server.listen(0, "127.0.0.1")
	var socket := await open_socket(
		{"endpoint": "ws://127.0.0.1:%d/socket" % server.get_local_port(), "auto_connect": true}
	)
	check(socket.is_inside_tree(), "is inside the editor's tree")
	await frames(30)
	check(not server.is_connection_available(), "a connection came")
	equal(socket.get_state(), PhoenixSocket.CLOSED, "state")
	for monitor: StringName in Performance.get_custom_monitor_names():
		check(not monitor.begins_with("Phoenix/"), "no monitor %s in the editor" % monitor)

	# The same server sees a connection that a tool asks for.
	socket.connect_socket()
	await wait_until(server.is_connection_available, "the connection that was asked for")
	socket.disconnect_socket()


func test_endpoint_that_cannot_be_is_warned_of() -> void:
	var socket := await open_socket()
	await wait_for_warning(socket, "")
	socket.endpoint = ""
	await wait_for_warning(socket, "The endpoint is empty")
	socket.endpoint = "localhost:4000/socket"
	await wait_for_warning(socket, 'the endpoint "localhost:4000/socket" has no scheme')
	socket.endpoint = "ftp://localhost/socket"
	await wait_for_warning(socket, '"ftp"')
	for endpoint: String in [
		"ws://localhost:4000", "wss://example.com/", "ws://localhost/websocket"
	]:
		socket.endpoint = endpoint
		await wait_for_warning(socket, "The endpoint has no path")
	for endpoint: String in ["wss://example.com/socket", "https://example.com/socket"]:
		socket.endpoint = endpoint
		await wait_for_warning(socket, "")


func test_endpoint_that_the_scene_file_has_is_warned_of() -> void:
	var socket := await open_socket({"endpoint": "localhost:4000"})
	await wait_for_warning(socket, "localhost:4000")


func test_headers_params_and_token_that_cannot_be_are_warned_of() -> void:
	var socket := await open_socket()
	socket.headers = {"X-Build": null}
	equal(socket.headers, {"X-Build": null}, "headers, half way through the inspector")
	await wait_for_warning(socket, "headers")
	socket.headers = {"X-Build": "7"}
	socket.params = {"at": NAN}
	await wait_for_warning(socket, "params")
	socket.params = {}
	socket.auth_token = "two\nlines"
	await wait_for_warning(socket, "auth token")
	socket.auth_token = ""
	await wait_for_warning(socket, "")


func test_proxy_that_cannot_be_is_warned_of() -> void:
	var socket := await open_socket()
	socket.proxy = "proxy.example:3128"
	await wait_for_warning(socket, "write it like http://")
	socket.proxy = "socks5://proxy.example"
	await wait_for_warning(socket, "")


func test_channel_without_a_topic_or_a_socket_is_warned_of() -> void:
	var socket := PhoenixSocket.new()
	var room := PhoenixChannel.new()
	room.name = "Room"
	socket.add_child(room)
	socket = await open(socket) as PhoenixSocket
	room = socket.get_node("Room") as PhoenixChannel
	await wait_for_warning(room, "The topic is empty")
	room.topic = "phoenix"
	await wait_for_warning(room, "the protocol's own")
	room.topic = "room:lobby"
	await wait_for_warning(room, "")
	await wait_for_warning(socket, "")


func test_channel_that_is_no_child_of_a_socket_is_warned_of() -> void:
	var room := PhoenixChannel.new()
	room.topic = "room:lobby"
	room = await open(room) as PhoenixChannel
	await wait_for_warning(room, "make it a child of a PhoenixSocket")


func test_presence_without_a_channel_is_warned_of() -> void:
	var socket := PhoenixSocket.new()
	for node: Node in [PhoenixPresence.new(), PhoenixChannel.new()]:
		node.name = node.get_class()
		socket.add_child(node)
	for i: int in 2:
		var under := PhoenixPresence.new()
		under.name = "Under%d" % i
		socket.get_node("PhoenixChannel").add_child(under)
	socket = await open(socket) as PhoenixSocket
	var room := socket.get_node("PhoenixChannel") as PhoenixChannel
	room.auto_join = true
	var presence := socket.get_node("PhoenixPresence") as PhoenixPresence
	var under := room.get_node("Under0") as PhoenixPresence
	await wait_for_warning(under, "")
	await wait_for_warning(presence, "make it a child of a PhoenixChannel")
	presence.auto_sync = false
	await wait_for_warning(presence, "")
	presence.auto_sync = true
	await wait_for_warning(presence, "make it a child of a PhoenixChannel")
	check(room.presence == null, "the place alone sets no property in the editor")

	room.presence = presence
	await wait_for_warning(presence, "")
	under.auto_sync = false
	under.auto_sync = true
	await wait_for_warning(under, "has another presence")
	check(room.is_closed(), "auto_join is ignored in the editor")


func test_icons_stand_beside_the_nodes() -> void:
	var socket := PhoenixSocket.new()
	socket.add_child(PhoenixChannel.new())
	socket.get_child(0).add_child(PhoenixPresence.new())
	socket = await open(socket) as PhoenixSocket
	var room := socket.get_child(0)
	var icons := {
		socket: "phoenix_socket", room: "phoenix_channel", room.get_child(0): "phoenix_presence"
	}
	for node: Node in icons:
		var icon := tree_item(node).get_icon(0)
		equal(icon.resource_path, "%s%s.svg" % [ICONS, icons[node]], "icon of %s" % node)
		equal(icon.get_size(), Vector2(16, 16), "its size")


func test_inspector_has_fitting_fields() -> void:
	var socket := await open_socket()
	var lines := await inspect(socket)
	for property: Dictionary in ClassDB.class_get_property_list("PhoenixSocket", true):
		var usage := property.usage as int
		var is_shown := usage & PROPERTY_USAGE_EDITOR and not usage & PROPERTY_USAGE_GROUP
		equal(lines.has(property.name), bool(is_shown), "%s in the inspector" % property.name)

	var endpoint := control(lines.endpoint, "LineEdit") as LineEdit
	equal(endpoint.placeholder_text, "ws://localhost:4000/socket", "endpoint when it is empty")
	check((control(lines.auth_token, "LineEdit") as LineEdit).secret, "auth_token shows dots")

	var transport := control(lines.transport, "OptionButton") as OptionButton
	equal(transport.item_count, 2, "transports")
	equal(transport.get_item_text(0), "WebSocket", "the first transport")
	equal(transport.get_item_text(1), "Long Poll", "the second transport")

	for property: String in ["heartbeat_interval", "timeout", "longpoll_fallback_after"]:
		var field := control(lines[property], "EditorSpinSlider") as EditorSpinSlider
		equal(field.suffix.strip_edges(), "ms", "unit of %s" % property)
		check(field.allow_greater, "%s may be greater" % property)
	equal(_field(lines.heartbeat_interval).min_value, 1.0, "the least heartbeat_interval")
	equal(_field(lines.max_message_size).suffix.strip_edges(), "B", "unit of max_message_size")
	equal(_field(lines.reconnect_jitter).max_value, 1.0, "the largest reconnect_jitter")
	equal(_field(lines.reconnect_jitter).step, 0.01, "the step of reconnect_jitter")


func test_what_the_inspector_changes_is_saved_unless_it_is_the_default() -> void:
	var socket := await open_socket()
	var lines := await inspect(socket)
	lines.timeout.emit_changed(&"timeout", 2_500)
	lines.transport.emit_changed(&"transport", PhoenixSocket.LONGPOLL)
	lines.params.emit_changed(&"params", {"user_id": "editor"})
	equal(socket.timeout, 2_500, "timeout")
	equal(EditorInterface.save_scene(), OK, "save_scene()")
	var text := FileAccess.get_file_as_string(SCENE)
	for line: String in ["timeout = 2500", "transport = 1", '"user_id": "editor"']:
		check(line in text, "%s in %s" % [line, text])

	lines.timeout.emit_changed(&"timeout", 10_000)
	lines.params.emit_changed(&"params", {})
	EditorInterface.save_scene()
	text = FileAccess.get_file_as_string(SCENE)
	check(not "timeout" in text and not "params" in text, "a default in %s" % text)
	check("transport = 1" in text, "transport in %s" % text)


func test_game_script_on_a_socket_does_not_run() -> void:
	var script := GDScript.new()
	script.source_code = "extends PhoenixSocket\nfunc _ready() -> void:\n\tprintt('ERROR: ran')\n"
	equal(script.reload(), OK, "reload()")
	var socket := PhoenixSocket.new()
	socket.set_script(script)
	socket.auto_connect = true
	socket = await open(socket) as PhoenixSocket
	await wait_for_warning(socket, "")
	equal(socket.get_state(), PhoenixSocket.CLOSED, "state")


## As an update does that replaces each file with a new one. (The engine itself crashes when it sees
## the folder gone while a scene has nodes of an extension, and so does one whose library is written
## over: hence the advice in README.md.)
func test_addon_whose_files_are_replaced_leaves_the_open_scene_as_it_is() -> void:
	var socket := PhoenixSocket.new()
	socket.add_child(PhoenixChannel.new())
	socket = await open(socket) as PhoenixSocket
	for path: String in ["phoenix_channels.gdextension", _library()]:
		var file := ADDON + path
		equal(DirAccess.copy_absolute(file, file + ".new"), OK, "copy of %s" % path)
		equal(DirAccess.rename_absolute(file + ".new", file), OK, "replacement of %s" % path)
	for i: int in 2:
		var filesystem := EditorInterface.get_resource_filesystem()
		filesystem.scan()
		await wait_until(func() -> bool: return not filesystem.is_scanning(), "the scan")
		await frames(10)
	socket.endpoint = "localhost"
	await wait_for_warning(socket, "localhost")
	check((await inspect(socket.get_child(0))).has("topic"), "the channel in the inspector")
	var made := PhoenixSocket.new()
	equal(made.get_state(), PhoenixSocket.CLOSED, "state of a new socket")
	made.free()


func _library() -> String:
	var manifest := ConfigFile.new()
	manifest.load(ADDON + "phoenix_channels.gdextension")
	for platform: String in manifest.get_section_keys("libraries"):
		if platform.split(".")[0] == OS.get_name().to_lower():
			return (manifest.get_value("libraries", platform) as String).trim_prefix(ADDON)
	return ""


func _field(line: EditorProperty) -> EditorSpinSlider:
	return control(line, "EditorSpinSlider") as EditorSpinSlider
