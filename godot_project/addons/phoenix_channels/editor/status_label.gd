@tool
extends Label
## Words in one of the theme's colours, such as error_color. It follows a change of the theme.

const Look := preload("look.gd")

var color := &"font_color":
	set = set_color


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_update()


## Shows [param words], with a tooltip for a label that is too narrow for them.
func say(words: String, in_color: StringName = color) -> void:
	text = words
	tooltip_text = words
	color = in_color


func set_color(to: StringName) -> void:
	color = to
	_update()


# Setting a color notifies of a change as well.
func _update() -> void:
	if not has_theme_color(color, &"Editor"):
		return
	var readable := Look.color(self, color)
	if get_theme_color(&"font_color") != readable:
		add_theme_color_override(&"font_color", readable)
