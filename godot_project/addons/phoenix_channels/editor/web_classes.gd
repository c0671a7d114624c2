@tool
extends RefCounted
## The classes of the addon as scripts, and how an exported game comes to know them by name.

const FOLDER := "res://addons/phoenix_channels/web/"
const SCRIPTS: Dictionary = {
	"PhoenixSocket": "phoenix_socket.gd",
	"PhoenixChannel": "phoenix_channel.gd",
	"PhoenixPresence": "phoenix_presence.gd",
	"PhoenixPush": "phoenix_push.gd",
	"PhoenixMultiplayerPeer": "phoenix_multiplayer_peer.gd",
}
const BASES: Dictionary = {
	"PhoenixSocket": "Node",
	"PhoenixChannel": "Node",
	"PhoenixPresence": "Node",
	"PhoenixPush": "RefCounted",
	"PhoenixMultiplayerPeer": "MultiplayerPeerExtension",
}
# An older name of the list of global classes. The exporter writes all settings into the game, whose
# engine reads this one in addition to the list. A running editor ignores it.
const SETTING := "_global_script_classes"

const MISSING := "%s is missing. Copy all of addons/phoenix_channels into the project again."
const LONGEST_NAME := 23  # with a character behind it, which ends a name

var _names := RegEx.create_from_string(
	"\\bPhoenix(Socket|Channel|Presence|Push|MultiplayerPeer)\\b"
)
var _references: Dictionary = {}


func are_named_in(text: String) -> bool:
	return _names.search(text) != null


## For files that are not text, which a String would end at their first zero.
func are_named_in_bytes(content: PackedByteArray) -> bool:
	var prefix := "Phoenix".to_ascii_buffer()
	var at := content.find(prefix[0])
	while at >= 0:
		if content.slice(at, at + prefix.size()) == prefix:
			var end := at + LONGEST_NAME
			if are_named_in(content.slice(at, end).get_string_from_ascii()):
				return true
		at = content.find(prefix[0], at + 1)
	return false


## Lets the exported game know the classes by their names.
func declare() -> void:
	var list: Array[Dictionary] = []
	for type: String in SCRIPTS:
		var entry := {
			"base": StringName(BASES[type] as String),
			"class": StringName(type),
			"icon": "",
			"is_abstract": false,
			"is_tool": false,
			"language": &"GDScript",
			"path": FOLDER + SCRIPTS[type],
		}
		list.append(entry)
	ProjectSettings.set_setting(SETTING, list)


func undeclare() -> void:
	ProjectSettings.set_setting(SETTING, null)


## The scripts, by their paths in the game.
func files() -> Dictionary:
	var found := {}
	for file: String in DirAccess.get_files_at(FOLDER):
		if file.get_extension() == "gd":
			found[FOLDER + file] = FileAccess.get_file_as_bytes(FOLDER + file)
	return found


func missing_files() -> PackedStringArray:
	var missing: PackedStringArray = []
	for file: String in SCRIPTS.values():
		if not FileAccess.file_exists(FOLDER + file):
			missing.append(FOLDER + file)
	return missing


## What a scene refers to a class's script by: an empty script with the path of the real one, which
## is thus neither loaded nor compiled in the editor.
func script_of(type: String) -> GDScript:
	if not _references.has(type):
		var script := GDScript.new()
		script.take_over_path(FOLDER + SCRIPTS[type])
		_references[type] = script
	return _references[type]
