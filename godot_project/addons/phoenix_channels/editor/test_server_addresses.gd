@tool
extends VBoxContainer
## The addresses of the test server, each to copy or to give to the selected PhoenixSocket nodes.

const Look := preload("look.gd")

const ACTION := "Use the Phoenix Test Server"

var _use_buttons: Array[Button] = []


func _enter_tree() -> void:
	EditorInterface.get_selection().selection_changed.connect(_update_buttons)


func _exit_tree() -> void:
	EditorInterface.get_selection().selection_changed.disconnect(_update_buttons)


func show_endpoints(endpoints: PackedStringArray) -> void:
	for row: Node in get_children():
		row.queue_free()
		remove_child(row)
	_use_buttons.clear()
	for endpoint: String in endpoints:
		add_child(_row(endpoint))
	_update_buttons()


## Sets the endpoint of the selected PhoenixSocket nodes; the editor's undo takes it back.
static func use(endpoint: String) -> void:
	var sockets := _selected()
	if sockets.is_empty():
		return
	var undo := EditorInterface.get_editor_undo_redo()
	undo.create_action(ACTION, UndoRedo.MERGE_DISABLE, sockets[0])
	for socket: PhoenixSocket in sockets:
		undo.add_do_property(socket, &"endpoint", endpoint)
		undo.add_undo_property(socket, &"endpoint", socket.endpoint)
	undo.commit_action()


func _row(endpoint: String) -> Control:
	var row := HBoxContainer.new()
	var text := LineEdit.new()
	text.text = endpoint
	text.editable = false
	text.size_flags_horizontal = SIZE_EXPAND_FILL
	row.add_child(text)
	row.add_child(_button("Copy", Look.copy.bind(endpoint)))
	var use_button := _button("Use for Selected PhoenixSocket", use.bind(endpoint))
	use_button.tooltip_text = "Sets the endpoint of the PhoenixSocket nodes selected in the scene."
	row.add_child(use_button)
	_use_buttons.append(use_button)
	return row


func _button(text: String, pressed: Callable) -> Button:
	var button := Button.new()
	button.text = text
	button.pressed.connect(pressed)
	return button


func _update_buttons() -> void:
	var has_socket := not _selected().is_empty()
	for button: Button in _use_buttons:
		button.disabled = not has_socket


static func _selected() -> Array[PhoenixSocket]:
	var sockets: Array[PhoenixSocket] = []
	for node: Node in EditorInterface.get_selection().get_selected_nodes():
		var socket := node as PhoenixSocket
		if socket != null:
			sockets.append(socket)
	return sockets
