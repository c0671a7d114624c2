@tool
extends RefCounted
## Keeps the native extension out of the list of extensions that an exported game loads. The engine
## copies that list from the project's files, so the line is missing there during the last second of
## an export. If the export is killed within that second, the next start of the editor or the next
## export restores the line: the engine adds each extension that it finds in the project.

const EXTENSION := "res://addons/phoenix_channels/phoenix_channels.gdextension"
const HIDDEN_DATA := "application/config/use_hidden_project_data_directory"

var _original := PackedByteArray()


func remove() -> void:
	if not _original.is_empty():
		return
	var content := FileAccess.get_file_as_bytes(_path())
	var lines := content.get_string_from_utf8().split("\n")
	var at := lines.find(EXTENSION)
	if at < 0:
		return
	lines.remove_at(at)
	_original = content
	_write("\n".join(lines).to_utf8_buffer())


func restore() -> void:
	if not _original.is_empty():
		_write(_original)
		_original.clear()


# A new file takes the place of the old one, so that there is a whole one at any time.
static func _write(content: PackedByteArray) -> void:
	var path := _path()
	var file := FileAccess.open(path + ".new", FileAccess.WRITE)
	file.store_buffer(content)
	file.close()
	DirAccess.rename_absolute(path + ".new", path)


static func _path() -> String:
	var hidden: bool = ProjectSettings.get_setting(HIDDEN_DATA, true)
	return "res://%s/extension_list.cfg" % (".godot" if hidden else "godot")
