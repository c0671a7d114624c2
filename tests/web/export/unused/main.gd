extends Node


func _ready() -> void:
	print("= classes ", ProjectSettings.get_global_class_list())
	print("= setting ", ProjectSettings.has_setting("_global_script_classes"))
	print("= position ", get_node("Child").position)
	get_tree().quit()
