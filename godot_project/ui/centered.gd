## A margin that keeps its content in the middle, no wider than [member max_width].
extends MarginContainer

@export var max_width := 960
@export var least_margin := 16


func _ready() -> void:
	resized.connect(_center)
	_center()


func _center() -> void:
	var margin := maxi(least_margin, int((size.x - max_width) / 2.0))
	add_theme_constant_override("margin_left", margin)
	add_theme_constant_override("margin_right", margin)
