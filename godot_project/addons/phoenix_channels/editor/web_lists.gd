@tool
extends RefCounted
## Keeps the native extension out of the list of extensions that an exported game loads.
##
## The exporter copies that list, and those of classes and UIDs, from the folder of the project's
## data, which has one of two names: .godot or godot, by a setting. The plugin adds a set of its own
## under the other name, and the game gets the other value of the setting. So no file of the project
## has to change while the exporter reads it, and a killed export leaves nothing to undo.

const EXTENSION := "res://addons/phoenix_channels/phoenix_channels.gdextension"
const EXTENSIONS := "extension_list.cfg"
const COPIED: PackedStringArray = ["global_script_class_cache.cfg", "uid_cache.bin"]
const HIDDEN := "application/config/use_hidden_project_data_directory"

var _is_hidden: bool = ProjectSettings.get_setting(HIDDEN, true)
var _is_switched := false


## The lists, by their paths in the game.
func files() -> Dictionary:
	var from := _folder(_is_hidden)
	var to := _folder(not _is_hidden)
	var lines := FileAccess.get_file_as_string(from + EXTENSIONS).split("\n", false)
	var others := Array(lines).filter(func(line: String) -> bool: return line != EXTENSION)
	others.append("")
	var found := {to + EXTENSIONS: "\n".join(others).to_utf8_buffer()}
	for list: String in COPIED:
		if FileAccess.file_exists(from + list):
			found[to + list] = FileAccess.get_file_as_bytes(from + list)
	return found


## From now on the settings are those of the game.
func switch() -> void:
	ProjectSettings.set_setting(HIDDEN, not _is_hidden)
	_is_switched = true


func switch_back() -> void:
	if _is_switched:
		ProjectSettings.set_setting(HIDDEN, _is_hidden)


static func _folder(is_hidden: bool) -> String:
	return "res://.godot/" if is_hidden else "res://godot/"
