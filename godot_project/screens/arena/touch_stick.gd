## The left thumb's stick, which appears where it is touched.
extends "res://screens/arena/thumb_pad.gd"

const REACH := 36.0  # pixels from the middle to full speed
const KNOB := 22.0  # pixels, the radius of the knob
const BASE := REACH + KNOB


## Where the stick points, at most 1 long.
func direction() -> Vector2:
	return ((thumb - _middle()) / REACH).limit_length(1.0) if is_held() else Vector2.ZERO


## Keeps the whole stick on the pad, even when it is touched at an edge.
func _middle() -> Vector2:
	if not is_held():
		return size / 2.0
	return start.clamp(Vector2.ONE * BASE, (size - Vector2.ONE * BASE).max(Vector2.ONE * BASE))


func _draw() -> void:
	var middle := _middle()
	draw_circle(middle, BASE, Color(Palette.INK, 0.05))
	draw_arc(middle, BASE - 1.0, 0.0, TAU, 48, Color(Palette.INK, 0.25), 2.0, true)
	draw_circle(middle + direction() * REACH, KNOB, Color(Palette.INK, 0.3))
