## Counts what it hears.
extends Node

var _heard := 0


func hear(_payload: Variant) -> void:
	_heard += 1


func count() -> int:
	return _heard
