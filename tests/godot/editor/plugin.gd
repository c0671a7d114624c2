@tool
## Runs a test file in the editor: [code]godot --headless --editor --path tests/godot -- --file
## editor/test_editor.gd[/code]. Without one it does nothing.
extends EditorPlugin

const Session := preload("res://session.gd")


func _enter_tree() -> void:
	var session := Session.new(get_tree(), OS.get_cmdline_user_args())
	if session.is_wanted():
		_run.call_deferred(session)


func _run(session: Session) -> void:
	while EditorInterface.get_resource_filesystem().is_scanning():
		await get_tree().process_frame
	get_tree().quit(await session.run())
