@tool
## Runs a test file in the editor: [code]godot --headless --editor --path tests/godot -- --file
## editor/test_editor.gd[/code]. Without one it does nothing.
extends EditorPlugin

const Session := preload("res://session.gd")

var _session: Session


func _enter_tree() -> void:
	_session = Session.new(get_tree(), OS.get_cmdline_user_args())
	if _session.is_wanted():
		_run.call_deferred()


func _run() -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	_session.ended.connect(get_tree().quit)
	_session.start()
