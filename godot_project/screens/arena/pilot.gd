## What the player wants the ship to do: keys, mouse and touch, all at once if need be.
## [br]Keys: WASD or arrows fly, space fires ahead.
## [br]Mouse: the pointer aims, the left button fires, the right one flies towards the pointer.
## [br]Touch: a stick and a trigger, see thumb_pad.gd.
extends RefCounted

const Ship := preload("res://screens/arena/ship.gd")
const TouchStick := preload("res://screens/arena/touch_stick.gd")
const TouchTrigger := preload("res://screens/arena/touch_trigger.gd")

const _KEYS := {
	KEY_A: Vector2.LEFT,
	KEY_LEFT: Vector2.LEFT,
	KEY_D: Vector2.RIGHT,
	KEY_RIGHT: Vector2.RIGHT,
	KEY_W: Vector2.UP,
	KEY_UP: Vector2.UP,
	KEY_S: Vector2.DOWN,
	KEY_DOWN: Vector2.DOWN,
}
const _ARRIVED := 40.0  # units from the pointer, where flying towards it ends

## A player who fires with the space bar aims by flying, until the mouse moves again.
var _aims_at_pointer := false
var _pointer := Vector2.ZERO  # in the view
var _left := false
var _right := false
var _stick: TouchStick
var _trigger: TouchTrigger


func _init(stick: TouchStick, trigger: TouchTrigger) -> void:
	_stick = stick
	_trigger = trigger


## Takes an event of the view. True when nobody else shall have it: an arrow key would move the
## focus to a button, and the space bar press it.
func take(event: InputEvent) -> bool:
	if event is InputEventKey:
		var key := (event as InputEventKey).physical_keycode
		if key == KEY_SPACE and event.is_pressed():
			_aims_at_pointer = false
		return key == KEY_SPACE or _KEYS.has(key)
	if event is InputEventMouse and event.device != InputEvent.DEVICE_ID_EMULATION:
		_pointer = (event as InputEventMouse).position
		_aims_at_pointer = true
		var mask := (event as InputEventMouse).button_mask
		_left = mask & MOUSE_BUTTON_MASK_LEFT != 0
		_right = mask & MOUSE_BUTTON_MASK_RIGHT != 0
		return event is InputEventMouseButton
	return false


## Where to fly, at most 1 long. [param to_field] leads from the view to the field.
func direction(ship: Ship, to_field: Transform2D) -> Vector2:
	var wanted := _stick.direction()
	for key: Key in _KEYS:
		if Input.is_physical_key_pressed(key):
			wanted += _KEYS[key] as Vector2
	var pointer := to_field * _pointer
	if _right and ship.place.distance_to(pointer) > _ARRIVED:
		wanted += ship.place.direction_to(pointer)
	return wanted.limit_length(1.0)


func aim(ship: Ship, flying: Vector2, to_field: Transform2D) -> float:
	if _aims_at_pointer and not _stick.is_held() and not _trigger.is_held():
		return ship.place.angle_to_point(to_field * _pointer)
	return flying.angle() if flying != Vector2.ZERO else ship.heading


func fires() -> bool:
	return _left or _trigger.is_held() or Input.is_physical_key_pressed(KEY_SPACE)
