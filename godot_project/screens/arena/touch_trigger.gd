## The right thumb's button, which fires while it is held.
extends "res://screens/arena/thumb_pad.gd"

const RADIUS := 46.0  # pixels


func _draw() -> void:
	var middle := size / 2.0
	var color := Color(Palette.ACCENT, 0.7 if is_held() else 0.35)
	draw_circle(middle, RADIUS, Color(color, color.a * 0.5))
	draw_arc(middle, RADIUS - 1.0, 0.0, TAU, 48, color, 2.0, true)
	draw_arc(middle, RADIUS * 0.32, 0.0, TAU, 32, Color(Palette.INK, 0.7), 2.0, true)
	for i: int in 4:
		var way := Vector2.from_angle(i * TAU / 4.0) * RADIUS
		draw_line(middle + way * 0.2, middle + way * 0.5, Color(Palette.INK, 0.7), 2.0, true)
