@tool
extends EditorPlugin
## Does in the editor what the quick start says, by the editor's own controls where a click would
## be on one. The test reads the outcome from files.

const NOTES := "res://.godot/"
const SCRIPT := "res://main.gd"
const SCENE := "res://main.tscn"
const ITEM := "Start Phoenix Test Server"
const LIMIT_MS := 90_000


func _enter_tree() -> void:
	_follow.call_deferred()


func _follow() -> void:
	var files := EditorInterface.get_resource_filesystem()
	if await _until(func() -> bool: return not files.is_scanning() and _menu_item()):
		_note("ready", _time())
		_make_scene()
		var item := _menu_item()
		(item[0] as PopupMenu).index_pressed.emit(item[1])
		_note("endpoint", DisplayServer.clipboard_get())
		# A person takes longer: by then the editor has read the new files.
		files.scan()
		await _until(func() -> bool: return not files.is_scanning())
		_run_twice()
		await _until(func() -> bool: return _games_that_met() == 2)
		_note("met", _time())
		EditorInterface.stop_playing_scene()
		await _until(func() -> bool: return not EditorInterface.is_playing_scene())
	get_tree().quit()


## A Node2D with the script, saved, as the project's main scene.
func _make_scene() -> void:
	var file := FileAccess.open(SCRIPT, FileAccess.WRITE)
	file.store_string(FileAccess.get_file_as_string("res://example.txt"))
	file.close()
	var node := Node2D.new()
	node.name = "Main"
	node.set_script(load(SCRIPT))
	var scene := PackedScene.new()
	scene.pack(node)
	node.free()
	ResourceSaver.save(scene, SCENE)
	EditorInterface.open_scene_from_path(SCENE)
	ProjectSettings.set_setting("application/run/main_scene", SCENE)
	ProjectSettings.save()


## Debug → Customize Run Instances…, and F5.
func _run_twice() -> void:
	var base := EditorInterface.get_base_control()
	var dialog := base.find_children("*", "RunInstancesDialog", true, false)[0]
	for box: CheckBox in dialog.find_children("*", "CheckBox", true, false):
		if box.text == "Enable Multiple Instances":
			box.button_pressed = true
	for count: SpinBox in dialog.find_children("*", "SpinBox", true, false):
		count.value = 2
	EditorInterface.play_main_scene()


## The item of Project → Tools: its menu and its index; empty while the addon has not added it.
func _menu_item() -> Array:
	var base := EditorInterface.get_base_control()
	for menu: PopupMenu in base.find_children("*", "PopupMenu", true, false):
		for i: int in menu.item_count:
			if menu.get_item_text(i) == ITEM:
				return [menu, i]
	return []


func _games_that_met() -> int:
	var notes := Array(DirAccess.get_files_at(NOTES))
	return notes.filter(func(file: String) -> bool: return file.begins_with("met_in_")).size()


func _until(condition: Callable) -> bool:
	while not condition.call():
		if Time.get_ticks_msec() > LIMIT_MS:
			push_error("waited too long")
			return false
		await get_tree().process_frame
	return true


func _note(file: String, text: String) -> void:
	FileAccess.open(NOTES + file, FileAccess.WRITE).store_string(text)


func _time() -> String:
	return "%.1f s" % (Time.get_ticks_msec() / 1000.0)
