@tool
extends EditorExportPlugin
## Warns of what a game should not be exported with: in the export's report, once for each place.

const Checks := preload("export_rules.gd")

const MANIFEST := "res://addons/phoenix_channels/phoenix_channels.gdextension"
const EXPORT_MESSAGE_WARNING := 2  # of EditorExportPlatform, which names it from 4.4 on

var _features: PackedStringArray = []
var _flags := 0
var _is_addon_used := false


# The engine calls plugins in the order of their names, and none after one that replaces the file,
# as the export for the web does: so this name comes before that one's.
func _get_name() -> String:
	return "(Phoenix Channels checks)"


func _export_begin(features: PackedStringArray, _is_debug: bool, _path: String, flags: int) -> void:
	_features = features
	_flags = flags
	_is_addon_used = false


func _export_file(path: String, type: String, _of: PackedStringArray) -> void:
	if type != "PackedScene":
		_is_addon_used = _is_addon_used or Checks.may_use_addon(path)
		return
	if not Checks.may_have_sockets(path):
		return
	_is_addon_used = true
	var scene := ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE) as PackedScene
	if scene == null:
		return  # the engine has reported it
	for problem: String in Checks.problems_of_scene(scene.get_state(), path, _features):
		_warn(problem)


func _export_end() -> void:
	for problem: String in Checks.problems_of_project(_features):
		_warn(problem)
	if _is_addon_used:
		for problem: String in Checks.problems_of_libraries(MANIFEST, _features):
			_warn(problem)
	if "android" in _features and _is_addon_used:
		var has_internet: bool = get_option(&"permissions/internet") == true
		for problem: String in Checks.problems_of_permissions(has_internet, _features, _flags):
			_warn(problem)
	_features = []


func _warn(problem: String) -> void:
	if has_method("get_export_platform"):  # from 4.4 on
		var platform: EditorExportPlatform = call("get_export_platform")
		platform.call("add_message", EXPORT_MESSAGE_WARNING, "Phoenix Channels", problem)
	else:
		push_warning("Phoenix Channels: " + problem)
