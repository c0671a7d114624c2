## Pushes any event with any payload to the selected topic. The payload is checked as it is typed.
extends PanelContainer

const Examples := preload("res://screens/control_room/examples.gd")
const JsonReader := preload("res://screens/control_room/json_reader.gd")

## The event that the servers broadcast as it is, to everyone in the topic.
const SHOUT := "shout"

## Where to push; null for nowhere.
var target: PhoenixChannel:
	set(value):
		target = value
		_show_target()

var _own_event := ""

@onready var _target: Label = %Target
@onready var _examples: MenuButton = %Examples
@onready var _event: LineEdit = %Event
@onready var _payload: TextEdit = %Payload
@onready var _error: Label = %PayloadError
@onready var _broadcast: CheckBox = %Broadcast
@onready var _push: Button = %Push


func _ready() -> void:
	_event.text_changed.connect(func(_text: String) -> void: _check())
	_event.text_submitted.connect(func(_text: String) -> void: _on_push_pressed())
	_payload.text_changed.connect(_check)
	_payload.gui_input.connect(_on_payload_input)
	_broadcast.toggled.connect(_on_broadcast_toggled)
	_push.pressed.connect(_on_push_pressed)
	_examples.about_to_popup.connect(_fill_examples)
	_examples.get_popup().index_pressed.connect(_take_example)


func _process(_delta: float) -> void:
	# The channel joins and leaves on its own; asking costs next to nothing.
	_push.disabled = not _can_push()


func _check() -> void:
	var read := JsonReader.read_object(_payload.text)
	_error.text = read.error
	_error.visible = read.error != ""


func _can_push() -> bool:
	return (
		is_instance_valid(target)
		and (target.is_joined() or target.is_errored())
		and _event.text.strip_edges() != ""
		and not _error.visible
	)


func _on_push_pressed() -> void:
	if _can_push():
		target.push(_event.text.strip_edges(), JsonReader.read_object(_payload.text).value)


## Enter makes a new line in a payload, so it takes Ctrl+Enter to push.
func _on_payload_input(event: InputEvent) -> void:
	var key := event as InputEventKey
	if key and key.pressed and key.keycode == KEY_ENTER and key.is_command_or_control_pressed():
		_on_push_pressed()
		_payload.accept_event()


func _on_broadcast_toggled(on: bool) -> void:
	if on:
		_own_event = _event.text
	_event.text = SHOUT if on else _own_event
	_event.editable = not on


func _show_target() -> void:
	_target.text = "to %s" % target.topic if target != null else "join a topic first"
	_examples.disabled = target == null


func _fill_examples() -> void:
	var menu := _examples.get_popup()
	menu.clear()
	for example: Array in Examples.of_topic(target.topic):
		menu.add_item("%s  %s" % example)


func _take_example(index: int) -> void:
	var example := Examples.of_topic(target.topic)[index] as Array
	_broadcast.button_pressed = false
	_event.text = example[0]
	_payload.text = example[1]
	_check()
