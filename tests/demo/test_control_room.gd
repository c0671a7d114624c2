## The control room: its buttons are pressed, and the other side reacts.
extends "res://control_room_case.gd"


func test_joins_with_params_and_is_seen() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var presence := PhoenixPresence.new()
	add_child(presence)
	await other_player("bob", topic, {}, presence)
	await join_topic(topic, '{"device": "phone", "n": 1}')
	await wait_until(
		func() -> bool: return presence.get_state().has(Net.user_id), "oneself at bob's"
	)
	equal(presence.get_state()[Net.user_id].metas[0].device, "phone", "the param at bob's")
	await wait_until(func() -> bool: return people().size() == 2, "both in the list")
	check("bob" in people()[1] and "(you)" in people()[0], "who is in the list: %s" % [people()])
	await log_shows('→  %s  phx_join  {"device":"phone","n":1}' % topic)
	await log_shows('←  %s  phx_reply ok  {"joined":"%s"' % [topic, topic])


func test_pushes_and_shows_the_reply() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	await join_topic(topic)
	await push_event("echo", '{"a": 1, "big": 9007199254740993, "list": [true, null], "x": 0.5}')
	var payload := '{"a":1,"big":9007199254740993,"list":[true,null],"x":0.5}'
	await log_shows("→  %s  echo  %s" % [topic, payload])
	await log_shows("←  %s  phx_reply ok  %s" % [topic, payload])
	await push_event("echo_error", "")
	await log_shows("←  %s  phx_reply error  {}" % topic)


func test_a_broadcast_reaches_the_others() -> void:
	await start_screen("control_room")
	var topic := new_topic("game")
	var bob := await other_player("bob", topic)
	var heard := record(bob.on_event)
	await join_topic(topic)
	await type_into(part("Event") as LineEdit, "wave")
	await click(part("Broadcast") as Control)
	equal((part("Event") as LineEdit).text, "shout", "the event")
	(part("Payload") as TextEdit).text = '{"text": "hello"}'
	await click(part("Push") as Control)
	await wait_until(
		func() -> bool: return heard.calls.has(["shout", {"text": "hello"}, "ok"]),
		"the shout at bob's"
	)
	await click(part("Broadcast") as Control)
	equal((part("Event") as LineEdit).text, "wave", "the event from before")
	bob.push("shout", {"text": "hi"})
	await log_shows('←  %s  shout  {"text":"hi"}' % topic)


func test_a_wrong_payload_is_told_as_it_is_typed() -> void:
	await start_screen("control_room")
	await join_topic(new_topic())
	var payload := part("Payload") as TextEdit
	payload.grab_focus()
	payload.text = '{\n  "a": 1,\n  "b" 2\n}'
	payload.text_changed.emit()
	await frames(2)
	var error := part("PayloadError") as Label
	check(error.visible and error.text.begins_with("Line 3, column 7: "), "told: %s" % error.text)
	check((part("Push") as Button).disabled, "Push is off")
	payload.text = '{\n  "a": 1,\n  "b": 2\n}'
	payload.text_changed.emit()
	await frames(2)
	check(not error.visible and not (part("Push") as Button).disabled, "Push is on")
	await type_into(part("Params") as LineEdit, "[1]")
	check(
		(part("ParamsError") as Label).text.begins_with("Line 1, column 1: "), "params are checked"
	)
	check((part("Join") as Button).disabled, "Join is off")


func test_several_topics_with_one_selected() -> void:
	await start_screen("control_room")
	var one := new_topic()
	var two := new_topic()
	var in_one := record((await other_player("bob", one)).on_event)
	var in_two := record((await other_player("cleo", two)).on_event)
	await join_topic(one)
	await join_topic(two)
	await push_event("shout", '{"to": 2}')
	await wait_until(func() -> bool: return in_two.calls.has(["shout", {"to": 2}, "ok"]), "in two")
	await wait_until(func() -> bool: return "cleo" in "".join(people()), "cleo in the list")
	await click(row_of(one).get_node("Select") as Control)
	await wait_until(func() -> bool: return "bob" in "".join(people()), "bob in the list")
	await push_event("shout", '{"to": 1}')
	await wait_until(func() -> bool: return in_one.calls.has(["shout", {"to": 1}, "ok"]), "in one")
	equal(in_two.calls_with("shout").size(), 1, "shouts in two")


func test_leaves_and_joins_again() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var others := await _watched_by_bob(topic)
	await join_topic(topic)
	await wait_until(func() -> bool: return others.call(), "oneself at bob's")
	var toggle := row_of(topic).get_node("Toggle") as Button
	await click(toggle)
	await wait_until(func() -> bool: return not others.call(), "oneself gone at bob's")
	await wait_until(func() -> bool: return toggle.text == "Join", "a row to join again")
	check((part("Push") as Button).disabled, "Push is off")
	await click(toggle)
	await wait_until(func() -> bool: return others.call(), "oneself back at bob's")


func test_a_freed_channel_leaves() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var others := await _watched_by_bob(topic)
	await join_topic(topic)
	await wait_until(func() -> bool: return others.call(), "oneself at bob's")
	await click(row_of(topic).get_node("Free") as Control)
	await wait_until(func() -> bool: return not others.call(), "oneself gone at bob's")
	equal(row_of(topic), null, "the row")
	await frames(2)
	check((part("Push") as Button).disabled, "Push is off")
	await join_topic(topic)
	await wait_until(func() -> bool: return others.call(), "oneself back at bob's")


func test_a_freed_socket_disconnects_and_another_connects() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var others := await _watched_by_bob(topic)
	await join_topic(topic)
	await push_event("delay", '{"ms": 60000}')
	await wait_until(func() -> bool: return others.call(), "oneself at bob's")
	await click(part("FreeSocket") as Control)
	await wait_until(func() -> bool: return not others.call(), "oneself gone at bob's")
	equal(Net.state, Net.State.STOPPED, "the state")
	equal(row_of(topic), null, "the topic's row")
	check((part("Join") as Button).disabled, "Join is off")
	check((part("FreeSocket") as Button).disabled, "there is nothing to free")
	await click(part("Connect") as Control)
	await wait_until(Net.is_open, "another connection")
	await join_topic(topic)
	await push_event("echo", '{"again": true}')
	await log_shows('phx_reply ok  {"again":true}')


func test_disconnects_and_connects() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var others := await _watched_by_bob(topic)
	await join_topic(topic)
	await wait_until(func() -> bool: return others.call(), "oneself at bob's")
	var socket := Net.socket
	await click(part("Connect") as Control)
	await wait_until(func() -> bool: return not others.call(), "oneself gone at bob's")
	await wait_until(func() -> bool: return Net.state == Net.State.STOPPED, "the end")
	await click(part("Connect") as Control)
	await wait_until(func() -> bool: return others.call(), "oneself back at bob's")
	equal(Net.socket, socket, "the socket")


func test_a_screen_connects_again_what_was_disconnected() -> void:
	await start_screen("control_room")
	await click(part("Connect") as Control)
	await wait_until(func() -> bool: return Net.state == Net.State.STOPPED, "the end")
	await press_key(KEY_ESCAPE)
	await click(part("ControlRoom") as Control)
	await wait_until(Net.is_open, "the connection")


func test_comes_back_when_the_server_was_restarted() -> void:
	var server := own_server()
	await start_screen("control_room", "Ada", server.url)
	var topic := new_topic()
	await join_topic(topic)
	await push_event("update_meta", '{"mood": "calm"}')
	await log_shows("phx_reply ok  {}")
	server.stop()
	await log_shows("no connection: ")
	await log_shows("%s has an error" % topic)
	check(server.start(), "the server is back")
	await log_shows("connected to", 2)
	await log_shows("→  %s  phx_join" % topic, 2)
	await wait_until(func() -> bool: return not (part("Push") as Button).disabled, "Push is on")
	await push_event("echo", '{"after": "restart"}')
	await log_shows('phx_reply ok  {"after":"restart"}')
	await wait_until(func() -> bool: return people().size() == 1, "oneself in the list")


func test_a_rejected_join_is_told() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	await type_into(part("Topic") as LineEdit, topic)
	await type_into(part("Params") as LineEdit, '{"reject": true}')
	await press_key(KEY_ENTER)
	await log_shows("%s was not joined: error" % topic)


func test_the_screen_leaves_its_topics_when_it_closes() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var others := await _watched_by_bob(topic)
	await join_topic(topic)
	await wait_until(func() -> bool: return others.call(), "oneself at bob's")
	await press_key(KEY_ESCAPE)
	await wait_until(func() -> bool: return not others.call(), "oneself gone at bob's")
	check(Net.is_open(), "the connection stays")
	check(not Net.socket.report_sent, "nobody looks at what goes out")


func test_examples_fill_the_fields() -> void:
	await start_screen("control_room")
	check((part("Examples") as MenuButton).disabled, "no examples without a topic")
	await join_topic(new_topic("game"))
	var menu := part("Examples") as MenuButton
	menu.show_popup()
	await frames(1)
	menu.get_popup().index_pressed.emit(1)
	menu.get_popup().hide()
	await frames(1)
	await click(part("Push") as Control)
	await log_shows('pong  {"pong":"success!"')


func test_ctrl_enter_pushes_from_the_payload() -> void:
	await start_screen("control_room")
	await join_topic(new_topic())
	var payload := part("Payload") as TextEdit
	payload.text = '{"key": "board"}'
	payload.grab_focus()
	await press_key(KEY_ENTER, true)
	await log_shows('phx_reply ok  {"key":"board"}')


func test_statistics_follow() -> void:
	await start_screen("control_room")
	await join_topic(new_topic())
	await push_event("echo", "{}")
	var numbers := part("Numbers") as GridContainer
	await wait_until(
		func() -> bool:
			var labels := numbers.get_children().map(
				func(label: Label) -> String: return label.text
			)
			var sent := labels[labels.find("messages out") + 1] as String
			return sent.to_int() >= 3,
		"three messages out"
	)


func test_two_windows_talk() -> void:
	await start_screen("control_room")
	var topic := new_topic("game")
	OS.set_environment("PARTNER_TOPIC", topic)
	await join_topic(topic)
	var partner := start_partner("partner_control_room.gd")
	await log_shows('shout  {"text":"anybody here?"}', 1, 20_000)
	await push_event("shout", '{"text": "yes"}')
	await partner.finished()
	await wait_until(func() -> bool: return people().size() == 1, "the partner gone")


func test_fits_a_phone() -> void:
	await start_screen("control_room")
	await join_topic(new_topic())
	for size: Vector2i in [Vector2i(1280, 720), Vector2i(390, 844), Vector2i(360, 640)]:
		await check_fits(size)
	var tabs := Screens.scene.find_children("*", "TabBar", true, false)[0] as TabBar
	check(tabs.is_visible_in_tree(), "tabs on a phone")
	for tab: int in tabs.tab_count:
		tabs.current_tab = tab
		await check_fits(Vector2i(390, 844))
		await check_fits(Vector2i(844, 390))


## Bob in the topic; the callable returns whether bob sees this player there.
func _watched_by_bob(topic: String) -> Callable:
	var presence := PhoenixPresence.new()
	add_child(presence)
	await other_player("bob", topic, {}, presence)
	var user_id := Net.user_id
	return func() -> bool: return presence.get_state().has(user_id)
