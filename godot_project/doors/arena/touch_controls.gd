## For fingers: a stick that appears under the left thumb, a button under the right one. Shown where
## there is a touch screen, and in a window as narrow as a phone, where the mouse is a finger.
extends Control

const Palette := preload("res://ui/palette.gd")

const REACH := 56.0  # pixels from the stick's middle to its end
const BUTTON := 46.0  # the radius of the fire button
const MARGIN := 34.0
const PHONE_WIDTH := 600.0
const _NOBODY := -1
const _MOUSE := -2  # the number of the finger that the mouse is

## Where the stick points, at most 1 long.
var direction := Vector2.ZERO
var fires := false

var _stick_finger := _NOBODY
var _fire_finger := _NOBODY
var _stick_at := Vector2.ZERO
var _touched := false


func _ready() -> void:
	resized.connect(_show_or_hide)
	_show_or_hide()


## Fingers decide, not the mouse.
func is_used() -> bool:
	return _stick_finger != _NOBODY or _fire_finger != _NOBODY


## The first touch shows the controls, wherever it was.
func _input(event: InputEvent) -> void:
	if event is InputEventScreenTouch and not _touched:
		_touched = true
		_show_or_hide()


func _gui_input(event: InputEvent) -> void:
	if event is InputEventScreenTouch:
		var touch := event as InputEventScreenTouch
		_press(touch.index, touch.position, touch.pressed)
	elif event is InputEventScreenDrag:
		_drag((event as InputEventScreenDrag).index, (event as InputEventScreenDrag).position)
	elif event is InputEventMouse and event.device != InputEvent.DEVICE_ID_EMULATION:
		var mouse := event as InputEventMouse
		var button := event as InputEventMouseButton
		if button == null:
			_drag(_MOUSE, mouse.position)
		elif button.button_index == MOUSE_BUTTON_LEFT:
			_press(_MOUSE, mouse.position, button.pressed)
	else:
		return
	accept_event()


## How many pixels at the lower end thumbs cover.
func covers() -> float:
	return 2.0 * REACH + MARGIN if visible else 0.0


func _show_or_hide() -> void:
	visible = _touched or size.x < PHONE_WIDTH or DisplayServer.is_touchscreen_available()
	if not visible:
		_press(_stick_finger, Vector2.ZERO, false)
		_press(_fire_finger, Vector2.ZERO, false)
	queue_redraw()


func _press(finger: int, at: Vector2, pressed: bool) -> void:
	if not pressed:
		if finger == _stick_finger:
			_stick_finger = _NOBODY
			direction = Vector2.ZERO
		if finger == _fire_finger:
			_fire_finger = _NOBODY
			fires = false
	elif at.x < size.x / 2.0 and _stick_finger == _NOBODY:
		_stick_finger = finger
		_stick_at = at
	elif at.x >= size.x / 2.0 and _fire_finger == _NOBODY:
		_fire_finger = finger
		fires = true
	queue_redraw()


func _drag(finger: int, to: Vector2) -> void:
	if finger == _stick_finger:
		direction = ((to - _stick_at) / REACH).limit_length(1.0)
		queue_redraw()


func _draw() -> void:
	var rest := MARGIN + REACH
	var stick := _stick_at if _stick_finger != _NOBODY else Vector2(rest, size.y - rest)
	draw_circle(stick, REACH, Color(Palette.INK, 0.05))
	draw_arc(stick, REACH, 0.0, TAU, 48, Color(Palette.INK, 0.25), 2.0, true)
	draw_circle(stick + direction * REACH, REACH * 0.42, Color(Palette.INK, 0.3))

	var button := size - Vector2.ONE * (MARGIN + BUTTON)
	var color := Color(Palette.ACCENT, 0.7 if fires else 0.35)
	draw_circle(button, BUTTON, Color(color, color.a * 0.5))
	draw_arc(button, BUTTON, 0.0, TAU, 48, color, 2.0, true)
	draw_arc(button, BUTTON * 0.32, 0.0, TAU, 32, Color(Palette.INK, 0.7), 2.0, true)
	for i: int in 4:
		var way := Vector2.from_angle(i * TAU / 4.0) * BUTTON
		draw_line(button + way * 0.2, button + way * 0.5, Color(Palette.INK, 0.7), 2.0, true)
