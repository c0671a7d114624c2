@tool
extends RefCounted
## Draws one row of the message list. What it needs of the theme is looked up once.

const Batch := preload("batch.gd")
const Chunk := preload("message_chunk.gd")
const Columns := preload("message_columns.gd")
const Look := preload("../look.gd")

const PADDING := 4.0
const BAR_HEIGHT := 0.15  ## of a row
const BAR_OPACITY := 0.6
const DIMMED := 0.6
const LONGEST_MS := 10_000.0
const SLOW_US := 1_000_000
const LATE_US := 200_000
## Of happenings, by their event; others have HAPPENING_ICON, and errors ERROR_ICON.
const ICONS := {"open": &"StatusSuccess", "wait": &"StatusWarning", "dropped": &"StatusWarning"}
const HAPPENING_ICON := &"NodeInfo"
const ERROR_ICON := &"StatusError"
const TINT := 0.1
## More than a row shows on any screen.
const PREVIEW_BYTES := 400

var row_height := Look.px(20.0)

var _columns: Columns
var _font: Font
var _font_size := 0
var _ascent := 0.0
var _padding := 0.0
var _zone_minutes := 0
var _unselected: Palette
var _of_selected: Palette
var _now: Palette  # of the row that is drawn
var _selected: StyleBox
var _received: Texture2D
var _sent: Texture2D
var _icons := {}


func _init(columns: Columns) -> void:
	_columns = columns


## Looks up what it needs of the theme of [param control].
func update(control: Control) -> void:
	_font = control.get_theme_font(&"font", &"Tree")
	_font_size = control.get_theme_font_size(&"font_size", &"Tree")
	_ascent = _font.get_ascent(_font_size)
	_padding = Look.px(PADDING)
	row_height = ceilf(_font.get_height(_font_size) + _padding)
	_zone_minutes = Look.zone_minutes()
	_selected = control.get_theme_stylebox(&"selected", &"Tree")
	var panel := control.get_theme_stylebox(&"panel", &"Tree")
	var background := Look.filled(panel, Look.panel_color(control))
	_unselected = Palette.new(control, &"font_color", background)
	_of_selected = Palette.new(control, &"font_selected_color", Look.filled(_selected, background))
	_received = Look.icon(control, &"ArrowDown")
	_sent = Look.icon(control, &"ArrowUp")
	_icons.clear()
	for title: StringName in ICONS.values() + [HAPPENING_ICON, ERROR_ICON]:
		_icons[title] = Look.icon(control, title)


## Draws row [param i] of [param chunk] at [param y].
func paint(canvas: Control, chunk: Chunk, i: int, y: float, is_selected: bool) -> void:
	var rect := Rect2(0.0, y, canvas.size.x, row_height)
	var is_error := chunk.is_error(i)
	var is_happening := chunk.kinds[i] == Batch.Kind.HAPPENING
	_now = _of_selected if is_selected else _unselected
	if is_selected:
		canvas.draw_style_box(_selected, rect)
	elif is_error or is_happening:
		canvas.draw_rect(rect, _now.error_tint if is_error else _now.tint)
	_text(canvas, Columns.TIME, y, Look.clock(chunk.times[i], _zone_minutes), _now.dimmed)
	if is_happening:
		_paint_happening(canvas, chunk, i, y, is_error)
	else:
		_paint_message(canvas, chunk, i, y, is_error)


func _paint_message(canvas: Control, chunk: Chunk, i: int, y: float, is_error: bool) -> void:
	var is_sent := chunk.kinds[i] == Batch.Kind.SENT
	_icon(canvas, _sent if is_sent else _received, y, _now.success if is_sent else _now.warning)
	_text(canvas, Columns.TOPIC, y, chunk.table.text(chunk.topics[i]), _now.text)
	_text(canvas, Columns.EVENT, y, chunk.table.text(chunk.events[i]), _now.text)
	var status := chunk.table.text(chunk.statuses[i])
	_text(canvas, Columns.STATUS, y, status, _now.error if is_error else _now.success)
	_text(canvas, Columns.SIZE, y, Look.bytes(chunk.sizes[i]), _now.dimmed)
	if chunk.took[i] >= 0:
		_bar(canvas, y, chunk.took[i])
	_text(canvas, Columns.PAYLOAD, y, chunk.preview(i, PREVIEW_BYTES), _now.dimmed)


# Its text begins where a message has its topic, and goes to the end of the row.
func _paint_happening(canvas: Control, chunk: Chunk, i: int, y: float, is_error: bool) -> void:
	var event := chunk.table.text(chunk.events[i])
	var color := _now.error if is_error else _now.text
	_icon(canvas, _icons[ERROR_ICON if is_error else ICONS.get(event, HAPPENING_ICON)], y)
	_text(canvas, Columns.TOPIC, y, chunk.table.text(chunk.topics[i]), color)
	_text(canvas, Columns.EVENT, y, event, color)
	var left := _columns.left(Columns.STATUS) + _padding
	_string(canvas, left, canvas.size.x - left, y, chunk.preview(i, PREVIEW_BYTES), color)


func _bar(canvas: Control, y: float, took: int) -> void:
	var left := _columns.left(Columns.TOOK) + _padding
	var width := _columns.width(Columns.TOOK) - _padding * 2.0
	var text := Look.duration(took)
	var color := _now.success
	if took >= SLOW_US:
		color = _now.error
	elif took >= LATE_US:
		color = _now.warning
	var full := log(LONGEST_MS + 1.0)
	var length := clampf(log(took / 1000.0 + 1.0) / full, 0.02, 1.0) * width
	var height := roundf(row_height * BAR_HEIGHT)
	canvas.draw_rect(
		Rect2(left, y + row_height - height, length, height), Color(color, BAR_OPACITY)
	)
	_string(canvas, left, width, y, text, _now.text)


func _icon(canvas: Control, texture: Texture2D, y: float, color: Color = Look.UNTINTED) -> void:
	if texture == null:
		return
	var left := _columns.left(Columns.DIRECTION)
	var room := Vector2(_columns.width(Columns.DIRECTION), row_height)
	var at := Vector2(left, y) + ((room - texture.get_size()) / 2.0).floor()
	canvas.draw_texture(texture, at, color)


func _text(canvas: Control, column: int, y: float, text: String, color: Color) -> void:
	var left := _columns.left(column) + _padding
	var width := minf(_columns.width(column), canvas.size.x - left) - _padding
	_string(canvas, left, width, y, text, color)


func _string(
	canvas: Control, left: float, width: float, y: float, text: String, color: Color
) -> void:
	if width < 1.0 or text.is_empty():
		return
	var baseline := y + (_padding / 2.0) + _ascent
	canvas.draw_string(
		_font,
		Vector2(left, baseline).floor(),
		text,
		HORIZONTAL_ALIGNMENT_LEFT,
		width,
		_font_size,
		color
	)


## The colours of a row's texts, which can be read on its background, tinted or not.
class Palette:
	var text: Color
	var dimmed: Color
	var error: Color
	var warning: Color
	var success: Color
	## Laid over the background of a happening, and of an error.
	var tint: Color
	var error_tint: Color

	func _init(control: Control, text_title: StringName, background: Color) -> void:
		var of_theme := control.get_theme_color(text_title, &"Tree")
		var error_of_theme := control.get_theme_color(&"error_color", &"Editor")
		tint = Color(of_theme, TINT * of_theme.a)
		error_tint = Color(error_of_theme, TINT)
		var all: Array[Color] = [background, background.blend(tint), background.blend(error_tint)]
		text = Look.readable(of_theme, all)
		dimmed = Look.readable(Color(of_theme, of_theme.a * DIMMED), all)
		error = Look.readable(error_of_theme, all)
		warning = Look.readable(control.get_theme_color(&"warning_color", &"Editor"), all)
		success = Look.readable(control.get_theme_color(&"success_color", &"Editor"), all)
