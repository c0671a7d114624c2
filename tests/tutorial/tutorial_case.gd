## What the tests of the tutorial's steps share: the reader's project, running.
extends "res://phoenix_case.gd"

const ROOM := "chat:lobby"

var chat: Control
var server: Devserver


## Starts a server; the reader's project then has it in place of the address in its script.
func start_server() -> void:
	server = own_server()


## Runs the main scene of the project, as F5 does.
func run_project() -> void:
	var path := ProjectSettings.get_setting("application/run/main_scene") as String
	chat = (load(path) as PackedScene).instantiate() as Control
	if server != null:
		(chat.get("_socket") as PhoenixSocket).endpoint = server.url
	add_child(chat)
	await frames(1)


## Somebody else in the room.
func other_player(user: String, presence: PhoenixPresence = null) -> PhoenixChannel:
	var socket := await open_socket({"params": {"user_id": user}}, server.url)
	return await joined(socket, ROOM, {"name": user}, presence)


func part(unique_name: String) -> Node:
	return chat.get_node("%" + unique_name)


## Types into the field and presses Enter.
func say(text: String) -> void:
	type_keys(text)
	await press(KEY_ENTER)


func type_keys(text: String) -> void:
	(part("Write") as LineEdit).grab_focus()
	for character: String in text:
		_send_key(KEY_NONE, character.unicode_at(0))


func press(keycode: Key) -> void:
	_send_key(keycode, 0)
	await frames(1)


func shown() -> String:
	return (part("Messages") as RichTextLabel).get_parsed_text()


func until_status(text: String) -> void:
	await _until_text(part("Status") as Label, text)


## Waits until the messages show exactly these lines.
func until_shown(lines: Array[String]) -> void:
	var text := "".join(lines.map(func(line: String) -> String: return line + "\n"))
	if not await wait_until(func() -> bool: return shown() == text, "the messages %s" % [lines]):
		fail("there is %s" % shown())


func me() -> String:
	return (part("Status") as Label).text.trim_prefix("Connected as ")


func _until_text(label: Label, text: String) -> void:
	if not await wait_until(func() -> bool: return label.text.begins_with(text), text):
		fail("it says %s" % label.text)


func _send_key(keycode: Key, unicode: int) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = keycode
		event.physical_keycode = keycode
		event.unicode = unicode
		event.pressed = pressed
		Input.parse_input_event(event)
	Input.flush_buffered_events()
