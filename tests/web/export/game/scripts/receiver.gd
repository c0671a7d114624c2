extends Node

var received: Array = []


func on_any(a: Variant = null, b: Variant = null, c: Variant = null, d: Variant = null) -> void:
	received.append([a, b, c, d])


func on_params(params: Dictionary) -> void:
	received.append(params)


func on_nothing() -> void:
	received.append("nothing")
