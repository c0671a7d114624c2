## Lays out the arena: the field in the middle and everything else around it, so that nothing covers
## a ship. A wide window has one column beside the field; a low one, or one with touch controls, has
## two; an upright one has rows above and below the field.
extends Container

const Feed := preload("res://screens/arena/kill_feed.gd")
const Scoreboard := preload("res://screens/arena/scoreboard.gd")

const ROOMY := 1000.0  # pixels; from this width on, margins and columns are wide
const LOW := 520.0  # pixels; below this height one column is too short for everything
const NARROW := 600.0  # pixels; below this width there is no room for columns
const GAP := 8.0
const THUMBS := 128.0
const MAP_WIDTH := 128.0
const MOST_ROWS := 10
const UPRIGHT_ROWS := 4

@onready var _view: Control = %View
@onready var _standing: Control = %Standing
@onready var _bots: Control = %BotRow
@onready var _board: Scoreboard = %Scoreboard
@onready var _minimap: Control = %Minimap
@onready var _feed: Feed = %Feed
@onready var _notice: Control = %Notice
@onready var _stick: Control = %Stick
@onready var _trigger: Control = %Trigger


func _notification(what: int) -> void:
	if what == NOTIFICATION_SORT_CHILDREN and is_node_ready():
		_arrange()


func _arrange() -> void:
	var area := Rect2(Vector2.ZERO, size).grow(-12.0 if size.x >= ROOMY else -8.0)
	if size.x < NARROW or size.x < size.y:
		_arrange_upright(area)
	elif _stick.visible or size.y < LOW:
		_arrange_two_columns(area)
	else:
		_arrange_one_column(area)


func _arrange_one_column(area: Rect2) -> void:
	var column := _column(area, SIDE_RIGHT)
	var field := _rest(area, column, SIDE_RIGHT)
	_put_field_over_notice(field)
	column = _put(_standing, column, SIDE_TOP)
	column = _put(_bots, column, SIDE_TOP)
	column = _put(_minimap, column, SIDE_TOP, _map_height(column.size.x))
	column = _put_feed(column, SIDE_BOTTOM, 6)
	_put_board(column, MOST_ROWS)


func _arrange_two_columns(area: Rect2) -> void:
	var left := _column(area, SIDE_LEFT)
	var right := _column(area, SIDE_RIGHT)
	_put_field_over_notice(_rest(_rest(area, left, SIDE_LEFT), right, SIDE_RIGHT))
	left = _put(_standing, left, SIDE_TOP)
	left = _put(_minimap, left, SIDE_TOP, _map_height(left.size.x))
	left = _put(_stick, left, SIDE_BOTTOM, THUMBS)
	_put_feed(left, SIDE_TOP, 6)
	right = _put(_bots, right, SIDE_TOP)
	right = _put(_trigger, right, SIDE_BOTTOM, THUMBS)
	_put_board(right, MOST_ROWS)


func _arrange_upright(area: Rect2) -> void:
	var top := Rect2(area.position, Vector2(area.size.x, Scoreboard.height_of(UPRIGHT_ROWS)))
	var field := _rest(area, top, SIDE_TOP)
	var left := Rect2(top.position, Vector2((top.size.x - GAP) / 2.0, top.size.y))
	_put_board(_rest(top, left, SIDE_LEFT), UPRIGHT_ROWS)
	left = _put(_standing, left, SIDE_TOP)
	_put(_bots, left, SIDE_TOP)

	if _stick.visible or _minimap.visible:
		var bottom := _at_side(field, SIDE_BOTTOM, THUMBS)
		field = _rest(field, bottom, SIDE_BOTTOM)
		_put_thumbs(bottom)
	# The feed gives way to a notice, which is rare and short.
	var words := _at_side(field, SIDE_BOTTOM, _notice.get_combined_minimum_size().y)
	fit_child_in_rect(_notice, words)
	_put_feed(words, SIDE_BOTTOM, 0 if _notice.visible else 2)
	fit_child_in_rect(_view, _rest(field, words, SIDE_BOTTOM))


func _put_field_over_notice(area: Rect2) -> void:
	var notice := _at_side(area, SIDE_BOTTOM, _notice.get_combined_minimum_size().y)
	fit_child_in_rect(_notice, notice)
	fit_child_in_rect(_view, _rest(area, notice, SIDE_BOTTOM))


## The stick under the left thumb, the trigger under the right one, the map between them.
func _put_thumbs(row: Rect2) -> void:
	var width := minf(MAP_WIDTH, row.size.x - 2.0 * (THUMBS + GAP))
	var map := Rect2(row.get_center(), Vector2.ZERO).grow_individual(
		width / 2.0, _map_height(width) / 2.0, width / 2.0, _map_height(width) / 2.0
	)
	fit_child_in_rect(_minimap, map)
	var thumb := Vector2((row.size.x - width) / 2.0 - GAP, row.size.y)
	fit_child_in_rect(_stick, Rect2(row.position, thumb))
	fit_child_in_rect(_trigger, Rect2(row.end - thumb, thumb))


func _put_board(room: Rect2, most_rows: int) -> void:
	_board.rows = clampi(Scoreboard.rows_in(room.size.y), 1, most_rows)
	_put(_board, room, SIDE_TOP)


## Shows as many lines as there is room for.
func _put_feed(room: Rect2, side: Side, most_lines: int) -> Rect2:
	_feed.lines = clampi(int(room.size.y / Feed.LINE), 0, most_lines)
	return _put(_feed, room, side, _feed.lines * Feed.LINE)


## Puts a control at a side of [param room], with this length or its minimum size, and returns the
## rest. A hidden control takes no room.
func _put(control: Control, room: Rect2, side: Side, length: float = -1.0) -> Rect2:
	if not control.visible:
		return room
	if length < 0.0:
		length = control.get_combined_minimum_size()[_axis(side)]
	var place := _at_side(room, side, length)
	fit_child_in_rect(control, place)
	return _rest(room, place, side)


func _column(area: Rect2, side: Side) -> Rect2:
	return _at_side(area, side, 216.0 if size.x >= ROOMY else 160.0)


func _map_height(width: float) -> float:
	return roundf(width * 9.0 / 16.0)


static func _at_side(room: Rect2, side: Side, length: float) -> Rect2:
	return room.grow_side(_opposite(side), length - room.size[_axis(side)])


static func _rest(room: Rect2, taken: Rect2, side: Side) -> Rect2:
	return room.grow_side(side, -taken.size[_axis(side)] - GAP)


static func _opposite(side: Side) -> Side:
	return ((side + 2) % 4) as Side


static func _axis(side: Side) -> int:
	return Vector2.AXIS_X if side in [SIDE_LEFT, SIDE_RIGHT] else Vector2.AXIS_Y
