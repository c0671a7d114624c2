## Behind the start screen: points that drift, and talk to those near by.
extends Control

const Palette := preload("res://ui/palette.gd")

const MOST_POINTS := 48
const ROOM := 18_000.0  # square pixels per point
const NEAR := 190.0
const SPEED := 14.0
## Steps of this size spread any number of points evenly over a square: the first two powers of the
## inverse of the plastic number (the R2 sequence).
const STEP := Vector2(0.7548777, 0.5698403)
const STRAY := 0.05  # random offset, without which they would look like a lattice

var _places := PackedVector2Array()  # as fractions of the size, which is not known in _ready()
var _speeds := PackedVector2Array()


func _ready() -> void:
	var start := Vector2(randf(), randf())
	for i: int in MOST_POINTS:
		var stray := Vector2(randf_range(-STRAY, STRAY), randf_range(-STRAY, STRAY))
		_places.append((start + STEP * i + stray).posmod(1.0))
		_speeds.append(Vector2.from_angle(randf() * TAU) * randf_range(0.3, 1.0) * SPEED)


## The visible points, in pixels; a small window shows fewer.
func points() -> PackedVector2Array:
	var count := clampi(int(size.x * size.y / ROOM), 1, MOST_POINTS)
	return Transform2D.IDENTITY.scaled(size) * _places.slice(0, count)


func _process(delta: float) -> void:
	for i: int in MOST_POINTS:
		var way := _speeds[i] * delta / size.max(Vector2.ONE)
		_places[i] = (_places[i] + way).posmod(1.0)
	queue_redraw()


func _draw() -> void:
	var shown := points()
	for i: int in shown.size():
		for j: int in i:
			var nearness := 1.0 - shown[i].distance_to(shown[j]) / NEAR
			if nearness > 0.0:
				var color := Color(Palette.ACCENT, nearness * 0.22)
				draw_line(shown[i], shown[j], color, 1.0, true)
		draw_circle(shown[i], 2.5, Color(Palette.ACCENT, 0.45), true, -1.0, true)
