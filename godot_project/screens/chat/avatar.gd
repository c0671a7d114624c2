## A disc in a person's colour with the first letter of the name.
extends Control

const Palette := preload("res://ui/palette.gd")

var _letter := ""
var _color := Color.TRANSPARENT


## Without a name nothing is drawn, and the place is kept.
func show_person(person_name: String, user_id: String) -> void:
	_letter = person_name.left(1).to_upper()
	_color = Palette.of_player(user_id)
	queue_redraw()


func _draw() -> void:
	if _letter == "":
		return
	var radius := size.x / 2.0
	var center := Vector2(radius, radius)
	draw_circle(center, radius, Color(_color, 0.25), true, -1.0, true)
	var font := get_theme_default_font()
	var font_size := roundi(radius)
	var extent := font.get_string_size(_letter, HORIZONTAL_ALIGNMENT_LEFT, -1, font_size)
	var baseline := center.y + (font.get_ascent(font_size) - font.get_descent(font_size)) / 2.0
	draw_string(
		font,
		Vector2(center.x - extent.x / 2.0, baseline),
		_letter,
		HORIZONTAL_ALIGNMENT_LEFT,
		-1,
		font_size,
		_color
	)
