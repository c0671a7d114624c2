@tool
extends EditorPlugin

var _export: EditorExportPlugin = preload("killing_export.gd").new()


func _enter_tree() -> void:
	add_export_plugin(_export)


func _exit_tree() -> void:
	remove_export_plugin(_export)
