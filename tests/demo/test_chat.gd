## The chat: what a player does there with mouse and keyboard, and what the others see of it.
extends "res://demo_case.gd"

const LIMIT_MS := 30_000

const Message := preload("res://doors/chat/message.gd")
const MessageRow := preload("res://doors/chat/message_row.gd")
const Room := preload("res://doors/chat/room.gd")

var _bob: PhoenixChannel
var _bob_sees := PhoenixPresence.new()
var _bob_hears: Array[String] = []


## Ada in front of the chat, and Bob in its first room. Each test has a server of its own, as the
## rooms have names.
func _open(before: PackedStringArray = []) -> Devserver:
	var server := own_server()
	_bob = await _player("bob", "Bob", "lobby", server.url, _bob_sees)
	_bob.on(
		"message",
		func(message: Dictionary) -> void:
			_bob_hears.append("%s: %s" % [message.name, message.text])
	)
	for text: String in before:
		equal((await reply_to(_bob.push("message", {"text": text})))[0], "ok", "Bob's message")
	await start_door("chat", "Ada", server.url)
	await wait_until(func() -> bool: return _status() == "", "Ada in the room")
	return server


func _player(
	user: String, called: String, room: String, url: String, presence: PhoenixPresence = null
) -> PhoenixChannel:
	if presence != null:
		add_child(presence)
	var socket := await open_socket({"params": {"user_id": user}}, url)
	return await joined(socket, "chat:%s" % room, {"name": called}, presence)


func test_history_is_there_and_a_message_reaches_the_others() -> void:
	await _open(["Is anybody here?", "Hello?"])
	await _until_shown(["Is anybody here?", "Hello?"])
	check(_label(0).begins_with("Bob   "), "Bob's name stands over his first message: " + _label(0))
	equal(_label(1), "Hello?", "the second without a name")

	await _write("Yes, I am.")
	equal(_bob_hears, [] as Array[String], "what Bob heard before Enter")
	await press_key(KEY_ENTER)
	await _until_shown(["Is anybody here?", "Hello?", "Yes, I am."])
	await _until_bob_hears(["Ada: Yes, I am."])
	await _until_state(2, "sent")
	equal(_compose().text, "", "the field after sending")

	_bob.push("message", {"text": "Good."})
	await _until_shown(["Is anybody here?", "Hello?", "Yes, I am.", "Good."])


func test_shift_and_enter_begin_a_line_and_the_button_sends() -> void:
	await _open()
	await _write("one")
	await _key(KEY_ENTER, {"shift_pressed": true})
	await _write("two")
	equal(_compose().text, "one\ntwo", "the field")
	await click(part("Send") as Control)
	await _until_bob_hears(["Ada: one\ntwo"])
	check(_compose().has_focus(), "the field has the focus again")


func test_markup_of_others_is_shown_as_text() -> void:
	var text := "[b]bold[/b] [img]res://theme.tres[/img] [url=x]y[/url]"
	await _open([text])
	await _until_shown([text])
	var eve := await _player("eve", "[b]Eve", "lobby", Net.server_url)
	eve.push("message", {"text": "hi"})
	await _until_shown([text, "hi"])
	check(_label(1).begins_with("[b]Eve   "), _label(1))
	check((part("People") as RichTextLabel).get_parsed_text().contains("[b]Eve"), "in the list")


func test_people_come_and_go() -> void:
	await _open()
	await _until_people(["Ada  you", "Bob"])
	var cleo := await _player("cleo", "Cleo", "lobby", Net.server_url)
	await _until_people(["Ada  you", "Bob", "Cleo"])
	cleo.leave()
	await _until_people(["Ada  you", "Bob"])
	await wait_until(func() -> bool: return _bob_sees.get_state().has(Net.user_id), "Bob sees Ada")
	Doors.back()
	await wait_until(
		func() -> bool: return _bob_sees.get_state().keys() == ["bob"], "Bob sees Ada leave"
	)


func test_typing_is_seen_until_it_rests_or_the_message_is_sent() -> void:
	await _open()
	await _write("well")
	await _until_ada_types(true)
	var started_ms := Time.get_ticks_msec()
	await _until_ada_types(false)
	var took_ms := Time.get_ticks_msec() - started_ms
	check(took_ms > 2_500, "it rests after three seconds, not after %d ms" % took_ms)

	await _write(" then")
	await _until_ada_types(true)
	started_ms = Time.get_ticks_msec()
	await press_key(KEY_ENTER)
	await _until_ada_types(false)
	took_ms = Time.get_ticks_msec() - started_ms
	check(took_ms < 2_500, "sending ends it at once, not after %d ms" % took_ms)


func test_typing_of_others_is_shown() -> void:
	await _open()
	var cleo := await _player("cleo", "Cleo", "lobby", Net.server_url)
	_bob.push("typing", {"typing": true})
	await _until_status("Bob is typing …")
	cleo.push("typing", {"typing": true})
	await _until_status("Bob and Cleo are typing …")
	_bob.push("typing", {"typing": false})
	cleo.leave()
	await _until_status("")


func test_a_message_that_is_too_long_is_refused_and_can_be_discarded() -> void:
	await _open()
	_compose().text = "x".repeat(501)
	_compose().text_changed.emit()
	equal((part("Count") as Label).text, "501 of 500", "the count")
	await press_key(KEY_ENTER)
	await _until_state(0, "refused")
	equal(_trouble(0), "not sent: too long", "what is said of it")
	await click(_row_button(0, "Discard"))
	await _until_shown([])
	equal(_bob_hears, [] as Array[String], "what Bob heard")


func test_messages_that_are_too_fast_are_refused_and_sent_by_retry() -> void:
	await _open()
	for i: int in 6:
		_compose().text = "quick %d" % i
		_compose().text_changed.emit()
		await press_key(KEY_ENTER)
	await _until_state(5, "refused")
	equal(_trouble(5), "not sent: too fast", "what is said of it")
	while _mark(5) != "sent":
		if _row_button(5, "Retry").is_visible_in_tree():
			await click(_row_button(5, "Retry"))
		await frames(5)
	var expected: Array[String] = []
	for i: int in 6:
		expected.append("Ada: quick %d" % i)
	await _until_bob_hears(expected)
	equal(_trouble(5), "", "what is said of it then")


func test_another_room_is_joined_by_name_and_unread_messages_are_counted() -> void:
	await _open()
	await click(part("NewRoom") as Control)
	await _type_keys("Tea Time")
	await press_key(KEY_ENTER)
	equal((part("RoomTitle") as Label).text, "# tea-time", "the room")
	await wait_until(func() -> bool: return _status() == "", "Ada in the room")
	var cleo := await _player("cleo", "Cleo", "tea-time", Net.server_url)
	cleo.push("message", {"text": "Milk?"})
	await _until_shown(["Milk?"])

	_bob.push("message", {"text": "one"})
	_bob.push("message", {"text": "two"})
	await wait_until(func() -> bool: return _unread("lobby") == "2", "two unread in the lobby")
	equal(_unread("tea-time"), "", "unread in the room in view")
	await click(part("RoomButtons").get_node("lobby") as Control)
	await _until_shown(["one", "two"])
	equal(_unread("lobby"), "", "unread once it is in view")


func test_a_room_without_a_usable_name_is_not_joined() -> void:
	await _open()
	await click(part("Join") as Control)
	equal((part("Problem") as Label).text, "A room needs a name.", "what is said")
	await click(part("NewRoom") as Control)
	await _type_keys("x".repeat(33))
	await click(part("Join") as Control)
	equal((part("Problem") as Label).text, "A room's name has at most 32 letters.", "what is said")
	equal((part("RoomTitle") as Label).text, "# lobby", "the room")


func test_a_room_that_the_server_refuses_says_so() -> void:
	await _open()
	part("Rooms").emit_signal("room_chosen", "x".repeat(65))
	await _until_status("the server refuses this room: invalid")
	await _write("hello")
	await press_key(KEY_ENTER)
	await wait_until(func() -> bool: return _rows().size() == 1, "the message")
	equal(_trouble(0), "not sent, as the server refuses this room", "what is said of it")
	await click(part("Leave") as Control)
	equal((part("RoomTitle") as Label).text, "# lobby", "the room")
	equal(_status(), "", "the status")


func test_leaving_a_room_is_seen_by_the_others() -> void:
	await _open()
	check((part("Leave") as Button).disabled, "the only room cannot be left")
	await click(part("RoomButtons").get_node("help") as Control)
	await click(part("RoomButtons").get_node("lobby") as Control)
	await click(part("Leave") as Control)
	equal((part("RoomTitle") as Label).text, "# help", "the room")
	await wait_until(
		func() -> bool: return _bob_sees.get_state().keys() == ["bob"], "Bob sees Ada leave"
	)


func test_a_draft_stays_with_its_room() -> void:
	await _open()
	await _write("half a tho")
	await click(part("RoomButtons").get_node("help") as Control)
	equal(_compose().text, "", "the field in another room")
	await click(part("RoomButtons").get_node("lobby") as Control)
	equal(_compose().text, "half a tho", "the field back in the room")


func test_keyboard_alone_goes_everywhere() -> void:
	await _open()
	await click(part("RoomButtons").get_node("help") as Control)
	await _key(KEY_UP, {"alt_pressed": true})
	equal((part("RoomTitle") as Label).text, "# lobby", "the room")
	await _key(KEY_DOWN, {"alt_pressed": true})
	equal((part("RoomTitle") as Label).text, "# help", "the room")
	check(_compose().has_focus(), "the field has the focus")
	var passed: Array[String] = []
	for i: int in 30:
		await press_key(KEY_TAB)
		passed.append(get_viewport().gui_get_focus_owner().name)
		if _compose().has_focus():
			break
	for name_of_part: String in ["off-topic", "NewRoom", "Join", "Leave", "Write"]:
		check(name_of_part in passed, "Tab comes to %s: %s" % [name_of_part, passed])


func test_the_list_stays_where_the_player_reads_and_tells_of_what_is_new() -> void:
	await _open()
	var room := _room()
	for i: int in 40:
		room.transcript.take([_message(i + 1000, "line %d" % i)])
	var scroll := part("Scroll") as ScrollContainer
	var bar := scroll.get_v_scroll_bar()
	await wait_until(func() -> bool: return bar.value > 100.0 and _is_at_end(bar), "at the end")

	await press_key(KEY_PAGEUP)
	await wait_until(func() -> bool: return not _is_at_end(bar), "a page up")
	var place := bar.value
	_bob.push("message", {"text": "news"})
	await wait_until(
		func() -> bool: return (part("Hint") as Button).text == "1 new message", "the hint"
	)
	equal(bar.value, place, "the place in the list")
	await click(part("Hint") as Control)
	await wait_until(func() -> bool: return _is_at_end(bar), "at the end")
	check(not (part("Hint") as Button).visible, "the hint is gone")


func test_a_phone_shows_a_panel_at_a_time() -> void:
	await _open(["word ".repeat(30), "w".repeat(200)])
	get_window().size = Vector2i(400, 800)
	await frames(3)
	await _check_panels(false, true, false)
	await _write("from a phone")
	await click(part("Send") as Control)
	await _until_bob_hears(["Ada: from a phone"])
	await click(part("ShowPeople") as Control)
	await _check_panels(false, false, true)
	await click(part("ClosePeople") as Control)
	await _check_panels(false, true, false)
	await click(part("ShowRooms") as Control)
	await _check_panels(true, false, false)
	await click(part("RoomButtons").get_node("help") as Control)
	await _check_panels(false, true, false)
	equal((part("RoomTitle") as Label).text, "# help", "the room")


## The server ends and comes back with nothing in its memory, as the devserver does.
func test_a_server_restart_loses_and_doubles_nothing() -> void:
	var server := await _open(["before"])
	await _until_shown(["before"])
	await _write("and this")
	await press_key(KEY_ENTER)
	await _until_state(1, "sent")

	server.stop()
	await _until_status("no connection; what you write goes out later")
	await _write("meanwhile")
	await press_key(KEY_ENTER)
	await _until_shown(["before", "and this", "meanwhile"])
	equal(_trouble(2), "goes out when the connection is back", "what is said of it")

	check(server.start(), "the server starts again")
	await _until_state(2, "sent")
	await wait_until(_bob.is_joined, "Bob is back")
	_bob.push("message", {"text": "after"})
	await _until_shown(["before", "and this", "meanwhile", "after"])
	check(_rows()[2].get_node("%Era").visible, "it is said that the server has forgotten the rest")
	check(not _rows()[3].get_node("%Era").visible, "and once")
	await _until_people(["Ada  you", "Bob"])


## The connection is lost after the server stored a message, before its reply came: here the server
## got it by another connection of the same user.
func test_a_message_whose_reply_was_lost_is_shown_once() -> void:
	var server := await _open(["before"])
	var own := await open_socket({"params": {"user_id": Net.user_id}}, server.url)
	Net.socket.disconnect_socket()
	await wait_until(func() -> bool: return _status() != "", "Ada is away")
	await _write("arrived")
	await press_key(KEY_ENTER)
	var message := _room().transcript.unsent()[0]
	var channel := await joined(own, "chat:lobby", {"name": "Ada"})
	equal(
		(await reply_to(channel.push("message", {"text": "arrived", "nonce": message.nonce})))[0],
		"ok",
		"the first try"
	)
	await reply_to(_bob.push("message", {"text": "missed"}))
	channel.leave()

	Net.socket.connect_socket()
	await _until_shown(["before", "arrived", "missed"])
	equal(_mark(1), "sent", "its sign")
	equal(_bob_hears, ["Ada: arrived"] as Array[String], "what Bob heard")


## The server hangs: it gets the message, and does not answer in time.
func test_a_message_without_an_answer_is_sent_again_and_stored_once() -> void:
	var server := await _open()
	server.freeze()
	await _write("hello?")
	await press_key(KEY_ENTER)
	equal(_mark(0), "sending", "its sign")
	await _until_state(0, "no answer", 10_000)
	equal(_trouble(0), "the server did not answer", "what is said of it")
	server.thaw()
	await _until_bob_hears(["Ada: hello?"])
	await click(_row_button(0, "Retry"))
	await _until_state(0, "sent")
	await reply_to(_bob.push("message", {"text": "yes"}))
	await _until_shown(["hello?", "yes"])
	equal(_bob_hears, ["Ada: hello?"] as Array[String], "what Bob heard")


func test_what_was_written_without_a_connection_goes_out_in_order() -> void:
	var server := await _open()
	server.stop()
	await _until_status("no connection; what you write goes out later")
	var expected: Array[String] = []
	for i: int in 8:
		await _write("line %d" % i)
		await press_key(KEY_ENTER)
		expected.append("line %d" % i)
	check(server.start(), "the server starts again")
	await _until_state(7, "sent", 15_000)
	await _until_shown(expected)


func _room() -> Room:
	return (
		Doors.scene.get_children().filter(func(node: Node) -> bool: return node is Room)[0] as Room
	)


func _compose() -> TextEdit:
	return part("Write") as TextEdit


func _status() -> String:
	return (part("Status") as Label).text


func _rows() -> Array[MessageRow]:
	var rows: Array[MessageRow] = []
	rows.assign(part("Column").get_children())
	return rows


## What a row shows: the text, in the first of a block under the sender and the time.
func _label(row: int) -> String:
	return (_rows()[row].get_node("%Text") as RichTextLabel).get_parsed_text()


func _texts() -> Array[String]:
	var texts: Array[String] = []
	for i: int in _rows().size():
		var lines := _label(i).split("\n")
		texts.append("\n".join(lines.slice(1 if _rows()[i].begins_block else 0)))
	return texts


func _mark(row: int) -> String:
	return (_rows()[row].get_node("%Line/Mark") as Control).tooltip_text


func _trouble(row: int) -> String:
	var trouble := _rows()[row].get_node("Trouble") as Control
	return (trouble.get_node("%Why") as Label).text if trouble.visible else ""


func _row_button(row: int, button: String) -> Button:
	return _rows()[row].get_node("Trouble").get_node("%" + button) as Button


func _unread(room_name: String) -> String:
	return (part("RoomButtons").get_node(room_name).get_node("Unread") as Label).text


func _is_at_end(bar: ScrollBar) -> bool:
	return bar.value + bar.page >= bar.max_value - 1.0


func _message(id: int, text: String) -> Dictionary:
	return {"id": id, "from": "bob", "name": "Bob", "text": text, "at": 1_700_000_000_000 + id}


func _check_panels(rooms: bool, conversation: bool, people: bool) -> void:
	await frames(2)
	equal((part("Rooms") as Control).visible, rooms, "rooms in view")
	equal((part("Conversation") as Control).visible, conversation, "conversation in view")
	equal((part("PeoplePanel") as Control).visible, people, "people in view")
	for name_of_part: String in ["Rooms", "Conversation", "PeoplePanel"]:
		var panel := part(name_of_part) as Control
		if panel.visible:
			var inside := get_window().get_visible_rect().encloses(panel.get_global_rect())
			check(
				inside, "%s is inside of the window: %s" % [name_of_part, panel.get_global_rect()]
			)


## Types into the field to write in, key by key.
func _write(text: String) -> void:
	if not _compose().has_focus():
		await click(_compose())
	await _type_keys(text)


func _type_keys(text: String) -> void:
	for character: String in text:
		await _key(KEY_NONE, {"unicode": character.unicode_at(0)})


func _key(keycode: Key, more: Dictionary = {}) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = keycode
		event.physical_keycode = keycode
		event.pressed = pressed
		for property: String in more:
			event.set(property, more[property])
		Input.parse_input_event(event)
		Input.flush_buffered_events()
	await frames(1)


func _until_shown(texts: Array[String]) -> void:
	if not await wait_until(func() -> bool: return _texts() == texts, "the messages %s" % [texts]):
		fail("there are %s" % [_texts()])


func _until_state(row: int, state: String, limit_ms: int = WAIT_MS) -> void:
	await wait_until(
		func() -> bool: return _rows().size() > row and _mark(row) == state,
		"message %d %s" % [row, state],
		limit_ms
	)


func _until_status(text: String) -> void:
	if not await wait_until(func() -> bool: return _status() == text, "the status '%s'" % text):
		fail("it is '%s'" % _status())


func _until_people(lines: Array[String]) -> void:
	var people := part("People") as RichTextLabel
	await wait_until(
		func() -> bool:
			return people.get_parsed_text().replace("●  ", "").strip_edges() == "\n".join(lines),
		"the people %s" % [lines]
	)


func _until_bob_hears(lines: Array[String]) -> void:
	if not await wait_until(func() -> bool: return _bob_hears == lines, "Bob hears %s" % [lines]):
		fail("he heard %s" % [_bob_hears])


func _until_ada_types(typing: bool) -> void:
	await wait_until(
		func() -> bool:
			var ada := _bob_sees.get_state().get(Net.user_id, {}) as Dictionary
			return ada.has("metas") and ada.metas[0].typing == typing,
		"Bob sees Ada typing: %s" % typing
	)
