## What the demo's tests share: the demo as it runs in a window, its buttons, and other players that
## are there by bare sockets.
extends "res://phoenix_case.gd"

const Main := preload("res://main.gd")
const Partner := preload("res://partner.gd")
const Settings := preload("res://start/settings.gd")

var _main: Main


## Starts the demo with these arguments, as on its command line; returns the scene that it shows.
func start_demo(arguments: PackedStringArray = [], url: String = server_url) -> Control:
	Settings.path = "user://test_%d.cfg" % OS.get_process_id()
	DirAccess.remove_absolute(Settings.path)
	return await restart_demo(arguments, url)


## Like [method start_demo], with the settings that are remembered.
func restart_demo(arguments: PackedStringArray = [], url: String = server_url) -> Control:
	if is_instance_valid(_main):
		_main.free()
		Net.stop()
	get_window().size = Vector2i(1280, 720)
	_main = (load("res://main.tscn") as PackedScene).instantiate() as Main
	_main.arguments = PackedStringArray(["--default-server", url]) + arguments
	add_child(_main)
	await frames(2)
	return Screens.scene


## Straight into a screen, connected.
func start_screen(
	screen: String,
	player_name: String = "Ada",
	url: String = server_url,
	more: PackedStringArray = []
) -> Control:
	var arguments := PackedStringArray(["--screen", screen, "--name", player_name])
	var scene := await start_demo(arguments + more, url)
	await wait_until(Net.is_open, "the connection of the demo")
	return scene


## The node with this unique name in the shown scene.
func part(unique_name: String) -> Node:
	var found := Screens.scene.get_node_or_null("%" + unique_name)
	check(found != null, "a node %%%s in %s" % [unique_name, Screens.scene.name])
	return found


## Clicks with the mouse in the middle of a control, through the engine's own input.
func click(control: Control) -> void:
	if not check(control.is_visible_in_tree(), "%s is visible" % control.name):
		return
	var place := control.get_global_transform_with_canvas() * (control.size / 2.0)
	for pressed: bool in [true, false]:
		var event := InputEventMouseButton.new()
		event.button_index = MOUSE_BUTTON_LEFT
		event.pressed = pressed
		event.position = place
		event.global_position = place
		get_viewport().push_input(event)
		await frames(1)


## Presses and releases a key, with Ctrl if [param with_control].
func press_key(keycode: Key, with_control: bool = false) -> void:
	for pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = keycode
		event.physical_keycode = keycode
		event.ctrl_pressed = with_control
		event.pressed = pressed
		Input.parse_input_event(event)
		Input.flush_buffered_events()
		await frames(1)


## Puts text into a field as typing does, in place of what it holds.
func type_into(field: LineEdit, text: String) -> void:
	field.grab_focus()
	field.text = text
	field.text_changed.emit(text)
	await frames(1)


## Another player, connected and in [param topic]: a socket without the demo around it.
func other_player(
	user_id: String, topic: String, params: Dictionary = {}, presence: PhoenixPresence = null
) -> PhoenixChannel:
	return await joined(
		await open_socket({"params": {"user_id": user_id}}), topic, params, presence
	)


## Starts the demo once more, in an engine of its own, where the tests of [param file] play the
## other side: a script like this one, whose name does not begin with test_. What they find wrong
## fails this test; wait for them with [code]await partner.finished()[/code].
func start_partner(file: String, url: String = server_url) -> Partner:
	var partner := Partner.new(self, file)
	add_child(partner)
	partner.start(engine_program, ["--server", url, "--devserver", devserver_program])
	return partner


## Resizes the window and checks that all of the shown scene can be seen in it, or scrolled to.
func check_fits(size: Vector2i) -> void:
	get_window().size = size
	await frames(3)
	var window := Rect2(Vector2.ZERO, size)
	equal(get_viewport().get_visible_rect(), window, "the window")
	for control: Control in _main.find_children("*", "Control", true, false):
		if not control.is_visible_in_tree() or _is_scrolled(control):
			continue
		var place := control.get_global_rect()
		if place.has_area():
			check(window.grow(1.0).encloses(place), "%s at %s in %s" % [control, place, size])


## Whether the control's place may be outside, as one scrolls there, or is moved by design.
func _is_scrolled(control: Control) -> bool:
	var parent := control.get_parent()
	while parent is Control:
		if (
			parent is ScrollContainer
			or (parent as Control).clip_contents and parent != Screens.host
		):
			return true
		parent = parent.get_parent()
	return false


func _exit_tree() -> void:
	Net.stop()
	DirAccess.remove_absolute(Settings.path)
