# gdlint: disable=max-public-methods
## Nodes and the scene tree: scenes that change, a paused tree, subclasses, duplicates, and sockets
## that are never added.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_script_put_on_a_channel_that_is_joined":
	"a script put on a node takes the place of the class's own",
}

const Lobby := preload("res://life/lobby.gd")
const LOBBY := "res://life/lobby.tscn"
const PlayerSocket := preload("res://life/player_socket.gd")
const PlayerChannel := preload("res://life/player_channel.gd")
const PlayerPresence := preload("res://life/player_presence.gd")


func test_scene_with_a_socket_connects_and_joins() -> void:
	await _enter_lobby()
	var placed := get_tree().current_scene.get_node("Socket/Placed") as PhoenixChannel
	equal((await reply_to(placed.join()))[0], "ok", "the join of a channel placed in the scene")
	await _leave_lobby()


func test_scene_changes_end_the_connection() -> void:
	await _enter_lobby()
	var id := get_tree().current_scene.get_node("Socket").get_instance_id()
	var push := (get_tree().current_scene as Lobby).channel.push("delay", {"ms": 5_000})
	equal(get_tree().change_scene_to_file("res://life/empty.tscn"), OK, "change_scene_to_file()")
	equal((await reply_to(push))[0], "closed", "a push that waited")
	await wait_until(func() -> bool: return not is_instance_id_valid(id), "the socket was freed")
	await _leave_lobby()


func test_reloaded_scene_connects_anew() -> void:
	await _enter_lobby()
	for i: int in 5:
		var before := get_tree().current_scene.get_instance_id()
		equal(get_tree().reload_current_scene(), OK, "reload_current_scene()")
		await wait_until(func() -> bool: return _scene_was_heard(before), "the reloaded scene")
	await _leave_lobby()


func test_scene_reloaded_in_a_handler_with_messages_queued() -> void:
	await _enter_lobby()
	var lobby := get_tree().current_scene as Lobby
	var before := lobby.get_instance_id()
	lobby.socket.max_messages_per_frame = 3
	lobby.channel.on(
		"tick",
		func(_payload: Variant) -> void:
			if get_tree().current_scene.get_instance_id() == before:
				get_tree().reload_current_scene()
	)
	lobby.channel.push("flood", {"n": 200})
	await wait_until(func() -> bool: return _scene_was_heard(before), "the reloaded scene")
	await _leave_lobby()


func test_autoload_outlives_scene_changes() -> void:
	var socket := PhoenixSocket.create(server_url)
	socket.name = "Network"
	get_tree().root.add_child(socket)  # as the engine does with an autoload
	socket.connect_socket()
	await await_signal(socket.on_open)
	var channel := await joined(socket)
	await _enter_lobby()
	await _leave_lobby()
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push afterwards")
	equal(socket.get_statistics().connects, 1, "connections")
	socket.queue_free()


func test_pausable_socket_keeps_messages_until_the_tree_goes_on() -> void:
	# The server of this socket closes it after 1500 ms of silence.
	var socket := await open_socket(
		{"heartbeat_interval": 400}, server_url.replace("/socket", "/small")
	)
	var channel := await joined(socket, new_topic(), {"presence": false})
	var events := record(channel.on_event)
	var closed := record(socket.on_close)
	socket.process_mode = Node.PROCESS_MODE_PAUSABLE
	get_tree().paused = true
	for n: int in 5:
		channel.push("echo", {"n": n})
	var beats := socket.get_statistics().messages_in as int
	# The five replies, and the answers to heartbeats of two seconds.
	await wait_until(
		func() -> bool: return socket.get_statistics().messages_in >= beats + 10,
		"what comes in meanwhile"
	)
	equal(events.calls.size(), 0, "events while paused")

	get_tree().paused = false
	await wait_for(events, 5)
	equal(
		events.calls.map(func(call: Array) -> int: return call[1].n), range(5), "events, in order"
	)
	equal(closed.calls.size(), 0, "closes")


func test_disabled_socket_delivers_when_it_is_enabled() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	socket.process_mode = Node.PROCESS_MODE_DISABLED
	var push := channel.push("echo", {"n": 1})
	await wait_until(
		func() -> bool: return (socket.get_statistics().queued_events as int) > 0, "the reply is in"
	)
	await frames(5)
	check(not push.is_completed(), "not delivered")
	socket.process_mode = Node.PROCESS_MODE_ALWAYS
	equal(await reply_to(push), ["ok", {"n": 1}], "the reply")


func test_subclass_gets_the_engines_callbacks() -> void:
	var socket := PlayerSocket.new("ada", server_url)
	equal(socket.process_mode, Node.PROCESS_MODE_ALWAYS, "process_mode")
	add_child(socket)
	await await_signal(socket.on_open)
	var channel := await joined(socket)
	equal((await socket.whoami(channel))[1].user_id, "ada", "user_id")
	await wait_until(func() -> bool: return socket.calls.has("process"), "_process()")
	remove_child(socket)
	var expected: Array[String] = [
		"init", "enter", "post-enter", "ready", "process", "open", "exit"
	]
	expected.sort()
	var calls := socket.calls.duplicate()
	calls.sort()
	equal(calls, expected, "callbacks")
	equal(socket.calls.slice(0, 4), ["init", "enter", "post-enter", "ready"], "in order")
	socket.free()


func test_subclasses_of_channel_and_presence() -> void:
	var topic := new_topic()
	var socket := await open_socket({"params": {"user_id": "bob"}})
	var presence := PlayerPresence.new()
	add_child(presence)
	var channel := PlayerChannel.new(topic)
	channel.presence = presence
	socket.add_child(channel)
	await wait_until(channel.is_joined, "joined by its _ready")
	await reply_to(channel.push("echo"))
	check(channel.heard.has("echo"), "the reply in %s" % [channel.heard])
	await wait_until(func() -> bool: return presence.users == ["bob"], "the user")
	equal(socket.get_channels(), [channel] as Array[PhoenixChannel], "get_channels()")

	var second := socket.channel(new_topic(), {}, PlayerPresence.new())
	check(second != null, "channel() takes a subclass of PhoenixPresence")
	second.presence.free()


func test_script_put_on_a_channel_that_is_joined() -> void:
	var channel := await joined(await open_socket())
	var script := GDScript.new()
	script.source_code = "extends PhoenixChannel\nvar score := 0\n"
	script.reload()
	channel.set_script(script)
	equal(await reply_to(channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a push")
	check(channel.is_joined(), "still joined")


func test_duplicate_of_a_socket_has_its_settings_and_no_connection() -> void:
	var socket := await open_socket({"params": {"user_id": "ada"}, "timeout": 1234})
	socket.channel("room:original")
	var copy := socket.duplicate() as PhoenixSocket
	equal(copy.endpoint, socket.endpoint, "endpoint")
	equal(copy.timeout, 1234, "timeout")
	equal(copy.params, {"user_id": "ada"}, "params")
	equal(copy.get_state(), PhoenixSocket.CLOSED, "state")
	add_child(copy)
	copy.connect_socket()
	await await_signal(copy.on_open)
	socket.free()
	var channel := await joined(copy)
	equal(((await reply_to(channel.push("whoami")))[1] as Dictionary).user_id, "ada", "user_id")


func test_duplicate_of_a_channel_joins_by_itself() -> void:
	var socket := await open_socket()
	var channel := await joined(socket, new_topic(), {"device": "copied"})
	var copy := channel.duplicate() as PhoenixChannel
	equal(copy.topic, channel.topic, "topic")
	equal(copy.params, {"device": "copied"}, "params")
	check(copy.is_closed(), "is_closed()")
	expect_error("it has no socket")
	check(copy.join() == null, "join() without a socket is null")

	var other := await open_socket()
	other.add_child(copy)
	equal((await reply_to(copy.join()))[0], "ok", "the join under another socket")
	check(channel.is_joined(), "the original is still joined")


func test_channel_moved_to_another_socket_joins_there() -> void:
	var ada := await open_socket({"params": {"user_id": "ada"}})
	var bob := await open_socket({"params": {"user_id": "bob"}})
	var channel := await joined(ada)
	var closed := record(channel.on_close)
	channel.reparent(bob)
	equal(closed.calls, [[{"reason": "exit tree"}]] as Array[Array], "on_close")
	equal(bob.get_channels(), [channel] as Array[PhoenixChannel], "get_channels() of the new one")
	equal(ada.get_channels(), [] as Array[PhoenixChannel], "get_channels() of the old one")
	equal((await reply_to(channel.join()))[0], "ok", "the join")
	equal(((await reply_to(channel.push("whoami")))[1] as Dictionary).user_id, "bob", "user_id")


func test_channel_put_elsewhere_keeps_its_socket() -> void:
	var socket := await open_socket()
	var channel := await joined(socket)
	channel.reparent(self)
	await frames(3)
	check(channel.is_joined(), "still joined")
	equal((await reply_to(channel.push("echo")))[0], "ok", "a push")
	socket.free()
	check(channel.is_closed(), "closed with its socket")
	expect_error("it has no socket")
	check(channel.join() == null, "join() is null")


func test_auto_connect_at_each_entry() -> void:
	var socket := new_socket({"auto_connect": true})
	var opened := record(socket.on_open)
	var closed := record(socket.on_close)
	await wait_for(opened)
	remove_child(socket)
	await wait_for(closed)
	add_child(socket)
	await wait_for(opened, 2)
	remove_child(socket)
	add_child(socket)
	remove_child(socket)
	await wait_for(closed, 2)
	await wait_until(
		func() -> bool: return socket.get_state() == PhoenixSocket.CLOSED, "the goodbye"
	)
	equal(opened.calls.size(), 2, "opens")
	socket.free()


func test_socket_outside_of_the_tree_warns() -> void:
	var socket := PhoenixSocket.create(server_url)
	var opened := record(socket.on_open)
	expect_error("not in the scene tree")
	equal(socket.connect_socket(), OK, "connect_socket()")
	await wait_until(socket.get_is_connected, "it connects all the same")
	await frames(5)
	equal(opened.calls.size(), 0, "on_open outside of the tree")
	add_child(socket)
	await wait_for(opened)


func test_socket_added_later_in_the_frame_does_not_warn() -> void:
	var socket := PhoenixSocket.create(server_url)
	equal(socket.connect_socket(), OK, "connect_socket()")
	add_child.call_deferred(socket)
	await await_signal(socket.on_open)


func test_socket_that_is_never_added_and_freed() -> void:
	var socket := PhoenixSocket.create(server_url)
	expect_error("not in the scene tree")
	socket.connect_socket()
	var channel := socket.channel(new_topic())
	var join := channel.join()
	await frames(3)
	await wait_until(channel.is_joined, "joined")
	socket.free()
	await wait_until(join.is_completed, "the join is complete")
	equal(join.get_status(), "ok", "its status: what came in is told before the end")


func test_socket_that_is_freed_before_it_is_added() -> void:
	var socket := PhoenixSocket.create(server_url)
	socket.connect_socket()
	socket.free()
	await frames(3)


func _enter_lobby() -> void:
	Lobby.server_url = server_url
	Lobby.heard.clear()
	equal(get_tree().change_scene_to_file(LOBBY), OK, "change_scene_to_file()")
	await wait_until(func() -> bool: return _scene_was_heard(0), "the scene")


## The current scene is another one than [param before], and its push was answered.
func _scene_was_heard(before: int) -> bool:
	var scene := get_tree().current_scene
	return (
		scene != null
		and scene.get_instance_id() != before
		and Lobby.heard.any(
			func(call: Array) -> bool: return call[1] == {"scene": scene.get_instance_id()}
		)
	)


func _leave_lobby() -> void:
	get_tree().unload_current_scene()
	await frames(2)
