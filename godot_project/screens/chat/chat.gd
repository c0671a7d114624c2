## The chat: rooms to join, one of them in view. Each room has its own channel on the shared socket;
## messages in rooms that are not in view are counted.
extends "res://screens/screen.gd"

enum View { ROOMS, CONVERSATION, PEOPLE }

const Composer := preload("res://screens/chat/composer.gd")
const MessageList := preload("res://screens/chat/message_list.gd")
const Palette := preload("res://ui/palette.gd")
const PeopleList := preload("res://screens/chat/people_list.gd")
const Room := preload("res://screens/chat/room.gd")
const RoomList := preload("res://screens/chat/room_list.gd")

## Offered to everybody; the first is joined at once.
const ROOMS: Array[String] = ["lobby", "help", "off-topic"]
## Narrower than this, one panel is in view at a time.
const NARROW := 820.0

var _rooms := {}  # name -> Room, null where it is not joined
var _current: Room
var _view := View.CONVERSATION

@onready var _room_list: RoomList = %Rooms
@onready var _people_list: PeopleList = %PeoplePanel
@onready var _conversation: Control = %Conversation
@onready var _messages: MessageList = %Messages
@onready var _composer: Composer = %Composer
@onready var _title: Label = %RoomTitle
@onready var _status: Label = %Status
@onready var _leave: Button = %Leave
@onready var _show_rooms: Button = %ShowRooms
@onready var _show_people: Button = %ShowPeople


func _ready() -> void:
	_room_list.room_chosen.connect(_choose)
	_leave.pressed.connect(_leave_current)
	_composer.submitted.connect(func(text: String) -> void: _current.say(text))
	_composer.typing_changed.connect(func(typing: bool) -> void: _current.set_typing(typing))
	_composer.pages_asked.connect(_messages.scroll_pages)
	_show_rooms.pressed.connect(_turn_to.bind(View.ROOMS))
	_show_people.pressed.connect(_turn_to.bind(View.PEOPLE))
	_people_list.closed.connect(_turn_to.bind(View.CONVERSATION))
	resized.connect(_reflow)
	for room_name: String in ROOMS:
		_rooms[room_name] = null
	_choose(ROOMS[0])


## Alt and an arrow key go from room to room.
func _input(event: InputEvent) -> void:
	var key := event as InputEventKey
	if key == null or not key.pressed or not key.alt_pressed:
		return
	if key.keycode in [KEY_UP, KEY_DOWN]:
		_step(1 if key.keycode == KEY_DOWN else -1)
		get_viewport().set_input_as_handled()


func _step(by: int) -> void:
	var joined := _joined_rooms()
	_choose(joined[posmod(joined.find(_current.title) + by, joined.size())])


func _joined_rooms() -> Array[String]:
	var names: Array[String] = []
	for room_name: String in _rooms:
		if _rooms[room_name] != null:
			names.append(room_name)
	return names


## Brings a room into view, and joins it if need be.
func _choose(room_name: String) -> void:
	if _rooms.get(room_name) == null:
		_rooms[room_name] = _join(room_name)
	if _current != null:
		_current.draft = _composer.get_draft()
		_current.set_typing(false)
	_current = _rooms[room_name]
	_messages.show_room(_current)
	_composer.set_draft(_current.draft, "Message #%s" % room_name)
	_turn_to(View.CONVERSATION)
	_show()


func _join(room_name: String) -> Room:
	var room := Room.new()
	room.changed.connect(_show)
	room.heard.connect(func(_count: int) -> void: _show())
	add_child(room)
	var channel := new_channel("chat:%s" % room_name, {"name": Net.player_name})
	room.open(channel, room_name, Net.user_id, Net.player_name)
	return room


func _leave_current() -> void:
	var left := _current
	if left.title in ROOMS:
		_rooms[left.title] = null
	else:
		_rooms.erase(left.title)
	_current = null
	_choose(_joined_rooms()[0])
	left.queue_free()


func _show() -> void:
	if _current == null:
		return
	_current.unread = 0
	_room_list.show_rooms(_rooms, _current.title)
	var people := _current.people()
	_people_list.show_people(people)
	_show_people.text = PeopleList.counted(people.size())
	_leave.disabled = _joined_rooms().size() == 1
	_title.text = "# %s" % _current.title
	_show_status(people)


## Over the field to write in: what is wrong with the room, or else who is typing.
func _show_status(people: Array[Dictionary]) -> void:
	match _current.state:
		Room.State.JOINING:
			_status.text = "joining …"
		Room.State.LOST:
			_status.text = "no connection; messages will be sent later"
		Room.State.REFUSED:
			_status.text = "the server refuses this room: %s" % _current.refusal
		_:
			_status.text = _typing_text(people)
	var is_well := _current.state == Room.State.JOINED
	_status.self_modulate = Palette.CALM if is_well else Palette.BUSY


func _typing_text(people: Array[Dictionary]) -> String:
	var names: Array[String] = []
	for person: Dictionary in people:
		if person.typing and not person.me:
			names.append(person.name as String)
	match names.size():
		0:
			return ""
		1:
			return "%s is typing …" % names[0]
		2:
			return "%s and %s are typing …" % names
	return "%d people are typing …" % names.size()


func _turn_to(view: View) -> void:
	_view = view
	_reflow()
	match view:
		View.ROOMS:
			_room_list.focus()
		View.CONVERSATION:
			_composer.focus()
		View.PEOPLE:
			_people_list.focus()


## On a wide screen everything is in view, on a narrow one a panel at a time.
func _reflow() -> void:
	var narrow := size.x < NARROW
	_show_rooms.visible = narrow
	_show_people.visible = narrow
	_room_list.visible = not narrow or _view == View.ROOMS
	_conversation.visible = not narrow or _view == View.CONVERSATION
	_people_list.visible = not narrow or _view == View.PEOPLE
	var side := Control.SIZE_EXPAND_FILL if narrow else Control.SIZE_FILL
	_room_list.size_flags_horizontal = side
	_people_list.size_flags_horizontal = side
	_people_list.show_close(narrow)
