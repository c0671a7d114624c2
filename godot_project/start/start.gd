## The start screen: which server, what name, which door.
extends Control

const Settings := preload("res://start/settings.gd")

@onready var _server: LineEdit = %Server
@onready var _name: LineEdit = %PlayerName
@onready var _doors: BoxContainer = %Doors


func _ready() -> void:
	_server.text = Settings.server_url()
	_name.text = Settings.player_name()
	for door: String in Doors.NAMES:
		var button := Button.new()
		button.name = door
		button.text = Doors.TITLES[door]
		button.disabled = not Doors.exists(door)
		button.pressed.connect(_enter.bind(door))
		_doors.add_child(button)


func _enter(door: String) -> void:
	Settings.remember(_server.text, _name.text)
	Net.start(_server.text, _name.text)
	Doors.open(door)
