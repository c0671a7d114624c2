## Draws the SVG that the first argument names into the PNG that the second one names.
extends SceneTree


func _init() -> void:
	var arguments := OS.get_cmdline_user_args()
	var picture := Image.new()
	var error := picture.load_svg_from_string(FileAccess.get_file_as_string(arguments[0]))
	if error == OK:
		error = picture.save_png(arguments[1])
	quit(error)
