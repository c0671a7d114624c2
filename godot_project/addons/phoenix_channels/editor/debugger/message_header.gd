@tool
extends Control
## The titles above the message list; dragging an edge makes a column wider.

const Columns := preload("message_columns.gd")
const Look := preload("../look.gd")

const REACH := 4.0

var _columns: Columns
var _dragged := -1


func _init(columns: Columns) -> void:
	_columns = columns
	_columns.changed.connect(queue_redraw)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		var style := _style()
		custom_minimum_size.y = _font().get_height(_font_size()) + style.get_minimum_size().y
		queue_redraw()


func _draw() -> void:
	var style := _style()
	var color := get_theme_color(&"title_button_color", &"Tree")
	var baseline := style.get_offset().y + _font().get_ascent(_font_size())
	for column: int in Columns.TITLES.size():
		var left := _columns.left(column)
		var width := minf(_columns.width(column), size.x - left)
		if width <= 0.0:
			break
		draw_style_box(style, Rect2(left, 0.0, width, size.y))
		var inset := style.get_margin(SIDE_LEFT)
		draw_string(
			_font(),
			Vector2(left + inset, baseline),
			Columns.TITLES[column],
			HORIZONTAL_ALIGNMENT_LEFT,
			maxf(1.0, width - inset),
			_font_size(),
			color
		)


func _gui_input(event: InputEvent) -> void:
	var button := event as InputEventMouseButton
	var motion := event as InputEventMouseMotion
	if button != null and button.button_index == MOUSE_BUTTON_LEFT:
		_dragged = _columns.edge_at(button.position.x, _reach()) if button.pressed else -1
		accept_event()
	elif motion != null:
		if _dragged >= 0:
			_columns.set_width(_dragged, motion.position.x - _columns.left(_dragged))
		var is_edge := _dragged >= 0 or _columns.edge_at(motion.position.x, _reach()) >= 0
		mouse_default_cursor_shape = CURSOR_HSIZE if is_edge else CURSOR_ARROW


func _get_tooltip(at: Vector2) -> String:
	return Columns.TOOLTIPS[_columns.at(at.x)]


func _reach() -> float:
	return Look.px(REACH)


func _style() -> StyleBox:
	return get_theme_stylebox(&"title_button_normal", &"Tree")


func _font() -> Font:
	return get_theme_font(&"title_button_font", &"Tree")


func _font_size() -> int:
	return get_theme_font_size(&"title_button_font_size", &"Tree")
