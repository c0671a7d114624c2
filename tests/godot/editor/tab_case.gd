@tool
## What the tests of the debugger's tab share: finding its controls, and using them.
extends "res://editor/editor_case.gd"

const DEBUGGER := "res://addons/phoenix_channels/editor/debugger/"
const GameTree := preload(DEBUGGER + "game_tree.gd")
const List := preload(DEBUGGER + "message_list.gd")
const MessageDetail := preload(DEBUGGER + "message_detail.gd")
const Tab := preload(DEBUGGER + "tab.gd")
const Toolbar := preload(DEBUGGER + "message_toolbar.gd")

## The tab under test.
var tab: Tab


func part(script: GDScript) -> Node:
	for node: Node in tab.find_children("*", "", true, false):
		if node.get_script() == script:
			return node
	fail("no %s in the tab" % script.resource_path)
	return null


func window_of(script: GDScript) -> Node:
	var window := part(script) as Window
	check(window.visible, "%s is open" % window.title)
	return window


## The button whose text is [param title], or whose tooltip begins with it.
func find_button(title: String) -> Button:
	var found: Button = null
	for node: Node in _descendants(tab, "Button"):
		var button := node as Button
		if button.text == title or button.tooltip_text.begins_with(title):
			if found == null or button.is_visible_in_tree():
				found = button
	check(found != null, "the button '%s'" % title)
	return found


## Whether there is a button whose text begins with [param title].
func is_shown(title: String) -> bool:
	return _descendants(tab, "Button").any(
		func(node: Node) -> bool:
			return (node as Button).text.begins_with(title) and (node as Button).visible
	)


## Whether a label that is visible has a text.
func says(text: String, in_node: Node = tab) -> bool:
	return _descendants(in_node, "Label").any(
		func(node: Node) -> bool: return text in (node as Label).text and (node as Label).visible
	)


func choose_file(path: String) -> void:
	var dialog := _descendants(tab, "EditorFileDialog")[-1] as EditorFileDialog
	check(dialog.visible, "the file dialog is open")
	dialog.hide()
	dialog.file_selected.emit(path)


func filter_box() -> LineEdit:
	return control(part(Toolbar), "LineEdit") as LineEdit


func type_filter(text: String) -> void:
	filter_box().text = text
	filter_box().text_changed.emit(text)
	await frames(2)


## The texts of the payload views that are shown.
func payloads() -> PackedStringArray:
	var texts := PackedStringArray()
	for node: Node in _descendants(part(MessageDetail), "CodeEdit"):
		if (node.get_parent() as Control).visible:
			texts.append((node as CodeEdit).text)
	return texts


func lines_of(item: TreeItem) -> PackedStringArray:
	var lines := PackedStringArray()
	for child: TreeItem in item.get_children():
		lines.append("%s: %s" % [child.get_text(0), child.get_text(1)])
		lines.append_array(lines_of(child))
	return lines


func select_line(tree: GameTree, title: String, below: TreeItem = tree.get_root()) -> void:
	for child: TreeItem in below.get_children():
		if child.get_text(0) == title:
			child.select(0)
		select_line(tree, title, child)


func click_row(i: int) -> void:
	var list := part(List) as List
	var at := list.row_rect(i).get_center()
	mouse_button(list, at, true)
	mouse_button(list, at, false)


func wheel(on: Control, button: MouseButton) -> void:
	mouse_button(on, on.size / 2.0, true, button)
	mouse_button(on, on.size / 2.0, false, button)


func mouse_button(
	on: Control, at: Vector2, is_pressed: bool, button: MouseButton = MOUSE_BUTTON_LEFT
) -> void:
	var event := InputEventMouseButton.new()
	event.button_index = button
	event.pressed = is_pressed
	event.position = on.get_global_transform() * at
	event.global_position = event.position
	on.get_viewport().push_input(event, true)


func move_mouse(on: Control, at: Vector2) -> void:
	var event := InputEventMouseMotion.new()
	event.position = on.get_global_transform() * at
	event.global_position = event.position
	on.get_viewport().push_input(event, true)


func press_key(key: Key) -> void:
	for is_pressed: bool in [true, false]:
		var event := InputEventKey.new()
		event.keycode = key
		event.pressed = is_pressed
		tab.get_viewport().push_input(event, true)
