@tool
extends Control
## The messages, drawn by hand: only the rows that are visible cost anything.

## Another row is selected, by its place in the store; -1 for none.
signal selected(place: int)
## The list has left the newest row, or gone back to it.
signal follow_changed

const Columns := preload("message_columns.gd")
const FilteredRows := preload("filtered_rows.gd")
const Look := preload("../look.gd")
const Painter := preload("row_painter.gd")

const WHEEL_ROWS := 3.0

var rows: FilteredRows
## The newest row stays in view.
var is_following := true:
	set = set_following
## The selected row's place in the store; -1 for none.
var selection := -1

var _columns: Columns
var _painter: Painter
var _bar := VScrollBar.new()
var _gone := 0


func _init(of: FilteredRows, columns: Columns) -> void:
	rows = of
	_columns = columns
	_columns.changed.connect(queue_redraw)
	_painter = Painter.new(columns)
	focus_mode = FOCUS_ALL
	clip_contents = true
	_bar.set_anchors_and_offsets_preset(PRESET_RIGHT_WIDE)
	_bar.grow_horizontal = GROW_DIRECTION_BEGIN
	_bar.value_changed.connect(_scrolled)
	add_child(_bar)


func _notification(what: int) -> void:
	match what:
		NOTIFICATION_THEME_CHANGED:
			_painter.update(self)
			refresh()
		NOTIFICATION_RESIZED:
			refresh()
		NOTIFICATION_FOCUS_ENTER, NOTIFICATION_FOCUS_EXIT:
			queue_redraw()


## Shows what [member rows] has now.
func refresh() -> void:
	var visible_rows := _visible_rows()
	var count := rows.size()
	var gone := rows.gone - _gone
	_gone = rows.gone
	_bar.max_value = maxi(count, 1)
	_bar.page = minf(visible_rows, _bar.max_value)
	_bar.visible = count > visible_rows
	if is_following:
		_bar.set_value_no_signal(_bar.max_value)
	elif gone > 0:
		_bar.set_value_no_signal(_bar.value - gone)
	queue_redraw()


## Selects a row by its place in the store, and brings it into view.
func select(place: int) -> void:
	if place == selection:
		return
	selection = place
	var i := rows.index_of(place)
	if i >= 0:
		_bring_into_view(i)
	queue_redraw()
	selected.emit(place)


func set_following(to: bool) -> void:
	if is_following == to:
		return
	is_following = to
	refresh()
	follow_changed.emit()


## Of a row of the list, counted from the first one that is visible.
func row_rect(i: int) -> Rect2:
	return Rect2(0.0, i * _painter.row_height, size.x, _painter.row_height)


func _draw() -> void:
	draw_style_box(get_theme_stylebox(&"panel", &"Tree"), Rect2(Vector2.ZERO, size))
	var begin := int(_bar.value)
	for i: int in mini(ceili(size.y / _painter.row_height), rows.size() - begin):
		var place := rows.place(begin + i)
		var chunk := rows.store.chunk_at(place)
		_painter.paint(
			self, chunk, place - chunk.start, i * _painter.row_height, place == selection
		)
	if has_focus():
		draw_style_box(get_theme_stylebox(&"focus", &"Tree"), Rect2(Vector2.ZERO, size))


func _gui_input(event: InputEvent) -> void:
	var button := event as InputEventMouseButton
	if button != null and button.pressed:
		_press(button)
	elif event is InputEventPanGesture:
		_bar.value += (event as InputEventPanGesture).delta.y * WHEEL_ROWS
	elif event.is_pressed() and event is InputEventKey and _move(event):
		accept_event()


func _get_tooltip(at: Vector2) -> String:
	var i := _row_at(at)
	if i < 0:
		return ""
	var place := rows.place(i)
	var chunk := rows.store.chunk_at(place)
	var row := place - chunk.start
	match _columns.at(at.x):
		Columns.TOPIC:
			return chunk.table.text(chunk.topics[row])
		Columns.EVENT:
			return chunk.table.text(chunk.events[row])
		Columns.SIZE:
			return "%d bytes" % chunk.sizes[row]
		Columns.PAYLOAD:
			return chunk.preview(row, 2_000)
	return ""


func _press(button: InputEventMouseButton) -> void:
	match button.button_index:
		MOUSE_BUTTON_LEFT, MOUSE_BUTTON_RIGHT:
			grab_focus()
			var i := _row_at(button.position)
			select(rows.place(i) if i >= 0 else -1)
		MOUSE_BUTTON_WHEEL_UP:
			_bar.value -= WHEEL_ROWS * maxf(button.factor, 1.0)
		MOUSE_BUTTON_WHEEL_DOWN:
			_bar.value += WHEEL_ROWS * maxf(button.factor, 1.0)
		_:
			return
	accept_event()


# The keys that move the selection, with repetitions.
func _move(event: InputEvent) -> bool:
	var steps := {
		&"ui_up": -1,
		&"ui_down": 1,
		&"ui_page_up": -_visible_rows(),
		&"ui_page_down": _visible_rows(),
		&"ui_home": -rows.size(),
		&"ui_end": rows.size(),
	}
	for action: StringName in steps:
		if event.is_action_pressed(action, true):
			if rows.size() > 0:
				var from := rows.nearest(selection) if selection >= 0 else int(_bar.value)
				select(rows.place(clampi(from + int(steps[action]), 0, rows.size() - 1)))
			return true
	return false


func _bring_into_view(i: int) -> void:
	var begin := int(_bar.value)
	if i < begin:
		_bar.value = i
	elif i >= begin + _visible_rows():
		_bar.value = i - _visible_rows() + 1


# By the user: at the end the list follows again, anywhere else it stays.
func _scrolled(_to: float) -> void:
	is_following = _bar.value + _bar.page >= _bar.max_value
	queue_redraw()


func _visible_rows() -> int:
	return maxi(1, int(size.y / _painter.row_height))


func _row_at(at: Vector2) -> int:
	var i := int(_bar.value) + int(at.y / _painter.row_height)
	return i if i < rows.size() and at.y >= 0.0 else -1
