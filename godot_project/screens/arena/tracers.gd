## Shots on the screen: the player's own, and those that the server reports.
extends Node2D

const Shots := preload("res://screens/arena/shots.gd")

const LENGTH := 26.0  # units


## Somebody else's shot. It is only looked at: whom it hits, its shooter says.
class Tracer:
	var shooter := 0
	var number := 0
	var place := Vector2.ZERO
	var velocity := Vector2.ZERO
	var color := Color.WHITE
	var left_s := Shots.FLIGHT_S


var own: Shots
var own_color := Color.WHITE
var field := Vector2.ONE

var _tracers: Array[Tracer] = []


func add(shooter: int, number: int, place: Vector2, heading: float, color: Color) -> void:
	var tracer := Tracer.new()
	tracer.shooter = shooter
	tracer.number = number
	tracer.place = place
	tracer.velocity = Vector2.from_angle(heading) * Shots.SPEED
	tracer.color = color
	_tracers.append(tracer)


func remove(shooter: int, number: int) -> void:
	for i: int in _tracers.size():
		if _tracers[i].number == number and _tracers[i].shooter == shooter:
			_tracers.remove_at(i)
			return


func clear() -> void:
	_tracers.clear()


func count() -> int:
	return _tracers.size()


func _process(delta: float) -> void:
	for i: int in range(_tracers.size() - 1, -1, -1):
		var tracer := _tracers[i]
		tracer.place += tracer.velocity * delta
		tracer.left_s -= delta
		if tracer.left_s <= 0.0:
			_tracers.remove_at(i)
	queue_redraw()


func _draw() -> void:
	for tracer: Tracer in _tracers:
		_draw_shot(tracer.place, tracer.velocity, tracer.color)
	for shot: Shots.Shot in own.flying:
		_draw_shot(shot.place, shot.velocity, own_color)


func _draw_shot(place: Vector2, velocity: Vector2, color: Color) -> void:
	if not Rect2(Vector2.ZERO, field).has_point(place):
		return
	var tail := place - velocity / Shots.SPEED * LENGTH
	draw_line(tail, place, Color(color, 0.3), 8.0, true)
	draw_line(tail, place, color.lightened(0.5), 3.0, true)
