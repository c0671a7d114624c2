# gdlint: disable=max-public-methods
## What the tests of the chat share: Ada in front of it, Bob in its first room, and what they see.
extends "res://demo_case.gd"

const Message := preload("res://screens/chat/message.gd")
const MessageRow := preload("res://screens/chat/message_row.gd")
const Room := preload("res://screens/chat/room.gd")

var bob: PhoenixChannel
var bob_sees: PhoenixPresence
var bob_hears: Array[String] = []


## Ada in front of the chat, and Bob in its first room. Each test has a server of its own, as the
## rooms have names.
func open_chat(before: PackedStringArray = []) -> Devserver:
	var server := own_server()
	bob_sees = PhoenixPresence.new()
	bob = await someone("bob", "Bob", "lobby", server.url, bob_sees)
	bob.on(
		"message",
		func(message: Dictionary) -> void: bob_hears.append("%s: %s" % [message.name, message.text])
	)
	for text: String in before:
		equal((await reply_to(bob.push("message", {"text": text})))[0], "ok", "Bob's message")
	await start_screen("chat", "Ada", server.url)
	await wait_until(func() -> bool: return status() == "", "Ada in the room")
	return server


func someone(
	user: String, called: String, room: String, url: String, presence: PhoenixPresence = null
) -> PhoenixChannel:
	if presence != null:
		add_child(presence)
	var socket := await open_socket({"params": {"user_id": user}}, url)
	return await joined(socket, "chat:%s" % room, {"name": called}, presence)


func lobby() -> Room:
	for node: Node in Screens.scene.get_children():
		if node is Room and (node as Room).title == "lobby":
			return node
	return null


func compose() -> TextEdit:
	return part("Write") as TextEdit


func status() -> String:
	return (part("Status") as Label).text


func rows() -> Array[MessageRow]:
	var found: Array[MessageRow] = []
	found.assign(part("Column").get_children())
	return found


## What a row shows: the text, in the first of a block under the sender and the time.
func shown_in(row: int) -> String:
	return (rows()[row].get_node("%Text") as RichTextLabel).get_parsed_text()


func shown_texts() -> Array[String]:
	var found: Array[String] = []
	for i: int in rows().size():
		var lines := shown_in(i).split("\n")
		found.append("\n".join(lines.slice(1 if rows()[i].begins_block else 0)))
	return found


func mark_of(row: int) -> String:
	return (rows()[row].get_node("%Line/Mark") as Control).tooltip_text


## The first row with this sign; -1 if there is none.
func row_with_mark(state: String) -> int:
	for i: int in rows().size():
		if rows()[i].has_node("%Line/Mark") and mark_of(i) == state:
			return i
	return -1


func trouble_of(row: int) -> String:
	var trouble := rows()[row].get_node("Trouble") as Control
	return (trouble.get_node("%Why") as Label).text if trouble.visible else ""


func row_button(row: int, button: String) -> Button:
	return rows()[row].get_node("Trouble").get_node("%" + button) as Button


func unread_in(room_name: String) -> String:
	return (part("RoomButtons").get_node(room_name).get_node("Unread") as Label).text


func is_at_end(bar: ScrollBar) -> bool:
	return bar.value + bar.page >= bar.max_value - 1.0


func said_before(id: int, text: String) -> Dictionary:
	return {"id": id, "from": "bob", "name": "Bob", "text": text, "at": 1_700_000_000_000 + id}


## Types into the field to write in, key by key.
func write(text: String) -> void:
	if not compose().has_focus():
		await click(compose())
	await type_keys(text)


func type_keys(text: String) -> void:
	for character: String in text:
		await send_key(KEY_NONE, {"unicode": character.unicode_at(0)})


func send_key(keycode: Key, more: Dictionary = {}) -> void:
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


func until_shown(expected: Array[String], limit_ms: int = WAIT_MS) -> void:
	var what := "the messages %s" % [expected]
	if not await wait_until(func() -> bool: return shown_texts() == expected, what, limit_ms):
		fail("there are %s" % [shown_texts()])


func until_state(row: int, state: String, limit_ms: int = WAIT_MS) -> void:
	await wait_until(
		func() -> bool: return rows().size() > row and mark_of(row) == state,
		"message %d %s" % [row, state],
		limit_ms
	)


## Waits until each message was taken or refused, and is shown so.
func until_answered() -> void:
	await wait_until(
		func() -> bool: return lobby().transcript.unsent().all(_is_refused),
		"a reply to each message",
		15_000
	)
	await frames(2)


func until_status(text: String) -> void:
	if not await wait_until(func() -> bool: return status() == text, "the status '%s'" % text):
		fail("it is '%s'" % status())


func until_people(lines: Array[String]) -> void:
	var people := part("People") as RichTextLabel
	await wait_until(
		func() -> bool:
			return people.get_parsed_text().replace("●  ", "").strip_edges() == "\n".join(lines),
		"the people %s" % [lines]
	)


func until_bob_hears(lines: Array[String]) -> void:
	if not await wait_until(func() -> bool: return bob_hears == lines, "Bob hears %s" % [lines]):
		fail("he heard %s" % [bob_hears])


func until_ada_types(typing: bool) -> void:
	await wait_until(
		func() -> bool:
			var ada := bob_sees.get_state().get(Net.user_id, {}) as Dictionary
			return ada.has("metas") and ada.metas[0].typing == typing,
		"Bob sees Ada typing: %s" % typing
	)


func _is_refused(message: Message) -> bool:
	return message.state == Message.State.REFUSED
