## A touch control for one thumb: held from the touch until the same finger is lifted, wherever that
## is. The mouse counts as a finger.
extends Control

const Palette := preload("res://ui/palette.gd")

const _NOBODY := -1
const _MOUSE := -2  # the number of the finger that the mouse is

## Where the touch began, and where it is now.
var start := Vector2.ZERO
var thumb := Vector2.ZERO

var _finger := _NOBODY


func _ready() -> void:
	visibility_changed.connect(_let_go)
	resized.connect(_let_go)


func is_held() -> bool:
	return _finger != _NOBODY


func _gui_input(event: InputEvent) -> void:
	if event is InputEventScreenTouch:
		var touch := event as InputEventScreenTouch
		_press(touch.index, touch.position, touch.pressed)
	elif event is InputEventScreenDrag:
		_drag((event as InputEventScreenDrag).index, (event as InputEventScreenDrag).position)
	elif event is InputEventMouse and event.device != InputEvent.DEVICE_ID_EMULATION:
		var button := event as InputEventMouseButton
		if button == null:
			_drag(_MOUSE, (event as InputEventMouse).position)
		elif button.button_index == MOUSE_BUTTON_LEFT:
			_press(_MOUSE, button.position, button.pressed)
	else:
		return
	accept_event()


func _press(finger: int, at: Vector2, pressed: bool) -> void:
	if pressed and not is_held():
		_finger = finger
		start = at
		thumb = at
		queue_redraw()
	elif not pressed and finger == _finger:
		_let_go()


func _drag(finger: int, to: Vector2) -> void:
	if finger == _finger:
		thumb = to
		queue_redraw()


func _let_go() -> void:
	_finger = _NOBODY
	queue_redraw()
