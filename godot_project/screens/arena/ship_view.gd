## A ship on the screen: hull, flame, shield and name. Each part is drawn once and then only moved
## and shown or hidden, which costs the engine next to nothing, with 50 ships as well.
extends Node2D

const Ship := preload("res://screens/arena/ship.gd")

const HULL: PackedVector2Array = [
	Vector2(23.0, 0.0), Vector2(-16.0, 15.0), Vector2(-8.5, 0.0), Vector2(-16.0, -15.0)
]
const TAG_SIZE := 13
const TAG_TOP := Ship.RADIUS + 6.0  # pixels below the ship's middle, or above it

var color := Color.WHITE:
	set(value):
		if value != color:
			color = value
			_redraw()
var title := "":
	set(value):
		if value != title:
			title = value
			_tag_size = _font().get_string_size(title, HORIZONTAL_ALIGNMENT_LEFT, -1, TAG_SIZE)
			_redraw()
## The player's own ship stands out.
var is_own := false

var _hull := Node2D.new()
var _flame := Node2D.new()
var _shield := Node2D.new()
var _tag := Node2D.new()
var _tag_size := Vector2.ZERO


func _ready() -> void:
	_flame.draw.connect(_draw_flame)
	_hull.draw.connect(_draw_hull)
	_shield.draw.connect(_draw_shield)
	_tag.draw.connect(_draw_tag)
	_hull.add_child(_flame)
	for part: Node2D in [_hull, _shield, _tag] as Array[Node2D]:
		add_child(part)


## Moves the ship. [param clock_s] drives the flame's flicker and the shield's turning.
func put(place: Vector2, heading: float, thrusts: bool, shielded: bool, clock_s: float) -> void:
	position = place
	_hull.rotation = heading
	_flame.visible = thrusts
	_shield.visible = shielded
	if thrusts:
		_flame.scale.x = 0.8 + 0.3 * sin(clock_s * 41.0 + get_index())
	if shielded:
		_shield.rotation = clock_s * 2.0


## The name's rectangle, in units from the ship's middle.
func tag_rect() -> Rect2:
	return _tag.transform * Rect2(Vector2(-_tag_size.x / 2.0, TAG_TOP), _tag_size)


## Keeps the name of a visible ship inside [param seen]: below the ship, or above it at the lower
## edge, and shifted in from the sides.
func keep_tag_in(seen: Rect2) -> void:
	_tag.position = Vector2.ZERO
	if not seen.grow(Ship.RADIUS).has_point(position):
		return
	var tag := tag_rect()
	var at := position + tag.position
	_tag.position.x = clampf(at.x, seen.position.x, seen.end.x - tag.size.x) - at.x
	if at.y + tag.size.y > seen.end.y:
		_tag.position.y = -2.0 * tag.position.y - tag.size.y


## Names stay readable however far away the field is shown.
func set_zoom(zoom: float) -> void:
	_tag.scale = Vector2.ONE / zoom


func _redraw() -> void:
	for part: Node2D in [_hull, _flame, _shield, _tag] as Array[Node2D]:
		part.queue_redraw()


func _draw_hull() -> void:
	var outline := HULL + PackedVector2Array([HULL[0]])
	_hull.draw_circle(Vector2.ZERO, Ship.RADIUS * 1.7, Color(color, 0.07))
	_hull.draw_colored_polygon(HULL, color.darkened(0.62) if not is_own else color.darkened(0.35))
	_hull.draw_polyline(outline, Color(color, 0.25), 6.0, true)
	_hull.draw_polyline(outline, Color.WHITE if is_own else color, 2.2, true)


func _draw_flame() -> void:
	var flame: PackedVector2Array = [Vector2(-11.0, 7.5), Vector2(-42.0, 0.0), Vector2(-11.0, -7.5)]
	_flame.draw_colored_polygon(flame, Color(1.0, 0.55, 0.2, 0.8))
	var core: PackedVector2Array = [Vector2(-11.0, 3.5), Vector2(-29.0, 0.0), Vector2(-11.0, -3.5)]
	_flame.draw_colored_polygon(core, Color(1.0, 0.93, 0.75))


func _draw_shield() -> void:
	for i: int in 6:
		var from := i * TAU / 6.0
		_shield.draw_arc(
			Vector2.ZERO, Ship.RADIUS * 1.75, from, from + 0.7, 8, Color(color, 0.8), 2.0, true
		)


func _draw_tag() -> void:
	if is_own:
		return  # one knows who one is
	var at := Vector2(-_tag_size.x / 2.0, TAG_TOP + _font().get_ascent(TAG_SIZE))
	var ink := Color(color.lightened(0.35), 0.9)
	_tag.draw_string(_font(), at, title, HORIZONTAL_ALIGNMENT_LEFT, -1, TAG_SIZE, ink)


func _font() -> Font:
	return ThemeDB.fallback_font
