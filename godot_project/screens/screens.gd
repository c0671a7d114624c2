## Shows one screen at a time: the autoload [code]Screens[/code].
extends Node

## [param screen] is shown now; empty for the start screen.
signal changed(screen: String)

const START := "res://start/start.tscn"
const NAMES: Array[String] = ["control_room", "arena", "chat", "coop"]
const TITLES := {
	"": "", "control_room": "Control room", "arena": "Arena", "chat": "Chat", "coop": "Co-op"
}

## Where scenes are shown; set by the main scene.
var host: Control
## The open screen's name, and the scene that is shown.
var current := ""
var scene: Control
## How many bots the arena is asked to add ([code]--bots[/code]).
var bots := 0
## Whether the co-op game is carried by ENet ([code]--enet[/code]), on this machine alone.
var over_enet := false


func _ready() -> void:
	get_tree().quit_on_go_back = false
	Net.failed.connect(func(_reason: String) -> void: back())


## Opens a screen. The connection must have been started, as screens take their channels from it.
func open(screen: String) -> void:
	assert(screen in NAMES, "there is no screen '%s'" % screen)
	assert(Net.is_started(), "the screen '%s' needs a connection" % screen)
	_show(screen, "res://screens/%s/%s.tscn" % [screen, screen])


## To the start screen; the connection stays.
func back() -> void:
	if current != "" or scene == null:
		_show("", START)


func exists(screen: String) -> bool:
	return ResourceLoader.exists("res://screens/%s/%s.tscn" % [screen, screen])


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


func _show(screen: String, path: String) -> void:
	if scene != null:
		scene.hide()
		scene.queue_free()
	current = screen
	scene = (load(path) as PackedScene).instantiate() as Control
	scene.set_anchors_and_offsets_preset(Control.PRESET_FULL_RECT)
	host.add_child(scene)
	changed.emit(screen)
