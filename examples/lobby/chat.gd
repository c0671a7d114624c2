extends Control

const Room := preload("res://room.gd")

const SERVER := "ws://localhost:4000/socket"

var _me := "guest-%04d" % randi_range(0, 9999)
var _socket := PhoenixSocket.create(SERVER, {"params": {"user_id": _me}})
var _room := Room.new()

@onready var _status: Label = %Status
@onready var _messages: RichTextLabel = %Messages
@onready var _people: Label = %People
@onready var _typing: Label = %Typing
@onready var _write: LineEdit = %Write
@onready var _send: Button = %Send


func _ready() -> void:
	_socket.on_open.connect(_on_open)
	_socket.on_close.connect(_on_close)
	_room.changed.connect(_show_messages)
	_room.changed.connect(_show_people)
	_write.text_submitted.connect(func(_text: String) -> void: _say())
	_write.text_changed.connect(func(text: String) -> void: _room.set_typing(text != ""))
	_send.pressed.connect(_say)
	_messages.meta_clicked.connect(_room.send)
	add_child(_socket)
	add_child(_room)
	_socket.connect_socket()
	_room.open(_socket, "chat:lobby", _me)
	_status.text = "Connecting …"
	_write.grab_focus()


func _say() -> void:
	var text := _write.text.strip_edges()
	_write.clear()
	_room.set_typing(false)
	if text != "":
		_room.say(text)


func _on_open(_params: Dictionary) -> void:
	_status.text = "Connected as %s" % _me


func _on_close(params: Dictionary) -> void:
	if params.will_reconnect:
		_status.text = "No connection. Trying again …"


func _show_messages() -> void:
	_messages.clear()
	for message: Dictionary in _room.messages:
		_show(message.name as String, message.text as String, Color.SKY_BLUE)
		_messages.add_text("\n")
	for message: Dictionary in _room.unsent:
		_show(_me, message.text as String, Color.GRAY)
		if message.problem == "":
			_messages.add_text("  sending …")
		else:
			_messages.push_color(Color.TOMATO)
			_messages.add_text("  %s  " % message.problem)
			_messages.push_meta(message)
			_messages.add_text("retry")
			_messages.pop_all()
		_messages.add_text("\n")


func _show(speaker: String, text: String, color: Color) -> void:
	_messages.push_color(color)
	_messages.add_text(speaker)
	_messages.pop()
	_messages.add_text("  " + text)


func _show_people() -> void:
	var people := _room.people()
	var typing := people.keys().filter(func(key: String) -> bool: return people[key] and key != _me)
	_people.text = "\n".join(people.keys())
	_typing.text = "%s typing …" % ", ".join(typing) if typing else ""
