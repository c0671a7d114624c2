@tool
extends Node
## The test server in the menu Project → Tools, and a window with its controls.

const Look := preload("look.gd")
const ServerPanel := preload("test_server_panel.gd")
const TestServer := preload("test_server.gd")

const START := "Start Phoenix Test Server"
const SHOW := "Show Phoenix Test Server"
const TITLE := "Phoenix Test Server"
const SIZE := Vector2(640, 400)

var _plugin: EditorPlugin
var _server: TestServer
var _item := ""
var _window: AcceptDialog


func _init(plugin: EditorPlugin, server: TestServer) -> void:
	_plugin = plugin
	_server = server


func _enter_tree() -> void:
	_server.changed.connect(_update_item)
	_update_item()


func _exit_tree() -> void:
	_server.changed.disconnect(_update_item)
	_plugin.remove_tool_menu_item(_item)
	_item = ""
	if _window != null:
		_window.queue_free()
		_window = null


## Shows the window, and starts the server unless it runs.
func open() -> void:
	if not _server.is_running():
		_server.start()
	if _window == null:
		_window = AcceptDialog.new()
		_window.title = TITLE
		_window.exclusive = false
		_window.ok_button_text = "Close"
		_window.add_child(ServerPanel.new())
		EditorInterface.get_base_control().add_child(_window)
	_window.popup_centered(SIZE * Look.scale())


func _update_item() -> void:
	var item := SHOW if _server.is_running() else START
	if item == _item:
		return
	if _item:
		_plugin.remove_tool_menu_item(_item)
	_plugin.add_tool_menu_item(item, open)
	_item = item
