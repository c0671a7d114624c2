@tool
extends EditorExportPlugin
## Kills the engine after the addon's own plugin has prepared the end of the export.

var _exported_files := false


func _get_name() -> String:
	return "Killer"


func _export_file(_path: String, _type: String, _features: PackedStringArray) -> void:
	_exported_files = true


func _get_export_features(_platform: EditorExportPlatform, _is_debug: bool) -> PackedStringArray:
	if _exported_files and OS.has_environment("KILL_EXPORT"):
		OS.kill(OS.get_process_id())
	return []
