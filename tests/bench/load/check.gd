## Ends at once, with status 1 when the addon's classes are not there.
extends SceneTree


func _init() -> void:
	quit(0 if ClassDB.class_exists(&"PhoenixSocket") else 1)
