extends Node

@export var scene: PackedScene


func _ready() -> void:
	add_child(scene.instantiate())
