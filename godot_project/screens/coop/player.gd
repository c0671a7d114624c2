## A player. Whose it is moves it; the others are told 20 times a second, by the synchronizer, and
## draw it on its way there.
extends Node2D

const Palette := preload("res://ui/palette.gd")

const RADIUS := 18.0
const SPEED := 320.0
## How fast a remote player's picture follows what was told of it, a second.
const FOLLOW := 14.0

## What the synchronizer carries.
@export var place := Vector2.ZERO

var id := 0
var player_name := ""
var direction := Vector2.ZERO
var limits := Rect2()

@onready var _name: Label = %Name


func _ready() -> void:
	place = position
	_name.text = player_name
	_name.add_theme_color_override("font_color", _color())


func _physics_process(delta: float) -> void:
	if not is_multiplayer_authority():
		return
	place = (place + direction.limit_length() * SPEED * delta).clamp(limits.position, limits.end)
	position = place


func _process(delta: float) -> void:
	if not is_multiplayer_authority():
		position = position.lerp(place, minf(1.0, FOLLOW * delta))


func _draw() -> void:
	draw_circle(Vector2.ZERO, RADIUS + 6.0, Color(_color(), 0.25))
	draw_circle(Vector2.ZERO, RADIUS, _color())
	draw_circle(Vector2(-6, -4), 3.0, Palette.BACKGROUND)
	draw_circle(Vector2(6, -4), 3.0, Palette.BACKGROUND)


func _color() -> Color:
	return Palette.of_player(str(id))
