class_name Holder
extends Resource

@export var scene: PackedScene
@export var list: Array[PackedScene] = []
@export var by_name: Dictionary = {}
