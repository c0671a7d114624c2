## The arena with a dozen bots, and Ada in the middle of it.
extends "res://session/extras/extras.gd"

const Arena := preload("res://doors/arena/arena.gd")

const BOTS := 12


func play(door: Control) -> void:
	var arena := door as Arena
	if arena.bots.wanted() == 0:
		arena.bots.want(BOTS)
	arena.ship.place = Vector2(760.0, 470.0)
	_hold(KEY_W, true)
	_hold(KEY_SPACE, true)
	await seconds(6.0)


func _exit_tree() -> void:
	_hold(KEY_W, false)
	_hold(KEY_SPACE, false)


func _hold(key: Key, pressed: bool) -> void:
	var event := InputEventKey.new()
	event.keycode = key
	event.physical_keycode = key
	event.pressed = pressed
	Input.parse_input_event(event)
