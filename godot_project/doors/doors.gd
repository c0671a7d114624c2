## The way between the start screen and the doors: the autoload [code]Doors[/code].
extends Node

## [param door] is open now; empty for the start screen.
signal changed(door: String)

const START := "res://start/start.tscn"
const NAMES: Array[String] = ["control_room", "arena", "chat"]
const TITLES := {"": "", "control_room": "Control room", "arena": "Arena", "chat": "Chat"}

## Where scenes are shown; set by the main scene.
var host: Control
## The open door's name, and the scene that is shown.
var current := ""
var scene: Control
## How many bots the arena is asked to add ([code]--bots[/code]).
var bots := 0


func _ready() -> void:
	get_tree().quit_on_go_back = false
	Net.failed.connect(func(_reason: String) -> void: back())


## Opens a door. The connection must have been started, as doors take their channels from it.
func open(door: String) -> void:
	assert(door in NAMES and Net.is_started(), "no way through the door '%s'" % door)
	_show(door, "res://doors/%s/%s.tscn" % [door, door])


## To the start screen; the connection stays.
func back() -> void:
	if current != "" or scene == null:
		_show("", START)


func exists(door: String) -> bool:
	return ResourceLoader.exists("res://doors/%s/%s.tscn" % [door, door])


func _unhandled_input(event: InputEvent) -> void:
	if event.is_action_pressed("ui_cancel") and current != "":
		back()
		get_viewport().set_input_as_handled()


func _notification(what: int) -> void:
	if what == NOTIFICATION_WM_GO_BACK_REQUEST:  # of a phone
		if current == "":
			get_tree().quit()
		else:
			back()


func _show(door: String, path: String) -> void:
	if scene != null:
		scene.hide()
		scene.queue_free()
	current = door
	scene = (load(path) as PackedScene).instantiate() as Control
	scene.set_anchors_and_offsets_preset(Control.PRESET_FULL_RECT)
	host.add_child(scene)
	changed.emit(door)
