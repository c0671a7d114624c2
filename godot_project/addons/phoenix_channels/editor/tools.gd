@tool
extends Node
## What the addon adds to the editor. The extension's own editor plugin makes this node its
## child, so that there is no plugin to enable in the project's settings.

const WebExport := preload("web_export.gd")

var _web_export: EditorExportPlugin


func _enter_tree() -> void:
	_web_export = WebExport.new()
	_plugin().add_export_plugin(_web_export)


func _exit_tree() -> void:
	_plugin().remove_export_plugin(_web_export)
	_web_export = null


func _plugin() -> EditorPlugin:
	return get_parent() as EditorPlugin
