## The chat's rooms, and getting around in them.
extends "res://chat_case.gd"


func test_another_room_is_joined_by_name_and_unread_messages_are_counted() -> void:
	await open_chat()
	await click(part("NewRoom") as Control)
	await type_keys("Tea Time")
	await press_key(KEY_ENTER)
	equal((part("RoomTitle") as Label).text, "# tea-time", "the room")
	await wait_until(func() -> bool: return status() == "", "Ada in the room")
	var cleo := await someone("cleo", "Cleo", "tea-time", Net.server_url)
	cleo.push("message", {"text": "Milk?"})
	await until_shown(["Milk?"])

	bob.push("message", {"text": "one"})
	bob.push("message", {"text": "two"})
	await wait_until(func() -> bool: return unread_in("lobby") == "2", "two unread in the lobby")
	equal(unread_in("tea-time"), "", "unread in the room in view")
	await click(part("RoomButtons").get_node("lobby") as Control)
	await until_shown(["one", "two"])
	equal(unread_in("lobby"), "", "unread once it is in view")


func test_a_room_without_a_usable_name_is_not_joined() -> void:
	await open_chat()
	await click(part("Join") as Control)
	equal((part("Problem") as Label).text, "A room needs a name.", "what is said")
	await click(part("NewRoom") as Control)
	await type_keys("x".repeat(33))
	await click(part("Join") as Control)
	equal(
		(part("Problem") as Label).text, "A room's name has at most 32 characters.", "what is said"
	)
	equal((part("RoomTitle") as Label).text, "# lobby", "the room")


func test_a_room_that_the_server_refuses_says_so() -> void:
	await open_chat()
	part("Rooms").emit_signal("room_chosen", "x".repeat(65))
	await until_status("the server refuses this room: invalid")
	await write("hello")
	await press_key(KEY_ENTER)
	await wait_until(func() -> bool: return rows().size() == 1, "the message")
	equal(trouble_of(0), "not sent: the server refuses this room", "what is said of it")
	await click(part("Leave") as Control)
	equal((part("RoomTitle") as Label).text, "# lobby", "the room")
	equal(status(), "", "the status")


func test_leaving_a_room_is_seen_by_the_others() -> void:
	await open_chat()
	check((part("Leave") as Button).disabled, "the only room cannot be left")
	await click(part("RoomButtons").get_node("help") as Control)
	await click(part("RoomButtons").get_node("lobby") as Control)
	await click(part("Leave") as Control)
	equal((part("RoomTitle") as Label).text, "# help", "the room")
	await wait_until(
		func() -> bool: return bob_sees.get_state().keys() == ["bob"], "Bob sees Ada leave"
	)


func test_a_draft_stays_with_its_room() -> void:
	await open_chat()
	await write("half a tho")
	await click(part("RoomButtons").get_node("help") as Control)
	equal(compose().text, "", "the field in another room")
	await click(part("RoomButtons").get_node("lobby") as Control)
	equal(compose().text, "half a tho", "the field back in the room")


func test_keyboard_alone_goes_everywhere() -> void:
	await open_chat()
	await click(part("RoomButtons").get_node("help") as Control)
	await send_key(KEY_UP, {"alt_pressed": true})
	equal((part("RoomTitle") as Label).text, "# lobby", "the room")
	await send_key(KEY_DOWN, {"alt_pressed": true})
	equal((part("RoomTitle") as Label).text, "# help", "the room")
	check(compose().has_focus(), "the field has the focus")
	var passed: Array[String] = []
	for i: int in 30:
		await press_key(KEY_TAB)
		passed.append(get_viewport().gui_get_focus_owner().name)
		if compose().has_focus():
			break
	for name_of_part: String in ["off-topic", "NewRoom", "Join", "Leave", "Write"]:
		check(name_of_part in passed, "Tab comes to %s: %s" % [name_of_part, passed])


func test_a_phone_shows_a_panel_at_a_time() -> void:
	await open_chat(["word ".repeat(30), "w".repeat(200)])
	await check_fits(Vector2i(1280, 720))
	await check_fits(Vector2i(844, 390))
	await check_fits(Vector2i(390, 844))
	await check_panels(false, true, false)
	await write("from a phone")
	await click(part("Send") as Control)
	await until_bob_hears(["Ada: from a phone"])
	await click(part("ShowPeople") as Control)
	await check_panels(false, false, true)
	await click(part("ClosePeople") as Control)
	await check_panels(false, true, false)
	await click(part("ShowRooms") as Control)
	await check_panels(true, false, false)
	await click(part("RoomButtons").get_node("help") as Control)
	await check_panels(false, true, false)
	equal((part("RoomTitle") as Label).text, "# help", "the room")


func check_panels(shown_rooms: bool, conversation: bool, people: bool) -> void:
	await frames(2)
	equal((part("Rooms") as Control).visible, shown_rooms, "rooms in view")
	equal((part("Conversation") as Control).visible, conversation, "conversation in view")
	equal((part("PeoplePanel") as Control).visible, people, "people in view")
	for size: Vector2i in [Vector2i(360, 640), Vector2i(390, 844)]:
		await check_fits(size)
