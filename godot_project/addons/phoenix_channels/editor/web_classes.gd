@tool
extends RefCounted
## The classes of the addon as scripts, and how an exported game comes to know them by name.

const FOLDER := "res://addons/phoenix_channels/web/"
const SCRIPTS: Dictionary = {
	"PhoenixSocket": "phoenix_socket.gd",
	"PhoenixChannel": "phoenix_channel.gd",
	"PhoenixPresence": "phoenix_presence.gd",
	"PhoenixPush": "phoenix_push.gd",
}
const BASES: Dictionary = {
	"PhoenixSocket": "Node",
	"PhoenixChannel": "Node",
	"PhoenixPresence": "Node",
	"PhoenixPush": "RefCounted",
}
# The exporter writes it into the game, whose engine reads global classes from it, besides the list of those that the editor
# knows. In the editor it has no effect.
const SETTING := "_global_script_classes"

var _names := RegEx.create_from_string("\\bPhoenix(Socket|Channel|Presence|Push)\\b")
var _references: Dictionary = {}


func are_named_in(text: String) -> bool:
	return _names.search(text) != null


## Lets the exported game know the classes by their names.
func declare() -> void:
	var list: Array[Dictionary] = []
	for type: String in SCRIPTS:
		(
			list
			. append(
				{
					"base": StringName(BASES[type] as String),
					"class": StringName(type),
					"icon": "",
					"is_abstract": false,
					"is_tool": false,
					"language": &"GDScript",
					"path": FOLDER + SCRIPTS[type],
				}
			)
		)
	ProjectSettings.set_setting(SETTING, list)


func undeclare() -> void:
	ProjectSettings.set_setting(SETTING, null)


## The scripts that a game contains.
func files() -> PackedStringArray:
	var paths: PackedStringArray = []
	for file: String in DirAccess.get_files_at(FOLDER):
		if file.get_extension() == "gd":
			paths.append(FOLDER + file)
	return paths


## What a scene refers to a class's script by. It is an empty script with the path of the real one, which so is neither loaded
## nor compiled in the editor.
func script_of(type: String) -> GDScript:
	if not _references.has(type):
		var script := GDScript.new()
		script.take_over_path(FOLDER + SCRIPTS[type])
		_references[type] = script
	return _references[type]
