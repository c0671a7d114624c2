## PhoenixPresence: who is in a topic.
extends "res://phoenix_case.gd"

const RawServer := preload("res://raw_server.gd")


## A user of the topic, with a presence that follows it.
class User:
	var socket: PhoenixSocket
	var channel: PhoenixChannel
	var presence: PhoenixPresence

	func present() -> Array:
		var keys := presence.get_state().keys()
		keys.sort()
		return keys


func test_two_users_see_each_other_come_and_go() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	var joins := record(ada.presence.on_join)
	var leaves := record(ada.presence.on_leave)
	var synced := record(ada.presence.on_sync)

	var bob := await _user("bob", topic)
	await _sees(ada, ["ada", "bob"])
	await _sees(bob, ["ada", "bob"])
	if await wait_for(joins):
		var join := joins.calls[0][0][0] as Dictionary
		equal(joins.calls[0][0].size(), 1, "joins")
		equal(join.key, "bob", "the key")
		equal(join.current_presence, null, "current_presence of one who was not there")
		equal((join.new_presence.metas as Array).size(), 1, "metas of new_presence")
		equal(join.new_presence.metas[0].device, "none", "the meta")
	check(synced.calls.size() >= 1, "on_sync came")

	bob.socket.queue_free()
	await _sees(ada, ["ada"])
	if await wait_for(leaves):
		var leave := leaves.calls[0][0][0] as Dictionary
		equal(leave.key, "bob", "the key")
		equal((leave.current_presence.metas as Array).size(), 0, "metas that are left")
		equal((leave.left_presence.metas as Array).size(), 1, "metas that left")


func test_second_device_of_a_user_is_a_second_meta() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	var joins := record(ada.presence.on_join)
	var phone := await joined(
		await open_socket({"params": {"user_id": "ada"}}), topic, {"device": "phone"}
	)
	await wait_for(joins)
	var join := joins.calls[0][0][0] as Dictionary
	equal((join.current_presence.metas as Array).size(), 1, "metas before")
	equal((ada.presence.get_state().ada.metas as Array).size(), 2, "metas after")

	var leaves := record(ada.presence.on_leave)
	phone.leave()
	await wait_for(leaves)
	equal((ada.presence.get_state().ada.metas as Array).size(), 1, "metas in the end")


func test_changed_meta_is_a_join_and_a_leave() -> void:
	var ada := await _user("ada", new_topic())
	var joins := record(ada.presence.on_join)
	await reply_to(ada.channel.push("update_meta", {"mood": "good"}))
	await wait_for(joins)
	equal(ada.presence.get_state().ada.metas[0].mood, "good", "the meta")
	equal((ada.presence.get_state().ada.metas as Array).size(), 1, "metas")


func test_list_takes_a_chooser() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	await _user("bob", topic)
	await _sees(ada, ["ada", "bob"])
	var names: Array = ada.presence.list(
		func(key: String, _presence: Dictionary) -> String: return key
	)
	names.sort()
	equal(names, ["ada", "bob"], "chosen")
	var all := ada.presence.list()
	equal(all.size(), 2, "without a chooser")
	check((all[0] as Dictionary).has("metas"), "a presence in %s" % [all])


func test_syncing_by_hand_as_well_tells_each_join_once() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	var by_hand := func(event: String, payload: Variant, _status: String) -> void:
		if event == "presence_state":
			ada.presence.sync_state(payload as Dictionary)
		elif event == "presence_diff":
			ada.presence.sync_diff(payload as Dictionary)
	ada.channel.on_event.connect(by_hand)
	var joins := record(ada.presence.on_join)
	var leaves := record(ada.presence.on_leave)
	var bob := await _user("bob", topic)
	await _sees(ada, ["ada", "bob"])
	bob.socket.free()
	await _sees(ada, ["ada"])
	equal(joins.calls.size(), 1, "on_join")
	equal(leaves.calls.size(), 1, "on_leave")


## As when a channel has just been joined: the diff of its own join comes first, and the state when
## the diff has been taken over.
func test_syncing_by_hand_as_well_tells_a_diff_before_the_state_once() -> void:
	const ADA := '{"ada":{"metas":[{"phx_ref":"1"}]}}'
	var server := RawServer.new()
	add_child(server)
	var socket := await open_socket({}, server.url)
	var presence := PhoenixPresence.new()
	add_child(presence)
	var channel := await joined(socket, "room:raw", {}, presence)
	var by_hand := func(event: String, payload: Variant, _status: String) -> void:
		if event == "presence_state":
			presence.sync_state(payload as Dictionary)
		elif event == "presence_diff":
			presence.sync_diff(payload as Dictionary)
	channel.on_event.connect(by_hand)
	var events := record(channel.on_event)
	var joins := record(presence.on_join)
	var leaves := record(presence.on_leave)
	var synced := record(presence.on_sync)

	server.say('[null,null,"room:raw","presence_diff",{"joins":%s,"leaves":{}}]' % ADA)
	await wait_for(events)
	await reply_to(socket.ping())  # behind what the diff by hand may still have led to
	equal([joins.calls.size(), synced.calls.size()], [1, 1], "on_join and on_sync of the diff")
	equal(presence.get_keys(), PackedStringArray(["ada"]), "present after the diff")

	server.say('[null,null,"room:raw","presence_state",%s]' % ADA)
	await wait_for(events, 2)
	await reply_to(socket.ping())
	equal(joins.calls.size(), 1, "on_join")
	equal(leaves.calls.size(), 0, "on_leave")
	equal(synced.calls.size(), 3, "on_sync: by hand, and of what is followed")

	server.say('[null,null,"room:raw","presence_diff",{"joins":{},"leaves":%s}]' % ADA)
	await wait_for(events, 3)
	await reply_to(socket.ping())
	equal([joins.calls.size(), leaves.calls.size()], [1, 1], "on_join and on_leave")
	equal(presence.get_state(), {}, "present at the end")


func test_without_auto_sync_only_the_game_syncs() -> void:
	var presence := PhoenixPresence.new()
	presence.auto_sync = false
	add_child(presence)
	var joins := record(presence.on_join)
	var channel := await joined(await open_socket(), new_topic(), {}, presence)
	await reply_to(channel.push("who"))
	equal(presence.get_state(), {}, "followed nothing")

	presence.sync_state({"ada": {"metas": [{"phx_ref": "1"}]}})
	presence.sync_diff({"joins": {"bob": {"metas": [{"phx_ref": "2"}]}}, "leaves": {}})
	equal(presence.get_state().keys(), ["ada", "bob"], "state")
	equal(joins.calls.size(), 2, "on_join")


func test_clear_forgets_everybody() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	presence.sync_state({"ada": {"metas": [{"phx_ref": "1"}]}})
	presence.clear()
	equal(presence.get_state(), {}, "state")
	equal(presence.list(), [], "list()")


func test_state_is_right_again_after_a_reconnect() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	var bob := await _user("bob", topic)
	await _sees(ada, ["ada", "bob"])
	var back := record(ada.socket.on_open)
	ada.channel.push("kill_transport")
	bob.socket.queue_free()
	await wait_for(back)
	await _sees(ada, ["ada"])


## The new connection has a meta of its own, so the key is told of; it is neither new nor gone.
func test_own_key_joins_and_leaves_with_a_reconnect() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	await _user("bob", topic)
	await _sees(ada, ["ada", "bob"])
	var joins := record(ada.presence.on_join)
	var leaves := record(ada.presence.on_leave)
	ada.channel.push("kill_transport")
	await wait_for(joins)
	await wait_for(leaves)
	for join: Dictionary in _told(joins):
		equal(join.key, "ada", "who joined")
		check(join.current_presence != null, "is not new: %s" % [join])
	for leave: Dictionary in _told(leaves):
		equal(leave.key, "ada", "who left")
		check(not (leave.current_presence.metas as Array).is_empty(), "is not gone: %s" % [leave])
	equal((ada.presence.get_state().ada.metas as Array).size(), 1, "metas")


func _user(user: String, topic: String) -> User:
	var made := User.new()
	made.socket = await open_socket({"params": {"user_id": user}})
	made.presence = PhoenixPresence.new()
	made.socket.add_child(made.presence)
	made.channel = await joined(made.socket, topic, {}, made.presence)
	await _sees_at_least(made, user)
	return made


## All that a recorded on_join or on_leave told.
func _told(changes: Recorder) -> Array:
	var told := []
	for call: Array in changes.calls:
		told.append_array(call[0] as Array)
	return told


func _sees(user: User, keys: Array) -> void:
	await wait_until(func() -> bool: return user.present() == keys, "%s present" % [keys])


func _sees_at_least(user: User, key: String) -> void:
	await wait_until(func() -> bool: return user.present().has(key), "%s present" % key)


func test_presence_that_is_replaced_follows_no_more() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	var leaves := record(ada.presence.on_leave)
	var next := PhoenixPresence.new()
	add_child(next)
	ada.channel.presence = next
	equal(leaves.calls.size(), 1, "on_leave of the one before")
	equal(ada.presence.list(), [], "its list()")
	await _user("bob", topic)
	equal(ada.presence.list(), [], "its list() after another came")

	ada.channel.push("kill_transport")
	await wait_until(
		func() -> bool: return next.get_state().has_all(["ada", "bob"]), "the list after the rejoin"
	)
	ada.channel.presence = null
	equal(next.get_state(), {}, "the list when the channel has none any more")


func test_presence_of_two_channels_follows_the_one_that_joined_last() -> void:
	var ada := await _user("ada", new_topic())
	var leaves := record(ada.presence.on_leave)
	var other := await _user("bob", new_topic())
	var second := await joined(ada.socket, other.channel.topic, {}, ada.presence)
	await _sees(ada, ["ada", "bob"])
	equal(leaves.calls.size(), 1, "on_leave of the first channel's list")
	await _user("cleo", ada.channel.topic)
	await reply_to(second.push("who"))
	await reply_to(ada.channel.push("who"))
	equal(ada.present(), ["ada", "bob"], "present after another came to the first channel")
	await _user("dora", second.topic)
	await _sees(ada, ["ada", "bob", "dora"])
	await reply_to(ada.channel.leave())
	equal(ada.present(), ["ada", "bob", "dora"], "present after the first channel was left")
	ada.channel.free()
	await reply_to(second.push("who"))
	equal(ada.present(), ["ada", "bob", "dora"], "present after the first channel is gone")
	await reply_to(second.leave())
	await frames(2)
	equal(ada.present(), [], "present after the second was left")


func test_auto_sync_can_be_switched_while_joined() -> void:
	var topic := new_topic()
	var ada := await _user("ada", topic)
	var events := record(ada.channel.on_event)
	ada.presence.auto_sync = false
	await _user("bob", topic)
	await wait_until(
		func() -> bool: return not events.calls_with("presence_diff").is_empty(), "bob's diff"
	)
	equal(ada.present(), ["ada"], "present while it does not follow")
	for diff: Array in events.calls_with("presence_diff"):
		ada.presence.sync_diff(diff[1] as Dictionary)
	equal(ada.present(), ["ada", "bob"], "present after the diff by hand")

	ada.presence.auto_sync = true
	await _user("cleo", topic)
	await _sees(ada, ["ada", "bob", "cleo"])


func test_malformed_state_is_an_error_and_changes_nothing() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	presence.sync_state({"ada": {"metas": [{"phx_ref": "1"}]}})
	expect_error("PhoenixPresence.sync_state")
	presence.sync_state({"bob": 3})
	expect_error("PhoenixPresence.sync_diff")
	presence.sync_diff({"joins": []})
	expect_error("PhoenixPresence.sync_state")
	presence.sync_state({"bob": {"metas": [NAN]}})
	equal(presence.get_state().keys(), ["ada"], "state")


func test_malformed_presence_of_the_server_is_an_error_of_the_socket() -> void:
	var server := RawServer.new()
	add_child(server)
	var socket := await open_socket({}, server.url)
	var presence := PhoenixPresence.new()
	add_child(presence)
	await joined(socket, "room:raw", {}, presence)
	var errors := record(socket.on_error)
	var synced := record(presence.on_sync)
	for message: String in [
		'"presence_state",{"ada":{"metas":[{"phx_ref":"1"}]}}',
		'"presence_state",{"bob":3}',
		'"presence_diff",{"joins":[]}',
	]:
		server.say('[null,null,"room:raw",%s]' % message)
	await wait_for(errors, 2)
	check("presence state" in str(errors.calls[0][0].message), "the first: %s" % [errors.calls])
	check("presence diff" in str(errors.calls[1][0].message), "the second: %s" % [errors.calls])
	check("room:raw" in str(errors.calls[1][0].message), "its topic: %s" % [errors.calls])
	equal(presence.get_state().keys(), ["ada"], "present")
	equal(synced.calls.size(), 1, "on_sync")
	equal(socket.get_statistics().malformed_messages, 2, "malformed_messages")


func test_chooser_that_cannot_be_called_is_an_error() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	presence.sync_state({"ada": {"metas": [{"phx_ref": "1"}]}})
	expect_error("PhoenixPresence.list")
	presence.list(func(key: String) -> String: return key)


func test_list_keeps_the_order_in_which_they_came() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	for key: String in ["zoe", "ada", "bob"]:
		presence.sync_diff({"joins": {key: {"metas": [{"phx_ref": key}]}}, "leaves": {}})
	var keys := presence.list(func(key: String, _entry: Dictionary) -> String: return key)
	equal(keys, ["zoe", "ada", "bob"], "keys")
	equal(presence.list(Callable()).size(), 3, "entries")


func test_state_is_a_copy() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	var state := presence.sync_state({"ada": {"metas": [{"phx_ref": "1"}]}})
	equal(state, presence.get_state(), "what sync_state() returns")
	state.erase("ada")
	equal(presence.get_state().keys(), ["ada"], "state")


func test_clear_tells_who_left() -> void:
	var presence := PhoenixPresence.new()
	add_child(presence)
	presence.sync_state({"ada": {"metas": [{"phx_ref": "1"}]}})
	var leaves := record(presence.on_leave)
	var synced := record(presence.on_sync)
	var typed: Array[String] = []
	presence.on_leave.connect(
		func(left: Array[Dictionary]) -> void: typed.append(left[0].key as String)
	)
	presence.clear()
	presence.clear()
	var expected := {
		"key": "ada",
		"current_presence": {"metas": []},
		"left_presence": {"metas": [{"phx_ref": "1"}]},
	}
	equal(leaves.calls, [[[expected]]] as Array[Array], "on_leave")
	equal(synced.calls.size(), 1, "on_sync")
	equal(typed, ["ada"] as Array[String], "to a handler of an Array[Dictionary]")
