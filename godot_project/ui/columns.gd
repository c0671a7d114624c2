## Columns side by side in a wide window; in a narrow one, such as a phone's, one at a time, with a
## tab for each. The children are the columns.
extends BoxContainer

## The window's width, in pixels, from which there is room for all columns.
@export var all_from_width := 760
## What the tabs are called, in the order of the columns.
@export var titles: PackedStringArray

var _tabs := TabBar.new()
var _columns: Array[Control] = []


func _ready() -> void:
	for child: Node in get_children():
		_columns.append(child as Control)
	for title: String in titles:
		_tabs.add_tab(title)
	add_child(_tabs)
	move_child(_tabs, 0)
	_tabs.tab_changed.connect(func(_tab: int) -> void: _reflow())
	get_viewport().size_changed.connect(_reflow)
	_reflow()


func _reflow() -> void:
	var narrow := get_viewport_rect().size.x < all_from_width
	vertical = narrow
	_tabs.visible = narrow
	for i: int in _columns.size():
		_columns[i].visible = not narrow or i == _tabs.current_tab
