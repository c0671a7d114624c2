## For the left thumb: a stick that appears where it comes down.
extends "res://doors/arena/thumb_pad.gd"

const REACH := 36.0  # pixels that the thumb moves for full speed
const KNOB := 22.0  # the radius of what moves
const BASE := REACH + KNOB


## Where the stick points, at most 1 long.
func direction() -> Vector2:
	return ((thumb - _middle()) / REACH).limit_length(1.0) if is_held() else Vector2.ZERO


## All of the stick stays on the pad, also when the thumb comes down at an edge.
func _middle() -> Vector2:
	if not is_held():
		return size / 2.0
	return start.clamp(Vector2.ONE * BASE, (size - Vector2.ONE * BASE).max(Vector2.ONE * BASE))


func _draw() -> void:
	var middle := _middle()
	draw_circle(middle, BASE, Color(Palette.INK, 0.05))
	draw_arc(middle, BASE - 1.0, 0.0, TAU, 48, Color(Palette.INK, 0.25), 2.0, true)
	draw_circle(middle + direction() * REACH, KNOB, Color(Palette.INK, 0.3))
