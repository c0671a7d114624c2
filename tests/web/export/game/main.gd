## Prints all scenes of the game, node by node, and how the language sees the classes. What the
## exported game prints has to be what the native one prints.
extends Node

const Dump := preload("res://dump.gd")
const Language := preload("res://language.gd")

const SCENES: PackedStringArray = [
	"res://scenes/socket.tscn",
	"res://scenes/inherited.tscn",
	"res://scenes/inherited_twice.tscn",
	"res://scenes/instanced.tscn",
	"res://scenes/scripted.tscn",
	"res://scenes/connections.tscn",
	"res://scenes/references.tscn",
	"res://scenes/from_addon.tscn",
	"res://scenes/binary.scn",
	"res://scenes/compressed.scn",
	"res://scenes/nested.tscn",
]
const RESOURCES: PackedStringArray = [
	"res://resources/embedded.tres", "res://resources/embedded.res"
]


func _ready() -> void:
	_run.call_deferred()


func _run() -> void:
	for autoload: String in ["Connection", "Lobby"]:
		_print("autoload " + autoload, get_node("/root/" + autoload))
	for path: String in SCENES:
		_print_scene(path, load(path) as PackedScene)
	for path: String in RESOURCES:
		var holder: Holder = load(path)
		_print_scene(path + " scene", holder.scene)
		_print_scene(path + " list", holder.list[0])
		_print_scene(path + " by_name", holder.by_name["nested"].scene as PackedScene)
	var language := Language.new()
	add_child(language)
	for line: String in await language.lines():
		print("= language ", line)
	language.free()
	if OS.has_feature("web"):
		await _load_pack()
	_print_scene("pack", load("res://pack/later.tscn") as PackedScene)
	print("= end")
	get_tree().quit()


# The exported game gets this part of itself later.
func _load_pack() -> void:
	var location := JavaScriptBridge.get_interface("location")
	var path := "user://later.pck"
	var request := HTTPRequest.new()
	request.download_file = path
	add_child(request)
	request.request("%s/later.pck" % location.origin)
	await request.request_completed
	request.queue_free()
	if not ProjectSettings.load_resource_pack(path):
		push_error("the pack cannot be loaded")


func _print_scene(title: String, scene: PackedScene) -> void:
	var root := scene.instantiate()
	add_child(root)
	_print(title, root)
	root.free()


func _print(title: String, root: Node) -> void:
	for line: String in Dump.lines_of(root):
		print("= %s: %s" % [title, line])
