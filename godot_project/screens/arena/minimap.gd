## Where everybody is, for windows that show only a part of the field.
extends Control

const Palette := preload("res://ui/palette.gd")
const FieldView := preload("res://screens/arena/field_view.gd")
const Ground := preload("res://screens/arena/ground.gd")
const RemoteShips := preload("res://screens/arena/remote_ships.gd")
const Ship := preload("res://screens/arena/ship.gd")

const EVERY_S := 0.1

var view: FieldView
var ships: RemoteShips
var own: Ship

var _since_s := 0.0


func _process(delta: float) -> void:
	_since_s += delta
	if visible and _since_s >= EVERY_S:
		_since_s = 0.0
		queue_redraw()


func _draw() -> void:
	if view == null:
		return
	var scaled := size / view.field
	draw_rect(Rect2(Vector2.ZERO, size), Color(Ground.FLOOR, 0.8))
	draw_rect(Rect2(Vector2.ZERO, size), Ground.WALL, false, 1.0)
	var seen := view.seen()
	draw_rect(Rect2(seen.position * scaled, seen.size * scaled), Color(Palette.INK, 0.12))
	for ship: RemoteShips.ShipView in ships.shown():
		draw_circle(ship.position * scaled, 1.8, ship.color)
	if own.flies:
		draw_circle(own.place * scaled, 2.6, Color.WHITE)
