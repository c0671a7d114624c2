## The messages of a room, newest at the bottom. It stays at the bottom while messages come, unless
## the player has scrolled up to read.
extends Control

const Message := preload("res://screens/chat/message.gd")
const MessageRow := preload("res://screens/chat/message_row.gd")
const Room := preload("res://screens/chat/room.gd")
const RowScene := preload("res://screens/chat/message_row.tscn")

## How far from the bottom still counts as being there, in pixels.
const NEAR := 24.0

var _room: Room
var _rows := {}  # Message -> MessageRow
var _at_bottom := true
var _unseen := 0
var _is_stale := false

@onready var _scroll: ScrollContainer = %Scroll
@onready var _column: VBoxContainer = %Column
@onready var _hint: Button = %Hint
@onready var _empty: Label = %Empty


func _ready() -> void:
	var bar := _scroll.get_v_scroll_bar()
	bar.changed.connect(_on_content_changed)
	bar.value_changed.connect(_on_scrolled)
	_hint.pressed.connect(scroll_to_end)


func show_room(room: Room) -> void:
	if is_instance_valid(_room):
		_room.changed.disconnect(_show_soon)
		_room.transcript.changed.disconnect(_show_soon)
		_room.heard.disconnect(_on_heard)
	_room = room
	for row: MessageRow in _rows.values():
		row.queue_free()
	_rows.clear()
	if room != null:
		room.changed.connect(_show_soon)
		room.transcript.changed.connect(_show_soon)
		room.heard.connect(_on_heard)
		_show()
	scroll_to_end()


func scroll_to_end() -> void:
	_at_bottom = true
	_unseen = 0
	_show_hint()
	_scroll.scroll_vertical = int(_scroll.get_v_scroll_bar().max_value)


## A page up (-1) or down (1), for players without a mouse.
func scroll_pages(pages: float) -> void:
	_scroll.scroll_vertical += int(pages * _scroll.size.y * 0.9)


## Much may happen within a frame; it is shown once.
func _show_soon() -> void:
	if not _is_stale:
		_is_stale = true
		_show.call_deferred()


func _show() -> void:
	_is_stale = false
	if not is_instance_valid(_room):
		return
	var messages := _room.transcript.messages
	_drop_rows_except(messages)
	var waits_for := _room.what_is_waited_for()
	var before: Message = null
	for i: int in messages.size():
		var message := messages[i]
		var row := _row_of(message)
		if row.get_index() != i:
			_column.move_child(row, i)
		row.show_message(message, before, _room.is_mine(message), waits_for)
		before = message
	_empty.visible = messages.is_empty()
	_empty.text = _words_for_nothing()


func _words_for_nothing() -> String:
	if _room.has_history():
		return "No messages yet."
	return "Not connected yet." if _room.state == Room.State.LOST else ""


func _row_of(message: Message) -> MessageRow:
	if not _rows.has(message):
		var row := RowScene.instantiate() as MessageRow
		row.retry_asked.connect(func() -> void: _room.retry(message))
		row.discard_asked.connect(func() -> void: _room.transcript.discard(message))
		_column.add_child(row)
		_rows[message] = row
	return _rows[message]


func _drop_rows_except(messages: Array[Message]) -> void:
	var kept := {}
	for message: Message in messages:
		kept[message] = true
	for message: Message in _rows.keys():
		if not kept.has(message):
			var row := _rows[message] as MessageRow
			_column.remove_child(row)
			row.queue_free()
			_rows.erase(message)


func _on_heard(count: int) -> void:
	if not _at_bottom:
		_unseen += count
		_show_hint()


func _show_hint() -> void:
	_hint.visible = _unseen > 0
	_hint.text = "1 new message" if _unseen == 1 else "%d new messages" % _unseen


func _on_content_changed() -> void:
	if _at_bottom:
		_scroll.scroll_vertical = int(_scroll.get_v_scroll_bar().max_value)


func _on_scrolled(value: float) -> void:
	var bar := _scroll.get_v_scroll_bar()
	_at_bottom = value + bar.page >= bar.max_value - NEAR
	if _at_bottom:
		_unseen = 0
		_show_hint()
