@tool
extends Node
## What the addon adds to the editor. The extension's own editor plugin makes this node its
## child, so that there is no plugin to enable in the project's settings.

const ConnectionTest := preload("connection_test.gd")
const DebuggerPlugin := preload("debugger/debugger_plugin.gd")
const ExportChecks := preload("export_checks.gd")
const Settings := preload("project_settings.gd")
const Templates := preload("templates.gd")
const TestServer := preload("test_server.gd")
const TestServerMenu := preload("test_server_menu.gd")
const WebExport := preload("web_export.gd")

var _exports: Array[EditorExportPlugin] = []
var _connection_test: EditorInspectorPlugin
var _debugger: EditorDebuggerPlugin


func _enter_tree() -> void:
	Settings.register()
	Templates.register()
	_exports = [WebExport.new(), ExportChecks.new()]
	for plugin: EditorExportPlugin in _exports:
		_plugin().add_export_plugin(plugin)
	_connection_test = ConnectionTest.new()
	_plugin().add_inspector_plugin(_connection_test)
	_debugger = DebuggerPlugin.new()
	_plugin().add_debugger_plugin(_debugger)
	var server := TestServer.new()
	add_child(server)
	add_child(TestServerMenu.new(_plugin(), server))


func _exit_tree() -> void:
	_plugin().remove_debugger_plugin(_debugger)
	_debugger = null
	_plugin().remove_inspector_plugin(_connection_test)
	_connection_test = null
	for child: Node in get_children():
		child.queue_free()
	for plugin: EditorExportPlugin in _exports:
		_plugin().remove_export_plugin(plugin)
	_exports.clear()


func _plugin() -> EditorPlugin:
	return get_parent() as EditorPlugin
