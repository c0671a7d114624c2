@tool
extends EditorExportPlugin
## Exports games for the web. A browser cannot load the native library, so there the classes of the
## same names are scripts, those in web/, on top of a worker that runs the same core. Once an export
## has ended, nothing of this is left in the project.

const Classes := preload("web_classes.gd")
const Files := preload("web_files.gd")
const Lists := preload("web_lists.gd")
const Scenes := preload("web_scenes.gd")

const EXPORT_MESSAGE_ERROR := 3  # of EditorExportPlatform, which names it from 4.4 on

var _exporting := false
var _exported_files := false
var _used := false  # by a script or a scene of the game
var _path := ""
var _classes: Classes
var _lists: Lists


# The engine calls plugins in the order of their names. This one has to come before the engine's own
# "GDExtension", which warns of extensions without a library for the web.
func _get_name() -> String:
	return "(Phoenix Channels)"


func _export_begin(features: PackedStringArray, _is_debug: bool, path: String, _flags: int) -> void:
	if not features.has("web"):
		return
	_exporting = true
	_path = path
	_classes = Classes.new()
	_lists = Lists.new()


func _export_file(path: String, type: String, _features: PackedStringArray) -> void:
	if not _exporting:
		return
	if not _exported_files:
		_exported_files = true
		_add_files(_lists.files())
	if path == Lists.EXTENSION:
		skip()
	elif type == "GDScript":
		if _classes.are_named_in(FileAccess.get_file_as_string(path)):
			_use()
	elif path.get_extension() in Scenes.EXTENSIONS:
		_export_scenes(path, type)


# Called at the beginning of an export, and once more before the exporter writes the settings.
func _get_export_features(_platform: EditorExportPlatform, _is_debug: bool) -> PackedStringArray:
	if _exporting and _exported_files:
		_lists.switch()
		if _used:
			_classes.declare()
	return []


# Called however the export ends, after the page and its service worker have been written.
func _export_end() -> void:
	if not _exporting:
		return
	_lists.switch_back()
	_classes.undeclare()
	if _used and _path.get_extension() == "html":
		for problem: String in Files.add_to(_path):
			_report(problem)
	_classes = null
	_lists = null
	_exporting = false
	_exported_files = false
	_used = false


func _export_scenes(path: String, type: String) -> void:
	var scenes := Scenes.new(_classes)
	var converted := scenes.convert_file(path)
	if scenes.found:
		_use()
	if not converted.is_empty():
		add_file(Scenes.exported_path(path, type), converted, true)
	for problem: String in scenes.problems:
		_report(problem)


# The first use of a class makes the game contain the scripts.
func _use() -> void:
	if _used:
		return
	_used = true
	_add_files(_classes.files())
	for path: String in _classes.missing_files():
		_report(Classes.MISSING % path)


func _add_files(files: Dictionary) -> void:
	for path: String in files:
		add_file(path, files[path] as PackedByteArray, false)


func _report(problem: String) -> void:
	if has_method("get_export_platform"):  # from 4.4 on
		var platform: EditorExportPlatform = call("get_export_platform")
		platform.call("add_message", EXPORT_MESSAGE_ERROR, "Phoenix Channels", problem)
	else:
		push_error("Phoenix Channels: " + problem)
