## Nodes in a scene file: saving, loading, and how they find each other.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_scene_file_has_no_defaults":
	"is about classes of the engine; in a browser they are scripts",
	"test_process_mode_that_inherits_comes_back_too":
	"no file keeps what is the default of a Node, which a socket is in a browser",
	"test_value_that_a_file_got_wrong_is_told":
	"loads a scene as text, of which an export knows nothing",
	"test_scene_connects_by_itself_and_its_channel_joins":
	"loads a scene as text, of which an export knows nothing",
	"test_scene_is_left_and_entered_again":
	"loads a scene as text, of which an export knows nothing",
	"test_auto_connect_waits_for_the_scenes_ready":
	"loads a scene as text, of which an export knows nothing",
	"test_auto_connect_to_a_malformed_endpoint_is_one_error":
	"loads a scene as text, of which an export knows nothing",
	"test_presence_under_a_channel_follows_it":
	"loads a scene as text, of which an export knows nothing",
	"test_states_show_in_the_remote_inspector_and_cannot_be_set":
	"the inspector shows a script's properties in its own way",
}

const SCENE := """[gd_scene format=3]

[node name="Game" type="Node"]

[node name="Socket" type="PhoenixSocket" parent="."]
endpoint = "%s"
params = {
"user_id": "scene"
}
headers = {
"X-Build": "7"
}
auto_connect = true
reconnect_after = PackedInt32Array(1, 2, 3)

[node name="Room" type="PhoenixChannel" parent="Socket" node_paths=PackedStringArray("presence")]
topic = "%s"
params = {
"device": "scene"
}
presence = NodePath("Presence")

[node name="Presence" type="PhoenixPresence" parent="Socket/Room"]
"""

## Values that are not the default, one for each property that a scene file keeps.
var changed := {
	"endpoint": "wss://example.com/socket",
	"params": {"user_id": "ada", "nested": {"list": [1, 2.5, null, &"name"]}},
	"auth_token": "secret",
	"headers": {"X-Build": "7"},
	"auto_connect": true,
	"heartbeat_interval": 15_000,
	"timeout": 5_000,
	"reconnect_after": PackedInt32Array([100, 200]),
	"rejoin_after": PackedInt32Array([300]),
	"reconnect_jitter": 0.5,
	"transport": PhoenixSocket.LONGPOLL,
	"longpoll_fallback_after": 2_500,
	"compression": true,
	"proxy": "http://proxy.example:3128",
	"max_message_size": 1_000_000,
	"max_queued_bytes": 2_000_000,
	"max_messages_per_frame": 50,
	"simulation": {"preset": "3G", "latency_ms": 20},
	"report_sent": true,
	"debug_log": true,
	"process_mode": Node.PROCESS_MODE_PAUSABLE,
}


func test_every_property_comes_back_from_a_scene_file() -> void:
	var values := changed.duplicate()
	if not OS.is_debug_build():
		values.erase("simulation")  # which a release refuses
	var socket := PhoenixSocket.new()
	for property: String in values:
		socket.set(property, values[property])
	var text := _saved(socket)
	socket.free()
	var loaded := _loaded(text) as PhoenixSocket
	for property: String in values:
		equal(loaded.get(property), changed[property], property)
		check("\n%s = " % property in text, "%s stands in the file" % property)
	loaded.free()


func test_scene_file_has_no_defaults() -> void:
	for type: String in ["PhoenixSocket", "PhoenixChannel", "PhoenixPresence"]:
		var node := ClassDB.instantiate(type) as Node
		var text := _saved(node)
		node.free()
		check(not " = " in text.get_slice('type="%s"' % type, 1), "properties in %s" % text)


func test_process_mode_that_inherits_comes_back_too() -> void:
	var socket := PhoenixSocket.new()
	equal(socket.process_mode, Node.PROCESS_MODE_ALWAYS, "process_mode")
	socket.process_mode = Node.PROCESS_MODE_INHERIT
	var loaded := _loaded(_saved(socket)) as PhoenixSocket
	equal(loaded.process_mode, Node.PROCESS_MODE_INHERIT, "process_mode")
	socket.free()
	loaded.free()


func test_tls_options_are_not_saved() -> void:
	var socket := PhoenixSocket.new()
	socket.tls_options = TLSOptions.client()
	check(not "tls" in _saved(socket), "tls_options, which no file can keep")
	socket.free()


func test_value_that_a_file_got_wrong_is_told() -> void:
	expect_error("PhoenixSocket.timeout")
	var loaded := (
		_loaded('[gd_scene format=3]\n[node name="Socket" type="PhoenixSocket"]\ntimeout = -5\n')
		as PhoenixSocket
	)
	equal(loaded.timeout, 10_000, "timeout")
	loaded.free()


func test_instances_of_a_scene_share_no_dictionary() -> void:
	var scene := PackedScene.new()
	var socket := PhoenixSocket.new()
	socket.params = {"user_id": "ada"}
	scene.pack(socket)
	socket.free()
	var one := scene.instantiate() as PhoenixSocket
	var other := scene.instantiate() as PhoenixSocket
	one.params.user_id = "bob"
	equal(other.params, {"user_id": "ada"}, "params of the other")
	one.free()
	other.free()


func test_duplicate_has_the_same_settings_and_a_connection_of_its_own() -> void:
	var socket := await open_socket({"params": {"user_id": "one"}, "timeout": 1234})
	var copied := socket.duplicate() as PhoenixSocket
	equal(copied.timeout, 1234, "timeout")
	copied.params.user_id = "two"
	equal(socket.params.user_id, "one", "params of the first")
	add_child(copied)
	check(not copied.get_is_connected(), "is not connected")
	copied.connect_socket()
	await await_signal(copied.on_open)
	equal((await reply_to((await joined(copied)).push("whoami")))[1].user_id, "two", "user_id")


func test_scene_connects_by_itself_and_its_channel_joins() -> void:
	var topic := new_topic()
	var game := _loaded(SCENE % [server_url, topic])
	var socket := game.get_node("Socket") as PhoenixSocket
	var room := game.get_node("Socket/Room") as PhoenixChannel
	var presence := game.get_node("Socket/Room/Presence") as PhoenixPresence
	equal(socket.get_state(), PhoenixSocket.CLOSED, "state before the scene is in the tree")
	equal(socket.reconnect_after, PackedInt32Array([1, 2, 3]), "reconnect_after")
	check(room.presence == presence, "presence, a node path in the file")

	add_child(game)
	equal(socket.get_channels(), [room] as Array[PhoenixChannel], "get_channels()")
	var joined_room := room.join()
	await await_signal(socket.on_open)
	var reply := await reply_to(joined_room)
	equal(reply, ["ok", {"joined": topic, "params": {"device": "scene"}}], "the join's reply")
	await wait_until(func() -> bool: return presence.get_state().has("scene"), "the presence")
	var known := (await reply_to(room.push("whoami")))[1] as Dictionary
	check((known.x_headers as Array).has(["x-build", "7"]), "X-Build in %s" % [known.x_headers])


func test_scene_is_left_and_entered_again() -> void:
	var game := _loaded(SCENE % [server_url, new_topic()])
	var socket := game.get_node("Socket") as PhoenixSocket
	add_child(game)
	await await_signal(socket.on_open)
	remove_child(game)
	await await_signal(socket.on_close)
	check(not socket.get_is_connected(), "is connected out of the tree")
	add_child(game)
	await await_signal(socket.on_open)


func test_auto_connect_waits_for_the_scenes_ready() -> void:
	var script := GDScript.new()
	script.source_code = (
		"extends Node\nfunc _ready() -> void:\n"
		+ '\t($Socket as PhoenixSocket).params = {"user_id": "from _ready"}\n'
	)
	script.reload()
	var game := _loaded(SCENE % [server_url, new_topic()])
	game.set_script(script)
	add_child(game)
	var socket := game.get_node("Socket") as PhoenixSocket
	await await_signal(socket.on_open)
	var channel := await joined(socket)
	equal((await reply_to(channel.push("whoami")))[1].user_id, "from _ready", "user_id")


func test_auto_connect_to_a_malformed_endpoint_is_one_error() -> void:
	var game := _loaded(SCENE % ["localhost", new_topic()])
	expect_error("PhoenixSocket.connect_socket")
	add_child(game)
	await frames(5)
	equal((game.get_node("Socket") as PhoenixSocket).get_state(), PhoenixSocket.CLOSED, "state")


func test_channel_may_stand_deeper_and_move_to_another_socket() -> void:
	var one := await open_socket({"params": {"user_id": "one"}})
	var two := await open_socket({"params": {"user_id": "two"}})
	var between := Node.new()
	var channel := PhoenixChannel.new()
	channel.topic = new_topic()
	between.add_child(channel)
	one.add_child(between)
	equal(one.get_channels(), [channel] as Array[PhoenixChannel], "channels of one")
	equal((await reply_to(channel.join()))[0], "ok", "the join")
	equal((await reply_to(channel.push("whoami")))[1].user_id, "one", "user_id")

	between.reparent(two)
	check(channel.is_closed(), "closed by the move")
	equal(one.get_channels(), [] as Array[PhoenixChannel], "channels of one")
	equal(two.get_channels(), [channel] as Array[PhoenixChannel], "channels of two")
	equal((await reply_to(channel.join()))[0], "ok", "the join")
	equal((await reply_to(channel.push("whoami")))[1].user_id, "two", "user_id")


func test_channel_moved_out_of_its_socket_still_works() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	socket.remove_child(channel)
	await await_signal(channel.on_close)
	add_child(channel)
	equal((await reply_to(channel.join()))[0], "ok", "the join")


func test_freed_channel_is_none_of_its_socket() -> void:
	var socket := new_socket()
	var channel := socket.channel("room:a")
	socket.channel("room:b")
	channel.free()
	equal(socket.get_channels().size(), 1, "channels")


func _saved(node: Node) -> String:
	var scene := PackedScene.new()
	equal(scene.pack(node), OK, "pack()")
	var path := "user://%d.tscn" % Time.get_ticks_usec()
	equal(ResourceSaver.save(scene, path), OK, "save()")
	var text := FileAccess.get_file_as_string(path)
	DirAccess.remove_absolute(path)
	return text


func _loaded(text: String) -> Node:
	var path := "user://%d.tscn" % Time.get_ticks_usec()
	var file := FileAccess.open(path, FileAccess.WRITE)
	file.store_string(text)
	file.close()
	var scene := ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE) as PackedScene
	DirAccess.remove_absolute(path)
	return scene.instantiate()


func test_presence_under_a_channel_follows_it() -> void:
	var topic := new_topic()
	var scene := SCENE.replace('presence = NodePath("Presence")\n', "auto_join = true\n")
	var game := _loaded(
		scene.replace(' node_paths=PackedStringArray("presence")', "") % [server_url, topic]
	)
	var room := game.get_node("Socket/Room") as PhoenixChannel
	var presence := game.get_node("Socket/Room/Presence") as PhoenixPresence
	check(room.presence == presence, "the channel's presence is the one under it")
	add_child(game)
	check(room.is_closed(), "closed until the _ready functions have run")
	await wait_until(room.is_joined, "joined by itself")
	await wait_until(func() -> bool: return presence.has("scene"), "the list")
	equal(presence.get_keys(), PackedStringArray(["scene"]), "get_keys()")

	remove_child(game)
	await wait_until(func() -> bool: return presence.get_count() == 0, "the end of the channel")
	add_child(game)
	await wait_until(func() -> bool: return presence.has("scene"), "the list at the next entry")


func test_presence_that_is_added_in_code_follows_its_channel() -> void:
	var socket := await open_socket({"params": {"user_id": "code"}})
	var channel := socket.channel(new_topic())
	var between := Node.new()
	var presence := PhoenixPresence.new()
	between.add_child(presence)
	channel.add_child(between)
	check(channel.presence == presence, "the channel's presence")
	channel.add_child(PhoenixPresence.new())
	check(channel.presence == presence, "the channel's presence after another came")
	await reply_to(channel.join())
	await wait_until(func() -> bool: return presence.has("code"), "the list")

	var other := socket.channel(new_topic())
	between.reparent(other)
	check(channel.presence == null, "the first channel has no presence after the move")
	check(other.presence == presence, "the presence of the second channel")
	equal(presence.get_count(), 0, "the list of the first channel")
	await reply_to(other.join())
	await wait_until(func() -> bool: return presence.has("code"), "the list of the second channel")


func test_presence_that_was_given_to_a_channel_stays_with_it() -> void:
	var socket := await open_socket()
	var presence := PhoenixPresence.new()
	var channel := socket.channel(new_topic(), {}, presence)
	var other := socket.channel(new_topic())
	other.add_child(presence)
	check(channel.presence == presence, "the presence of the channel it was given to")
	check(other.presence == null, "the channel above has no presence")


func test_auto_join_without_a_socket_is_one_error() -> void:
	var channel := PhoenixChannel.new()
	equal(channel.auto_join, false, "auto_join by default")
	channel.topic = new_topic()
	channel.auto_join = true
	expect_error("PhoenixChannel.join")
	add_child(channel)
	await frames(5)
	check(channel.is_closed(), "is closed")


func test_auto_join_waits_for_the_connection() -> void:
	var socket := new_socket()
	var channel := PhoenixChannel.new()
	channel.topic = new_topic()
	channel.auto_join = true
	socket.add_child(channel)
	await wait_until(channel.is_joining, "the join")
	socket.connect_socket()
	await wait_until(channel.is_joined, "joined once it was connected")


func test_states_show_in_the_remote_inspector_and_cannot_be_set() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	await reply_to(socket.ping())
	check(socket.round_trip_ms > 0.0, "round_trip_ms is %f" % socket.round_trip_ms)
	equal(socket.round_trip_ms, socket.get_statistics().round_trip_ms, "round_trip_ms")
	equal(socket.state, PhoenixSocket.OPEN, "the socket's state")
	equal(channel.state, PhoenixChannel.JOINED, "the channel's state")
	for shown: Array in [[socket, "state"], [socket, "round_trip_ms"], [channel, "state"]]:
		var node := shown[0] as Node
		var usage := _usage(node, shown[1] as String)
		check(usage & PROPERTY_USAGE_EDITOR, "%s shows" % [shown])
		check(usage & PROPERTY_USAGE_READ_ONLY, "%s is read-only" % [shown])
		check(not usage & PROPERTY_USAGE_STORAGE, "%s is not stored" % [shown])
		var before: Variant = node.get(shown[1] as String)
		node.set(shown[1] as String, 0)
		equal(node.get(shown[1] as String), before, "%s after it was set" % [shown])
	check(not socket.get_settings().has("state"), "get_settings() has what can be set")


func _usage(node: Node, name: String) -> int:
	for property: Dictionary in node.get_property_list():
		if property.name == name:
			return property.usage
	return 0
