## The arena with a dozen bots, and Ada among them: she flies, aims with the mouse and fires.
extends "res://command_line/extras/extras.gd"

const Arena := preload("res://screens/arena/arena.gd")

const BOTS := 12
const SCORE := 3
const LIMIT_S := 30.0
const EVERY_S := 0.1
const FROM_WALL := 150.0  # units

var _arena: Arena
var _since_s := 0.0


func play(screen: Control) -> void:
	fly(screen)
	if _arena.bots.wanted() == 0:
		_arena.bots.want(BOTS)
	var left_s := LIMIT_S
	while left_s > 0.0 and not is_worth_a_picture():
		await seconds(EVERY_S)
		left_s -= EVERY_S


## Steers the player's own ship from now on.
func fly(screen: Control) -> void:
	_arena = screen as Arena


func _process(delta: float) -> void:
	_since_s += delta
	if _since_s >= EVERY_S:
		_since_s = 0.0
		_steer()
		_aim()


func _exit_tree() -> void:
	for key: Key in [KEY_W, KEY_A, KEY_S, KEY_D] as Array[Key]:
		_hold(key, false)


func is_worth_a_picture() -> bool:
	return (
		_arena.link.score >= SCORE
		and _arena.ship.flies
		and not _arena.ship.is_shielded()
		and Rect2(Vector2.ZERO, _arena.view.field).grow(-FROM_WALL).has_point(_arena.ship.place)
		and _arena.ships.shown().size() >= BOTS - 2
	)


## In a wide circle, as the keys allow it.
func _steer() -> void:
	var way := _arena.ship.place - _arena.view.field / 2.0
	_hold(KEY_W, way.x > 150.0)
	_hold(KEY_S, way.x < -150.0)
	_hold(KEY_A, way.y < -100.0)
	_hold(KEY_D, way.y > 100.0)


func _aim() -> void:
	var own := _arena.ship.place
	var nearest := _arena.view.field / 2.0
	for other: Node2D in _arena.ships.shown():
		if own.distance_to(other.position) < own.distance_to(nearest):
			nearest = other.position
	var event := InputEventMouseMotion.new()
	event.position = (
		_arena.view.get_global_transform_with_canvas() * (_arena.view.world.transform * nearest)
	)
	event.global_position = event.position
	event.button_mask = MOUSE_BUTTON_MASK_LEFT
	Input.parse_input_event(event)


func _hold(key: Key, pressed: bool) -> void:
	var event := InputEventKey.new()
	event.keycode = key
	event.physical_keycode = key
	event.pressed = pressed
	Input.parse_input_event(event)
