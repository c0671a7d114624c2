## Something to gather.
extends Node2D

const Palette := preload("res://ui/palette.gd")

const POINTS := 5
const OUTER := 16.0
const INNER := 7.0


func _process(delta: float) -> void:
	rotation += delta


func _draw() -> void:
	var outline := PackedVector2Array()
	for i: int in POINTS * 2:
		var radius := OUTER if i % 2 == 0 else INNER
		outline.append(Vector2.UP.rotated(i * PI / POINTS) * radius)
	draw_colored_polygon(outline, Palette.BUSY)
