## Where players move: click, drag, or use the arrow keys. Positions are fractions of the field, so
## that windows of any size agree.
extends Control

## The own player has moved; not more often than [constant SENDS_PER_SECOND].
signal moved(place: Vector2)

const Palette := preload("res://lobby/palette.gd")

const SENDS_PER_SECOND := 15.0
const SPEED := 0.5  # fields a second
const RADIUS := 14.0

## The own player's name.
var me := ""

var _targets := {}  # player -> where it said it is
var _shown := {}  # player -> where it is drawn, on its way to the target
var _since_sent_s := 0.0
var _unsent := false


func place_of(player: String) -> Vector2:
	return _targets.get(player, Vector2(0.5, 0.5))


func has_player(player: String) -> bool:
	return _targets.has(player)


func put(player: String, place: Vector2) -> void:
	_targets[player] = place.clamp(Vector2.ZERO, Vector2.ONE)
	if not _shown.has(player):
		_shown[player] = _targets[player]


func remove(player: String) -> void:
	_targets.erase(player)
	_shown.erase(player)


func clear() -> void:
	_targets.clear()
	_shown.clear()


func _process(delta: float) -> void:
	var direction := Input.get_vector("ui_left", "ui_right", "ui_up", "ui_down")
	if has_focus() and direction != Vector2.ZERO and has_player(me):
		_go(place_of(me) + direction * SPEED * delta * Vector2(1.0, size.x / maxf(size.y, 1.0)))
	_since_sent_s += delta
	if _unsent and _since_sent_s >= 1.0 / SENDS_PER_SECOND:
		_unsent = false
		_since_sent_s = 0.0
		moved.emit(place_of(me))
	# Others arrive 15 times a second and are drawn in between as well.
	for player: String in _targets:
		_shown[player] = (_shown[player] as Vector2).lerp(
			_targets[player], 1.0 - exp(-18.0 * delta)
		)
	queue_redraw()


func _gui_input(event: InputEvent) -> void:
	var mouse := event as InputEventMouse
	if mouse and mouse.button_mask & MOUSE_BUTTON_MASK_LEFT and has_player(me):
		grab_focus()
		_go(mouse.position / size)
		accept_event()


func _go(place: Vector2) -> void:
	put(me, place)
	_unsent = true


func _draw() -> void:
	_draw_grid()
	if _targets.is_empty():
		_write(size / 2.0, "connect to see who is here", Palette.CALM)
	for player: String in _shown:
		_draw_player(player, (_shown[player] as Vector2) * size)


func _draw_grid() -> void:
	var line := Color(1.0, 1.0, 1.0, 0.035)
	for x: int in range(40, int(size.x), 40):
		draw_line(Vector2(x, 0.0), Vector2(x, size.y), line)
	for y: int in range(40, int(size.y), 40):
		draw_line(Vector2(0.0, y), Vector2(size.x, y), line)


func _draw_player(player: String, at: Vector2) -> void:
	var color := Palette.of_player(player)
	draw_circle(at, RADIUS + 7.0, Color(color, 0.18))
	draw_circle(at, RADIUS, color)
	if player == me:
		draw_arc(at, RADIUS + 4.0, 0.0, TAU, 48, Color.WHITE, 2.0, true)
	_write(at + Vector2(0.0, RADIUS + 22.0), player, color.lightened(0.4))


func _write(at: Vector2, text: String, color: Color) -> void:
	var font := get_theme_default_font()
	var width := font.get_string_size(text, HORIZONTAL_ALIGNMENT_LEFT, -1, 14).x
	draw_string(
		font, at - Vector2(width / 2.0, 0.0), text, HORIZONTAL_ALIGNMENT_LEFT, -1, 14, color
	)
