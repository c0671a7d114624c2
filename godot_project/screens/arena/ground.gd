## The field itself, drawn once: a dark floor with stars, a grid, and the wall around it.
extends Node2D

const Palette := preload("res://ui/palette.gd")

const FLOOR := Color("#0b0d16")
const WALL := Color("#3b4a86")
const CELL := 100.0  # units
const STARS := 140

var field := Vector2(1600.0, 900.0):
	set(value):
		if value != field:
			field = value
			queue_redraw()


func _draw() -> void:
	var whole := Rect2(Vector2.ZERO, field)
	draw_rect(whole, FLOOR)
	_draw_stars()
	_draw_grid()
	for glow: float in [14.0, 7.0]:
		draw_rect(whole.grow(glow / 2.0), Color(WALL, 0.12), false, glow)
	draw_rect(whole, WALL, false, 2.5)
	_draw_corners(whole)


func _draw_stars() -> void:
	var random := RandomNumberGenerator.new()
	random.seed = 5  # the same sky for everybody
	for i: int in STARS:
		var at := Vector2(random.randf(), random.randf()) * field
		var size := random.randf_range(0.8, 1.8)
		draw_circle(at, size, Color(Palette.CALM, random.randf_range(0.15, 0.5)))


func _draw_grid() -> void:
	var lines := PackedVector2Array()
	for i: int in range(1, ceili(field.x / CELL)):
		lines.append_array([Vector2(i * CELL, 0.0), Vector2(i * CELL, field.y)])
	for i: int in range(1, ceili(field.y / CELL)):
		lines.append_array([Vector2(0.0, i * CELL), Vector2(field.x, i * CELL)])
	draw_multiline(lines, Color(Palette.CALM, 0.06), 1.5)


func _draw_corners(whole: Rect2) -> void:
	const LENGTH := 46.0
	for corner: Vector2 in [Vector2.ZERO, Vector2.RIGHT, Vector2.DOWN, Vector2.ONE]:
		var at := whole.position + whole.size * corner
		var inward := Vector2.ONE - corner * 2.0
		var ends: PackedVector2Array = [
			at + Vector2(inward.x * LENGTH, 0.0), at, at + Vector2(0.0, inward.y * LENGTH)
		]
		draw_polyline(ends, Palette.ACCENT, 4.0, true)
