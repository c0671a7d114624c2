@tool
extends EditorExportPlugin
## Exports games for the web. A browser cannot load the native library, so there the same classes are the scripts in
## web/, over a worker that runs the same core. Nothing of this is left in the project once an export has ended.

const Classes := preload("web_classes.gd")
const ExtensionList := preload("web_extension_list.gd")
const Files := preload("web_files.gd")
const Scenes := preload("web_scenes.gd")

const EXPORT_MESSAGE_ERROR := 3 # of EditorExportPlatform, which names it from 4.4 on

var _exporting := false
var _used := false # by a script or a scene of the game
var _path := ""
var _classes: Classes
var _extension_list := ExtensionList.new()


# The engine calls plugins in the order of their names. This one has to come before the engine's own "GDExtension", which
# warns that there is no library for the web.
func _get_name() -> String:
	return "(Phoenix Channels)"


func _export_begin(features: PackedStringArray, _is_debug: bool, path: String, _flags: int) -> void:
	if not features.has("web"):
		return
	_exporting = true
	_path = path
	_classes = Classes.new()


func _export_file(path: String, type: String, _features: PackedStringArray) -> void:
	if not _exporting:
		return
	_extension_list.is_due = true
	if path == ExtensionList.EXTENSION:
		skip()
	elif type == "GDScript":
		if _classes.are_named_in(FileAccess.get_file_as_string(path)):
			_use()
	elif path.get_extension() in Scenes.EXTENSIONS:
		var scenes := Scenes.new(_classes)
		var converted := scenes.convert_file(path)
		if scenes.found:
			_use()
		if not converted.is_empty():
			add_file(Scenes.exported_path(path, type), converted, true)


# Called once at the beginning of an export, and once more right before the engine reads the extension list.
func _get_export_features(_platform: EditorExportPlatform, _is_debug: bool) -> PackedStringArray:
	if _exporting and _extension_list.is_due:
		_extension_list.remove()
	return []


# Called however the export ends, after the page and its service worker have been written.
func _export_end() -> void:
	if not _exporting:
		return
	_exporting = false
	_extension_list.restore()
	_classes.undeclare()
	_classes = null
	if _used and _path.get_extension() == "html":
		for problem: String in Files.copy_beside(_path):
			_report(problem)
	_used = false


# The first use of a class of the addon makes the export contain its scripts.
func _use() -> void:
	if _used:
		return
	_used = true
	_classes.declare()
	for path: String in _classes.files():
		add_file(path, FileAccess.get_file_as_bytes(path), false)


func _report(problem: String) -> void:
	var platform := get_export_platform()
	if platform.has_method("add_message"): # from 4.4 on
		platform.call("add_message", EXPORT_MESSAGE_ERROR, "Phoenix Channels", problem)
	else:
		push_error(problem)
