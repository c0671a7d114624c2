## The rooms to choose from: those that are joined, with what was not read yet, and some more.
extends PanelContainer

## The player wants to be in this room.
signal room_chosen(room_name: String)

const Palette := preload("res://ui/palette.gd")
const Room := preload("res://screens/chat/room.gd")
const RoomButton := preload("res://screens/chat/room_button.gd")

const MAX_CHARACTERS := 32

var _buttons := {}  # name -> RoomButton

@onready var _column: VBoxContainer = %RoomButtons
@onready var _new_room: LineEdit = %NewRoom
@onready var _join: Button = %Join
@onready var _problem: Label = %Problem


func _ready() -> void:
	_join.pressed.connect(_on_join_pressed)
	_new_room.text_submitted.connect(func(_text: String) -> void: _on_join_pressed())
	_new_room.text_changed.connect(func(_text: String) -> void: _problem.hide())


func focus() -> void:
	for button: RoomButton in _buttons.values():
		if button.is_current() and button.is_visible_in_tree():
			button.grab_focus()


## Shows these rooms, by name: a [code]Room[/code] where it is joined, else null.
func show_rooms(rooms: Dictionary, current: String) -> void:
	for room_name: String in _buttons.keys():
		if not rooms.has(room_name):
			(_buttons[room_name] as RoomButton).queue_free()
			_buttons.erase(room_name)
	for room_name: String in rooms:
		_button_of(room_name).show_room(rooms[room_name] as Room, room_name == current)


func _button_of(room_name: String) -> RoomButton:
	if not _buttons.has(room_name):
		var button := RoomButton.new()
		button.name = room_name
		button.text = "# %s" % room_name
		button.pressed.connect(room_chosen.emit.bind(room_name))
		_column.add_child(button)
		_buttons[room_name] = button
	return _buttons[room_name]


func _on_join_pressed() -> void:
	var room_name := _new_room.text.strip_edges().trim_prefix("#").strip_edges().to_lower()
	room_name = room_name.replace(" ", "-")
	_problem.text = _problem_with(room_name)
	_problem.visible = _problem.text != ""
	if _problem.visible:
		return
	_new_room.clear()
	room_chosen.emit(room_name)


## The server takes a topic of up to 64 bytes behind "chat:".
func _problem_with(room_name: String) -> String:
	if room_name.is_empty():
		return "A room needs a name."
	if room_name.length() > MAX_CHARACTERS or room_name.to_utf8_buffer().size() > 64:
		return "A room's name has at most %d characters." % MAX_CHARACTERS
	return ""
