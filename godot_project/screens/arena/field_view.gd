## The window on the field: all of it where there is room, else the part around the player's ship.
extends Control

signal zoomed(zoom: float)

const MARGIN := 14.0  # units around the field
const MIN_ZOOM := 0.6  # pixels a unit; smaller ships would be hard to see
const _FOLLOW := 9.0  # of the way to the ship, a second

var field := Vector2(1600.0, 900.0):
	set(value):
		field = value
		_fit()
var zoom := 1.0

var _center := field / 2.0
var _shake := 0.0  # pixels

@onready var world: Node2D = %World


func _ready() -> void:
	resized.connect(_fit)
	_fit()


## From a place in this view to one in the field.
func to_field() -> Transform2D:
	return world.transform.affine_inverse()


## The part of the field that is seen.
func seen() -> Rect2:
	var shown := to_field() * Rect2(Vector2.ZERO, size)
	return shown.intersection(Rect2(Vector2.ZERO, field))


func shows_all() -> bool:
	return (field * zoom).x <= size.x + 1.0 and (field * zoom).y <= size.y + 1.0


func shake() -> void:
	_shake = 9.0


## Keeps [param place] in view.
func follow(place: Vector2, delta: float) -> void:
	_center = _center.lerp(place, 1.0 - exp(-_FOLLOW * delta))
	_shake *= exp(-8.0 * delta)
	var at := size / 2.0 - _center * zoom
	for axis: int in 2:
		var room := size[axis] - field[axis] * zoom
		var margin := MARGIN * zoom
		at[axis] = (room / 2.0 if room > -2.0 * margin else clampf(at[axis], room - margin, margin))
	world.position = at + Vector2(randf_range(-1.0, 1.0), randf_range(-1.0, 1.0)) * _shake


func _fit() -> void:
	if world == null:
		return
	var whole := size / (field + Vector2.ONE * MARGIN * 2.0)
	zoom = maxf(minf(whole.x, whole.y), MIN_ZOOM)
	world.scale = Vector2.ONE * zoom
	follow(_center, 0.0)
	zoomed.emit(zoom)
