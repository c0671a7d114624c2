## Joins topics; a row for each, of which one is selected, for pushing to it and for its presence.
extends PanelContainer

## Another topic is selected; null when there is none left.
signal selected(row: TopicRow)
## Something for the log.
signal noted(text: String, color: Color)

const JsonReader := preload("res://screens/control_room/json_reader.gd")
const TopicRow := preload("res://screens/control_room/topic_row.gd")

## Makes a channel: [code]func(topic, params, presence) -> PhoenixChannel[/code].
var make_channel: Callable

var _group := ButtonGroup.new()

@onready var _topic: LineEdit = %Topic
@onready var _params: LineEdit = %Params
@onready var _error: Label = %ParamsError
@onready var _join: Button = %Join
@onready var _rows: VBoxContainer = %Topics


func _ready() -> void:
	_join.pressed.connect(_on_join_pressed)
	_topic.text_submitted.connect(func(_text: String) -> void: _on_join_pressed())
	_params.text_submitted.connect(func(_text: String) -> void: _on_join_pressed())
	_topic.text_changed.connect(func(_text: String) -> void: _check())
	_params.text_changed.connect(func(_text: String) -> void: _check())
	Net.changed.connect(_check)
	_check()
	_join.grab_focus()


func _check() -> void:
	var read := JsonReader.read_object(_params.text)
	_error.text = read.error
	_error.visible = read.error != ""
	_join.disabled = (
		read.error != "" or _topic.text.strip_edges().is_empty() or not Net.is_started()
	)


func _on_join_pressed() -> void:
	if _join.disabled:
		return
	var topic := _topic.text.strip_edges()
	var row := _row_of(topic)
	if row == null:
		row = TopicRow.new()
		row.presence = PhoenixPresence.new()
		row.channel = make_channel.call(topic, {}, row.presence) as PhoenixChannel
		if row.channel == null:  # The engine has said why.
			row.free()
			return
		row.button_group = _group
		row.selected.connect(selected.emit)
		row.noted.connect(noted.emit)
		row.tree_exited.connect(_on_row_gone.bind(row))
		_rows.add_child(row)
	row.join(JsonReader.read_object(_params.text).value)
	row.select()


func _row_of(topic: String) -> TopicRow:
	for row: TopicRow in _rows.get_children():
		if row.topic == topic and not row.is_queued_for_deletion():
			return row
	return null


func _on_row_gone(gone: TopicRow) -> void:
	if not is_inside_tree() or not gone.is_selected():
		return
	if _rows.get_child_count() > 0:
		(_rows.get_child(0) as TopicRow).select()
	else:
		selected.emit(null)
