## Behind the start screen: points that drift, and talk to those near by.
extends Control

const Palette := preload("res://ui/palette.gd")

const POINTS := 48
const NEAR := 190.0
const SPEED := 14.0

var _places := PackedVector2Array()
var _speeds := PackedVector2Array()


func _ready() -> void:
	for i: int in POINTS:
		_places.append(Vector2(randf(), randf()) * size)
		_speeds.append(Vector2.from_angle(randf() * TAU) * randf_range(0.3, 1.0) * SPEED)


func _process(delta: float) -> void:
	for i: int in POINTS:
		_places[i] = (_places[i] + _speeds[i] * delta).posmodv(size.max(Vector2.ONE))
	queue_redraw()


func _draw() -> void:
	for i: int in POINTS:
		for j: int in i:
			var nearness := 1.0 - _places[i].distance_to(_places[j]) / NEAR
			if nearness > 0.0:
				var color := Color(Palette.ACCENT, nearness * 0.22)
				draw_line(_places[i], _places[j], color, 1.0, true)
		draw_circle(_places[i], 2.5, Color(Palette.ACCENT, 0.45), true, -1.0, true)
