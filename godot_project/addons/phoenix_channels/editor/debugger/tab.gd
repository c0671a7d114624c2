@tool
extends HSplitContainer
## The "Phoenix" tab of one debugger session: the game's sockets at the left, their messages at the
## right, and below those the selected one.

const Actions := preload("game_actions.gd")
const Columns := preload("message_columns.gd")
const Commands := preload("game_commands.gd")
const Detail := preload("message_detail.gd")
const Filter := preload("message_filter.gd")
const FilteredRows := preload("filtered_rows.gd")
const GameTree := preload("game_tree.gd")
const Header := preload("message_header.gd")
const List := preload("message_list.gd")
const LogBar := preload("log_bar.gd")
const Look := preload("../look.gd")
const Row := preload("message_row.gd")
const Session := preload("session.gd")
const StatusLabel := preload("../status_label.gd")
const Store := preload("message_store.gd")
const Toolbar := preload("message_toolbar.gd")

const SERVER_PANEL := "res://addons/phoenix_channels/editor/test_server_panel.gd"
const TREE_MIN_WIDTH := 200.0
const TREE_SHARE := 0.3  ## of the messages' width
const LIST_MIN_HEIGHT := 80.0
const DETAIL_MIN_HEIGHT := 90.0
## How long the filter may work in a frame.
const FILTER_US := 1_000
const STATES := {
	Session.Phase.NO_GAME: "No game is running.",
	Session.Phase.CALLING:
	"Waiting for the game. It needs this addon, and has to be a debug build.",
	Session.Phase.ENDED: "The game has ended.",
}

## The game whose tab it is.
var session: Session

var _rows: FilteredRows
var _is_dirty := false
var _state := StatusLabel.new()
var _tree := GameTree.new()
var _actions := Actions.new()
var _commands: Commands
var _toolbar := Toolbar.new()
var _log_bar := LogBar.new()
var _list: List
var _detail := Detail.new()
var _messages := VSplitContainer.new()
var _count := Label.new()
var _server: Control


func _init(of: Session) -> void:
	name = "Phoenix"
	session = of
	_rows = FilteredRows.new(session.store)
	_commands = Commands.new(session)
	add_child(_commands)
	_build_left()
	_build_right()
	_tree.item_selected.connect(_update_actions)
	_tree.item_mouse_selected.connect(_tree_clicked)
	_tree.item_activated.connect(_filter_by_entry)
	_actions.requested.connect(_act)
	_toolbar.filter_changed.connect(_set_filter)
	_toolbar.follow_toggled.connect(_list.set_following)
	_toolbar.pause_toggled.connect(session.set_paused)
	_toolbar.clear_requested.connect(_clear)
	_toolbar.save_requested.connect(_log_bar.ask_where_to_save)
	_toolbar.open_requested.connect(_log_bar.ask_what_to_open)
	_toolbar.server_toggled.connect(_show_server)
	_log_bar.save_requested.connect(_save)
	_log_bar.opened.connect(_show_store)
	_log_bar.closed.connect(_show_game)
	_list.selected.connect(_show_detail)
	_list.follow_changed.connect(_follow_changed)
	_detail.push_again_requested.connect(_commands.push_again)
	_detail.counterpart_chosen.connect(_select_number)
	_detail.copied.connect(_copy)
	_detail.failed.connect(_commands.say.bind(true))
	session.changed.connect(_update_state)
	session.taken.connect(_set_dirty)
	session.sockets_changed.connect(_update_tree)


func _ready() -> void:
	_update_state()


func _process(_delta: float) -> void:
	session.tick(Time.get_ticks_msec())
	_log_bar.work()
	if _is_dirty:
		_is_dirty = not _rows.advance(FILTER_US)
		_list.refresh()
		_update_count()
		_show_late_reply()


func _build_left() -> void:
	var box := VBoxContainer.new()
	box.custom_minimum_size.x = Look.px(TREE_MIN_WIDTH)
	box.size_flags_horizontal = SIZE_EXPAND_FILL
	box.size_flags_stretch_ratio = TREE_SHARE
	_state.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	box.add_child(_state)
	_tree.size_flags_vertical = SIZE_EXPAND_FILL
	box.add_child(_tree)
	box.add_child(_actions)
	add_child(box)


func _build_right() -> void:
	var columns := Columns.new()
	_list = List.new(_rows, columns)
	var list_box := VBoxContainer.new()
	list_box.add_theme_constant_override(&"separation", 0)
	list_box.size_flags_vertical = SIZE_EXPAND_FILL
	list_box.add_child(Header.new(columns))
	_list.size_flags_vertical = SIZE_EXPAND_FILL
	_list.custom_minimum_size.y = Look.px(LIST_MIN_HEIGHT)
	list_box.add_child(_list)
	_detail.custom_minimum_size.y = Look.px(DETAIL_MIN_HEIGHT)
	_detail.size_flags_vertical = SIZE_EXPAND_FILL
	_messages.size_flags_vertical = SIZE_EXPAND_FILL
	_messages.add_child(list_box)
	_messages.add_child(_detail)
	var foot := HBoxContainer.new()
	foot.add_child(_commands.result)
	foot.add_child(_count)
	var box := VBoxContainer.new()
	box.size_flags_horizontal = SIZE_EXPAND_FILL
	for control: Control in [_toolbar, _log_bar, _messages, foot]:
		box.add_child(control)
	_toolbar.show_server_button(FileAccess.file_exists(SERVER_PANEL))
	add_child(box)


func _set_dirty() -> void:
	_is_dirty = true


func _update_state() -> void:
	if session.phase == Session.Phase.WATCHING:
		_state.say("Addon %s, %s" % [session.version, session.platform], &"font_color")
	else:
		var is_refused := session.phase == Session.Phase.REFUSED
		var color := &"error_color" if is_refused else &"font_color"
		_state.say(STATES.get(session.phase, session.problem) as String, color)
	_detail.has_lines = session.has_lines
	_toolbar.show_pause(session.is_paused, session.phase == Session.Phase.WATCHING)
	if not _log_bar.is_open() and _rows.store != session.store:
		_show_store(session.store)
	_update_actions()


func _update_tree() -> void:
	_tree.show_sockets(session.sockets)
	_update_actions()
	_detail.obstacle = _commands.obstacle_to_push_again(_selected_row())


func _update_actions() -> void:
	_actions.update(_tree.entry(), session.phase == Session.Phase.WATCHING)


func _tree_clicked(_at: Vector2, button: int) -> void:
	if button == MOUSE_BUTTON_RIGHT:
		_update_actions()
		_actions.open_menu(DisplayServer.mouse_get_position())


func _act(action: Actions.Action) -> void:
	if action == Actions.Action.FILTER:
		_filter_by_entry()
	else:
		_commands.act(action, _tree.entry())


func _filter_by_entry() -> void:
	var entry := _tree.entry()
	if entry == null:
		return
	if entry.channel:
		_toolbar.set_filter("socket:%d topic:%s" % [entry.socket.number, entry.channel.topic])
	else:
		_toolbar.set_filter("socket:%d" % entry.socket.number)


func _set_filter(filter: Filter) -> void:
	_rows.set_filter(filter)
	_set_dirty()


func _clear() -> void:
	_rows.store.clear()
	_show_store(_rows.store)


func _show_game() -> void:
	_show_store(session.store)


func _show_store(store: Store) -> void:
	_rows.show(store)
	_list.select(-1)
	_list.is_following = true
	_set_dirty()


func _copy(text: String) -> void:
	Look.copy(text)
	_commands.say("Copied.", false)


func _save(path: String) -> void:
	_log_bar.save(path, _rows.store, {"addon": session.version, "platform": session.platform})


func _show_server(is_shown: bool) -> void:
	if _server == null:
		_server = (load(SERVER_PANEL) as GDScript).new() as Control
		_server.size_flags_vertical = SIZE_EXPAND_FILL
		_messages.add_sibling(_server)
	_server.visible = is_shown
	_messages.visible = not is_shown


func _follow_changed() -> void:
	_toolbar.show_follow(_list.is_following)


func _select_number(number: int) -> void:
	var place := _rows.store.place_of(number)
	if place >= 0:
		_list.select(place)


func _show_detail(place: int) -> void:
	var row := _row_at(place)
	var other := _counterpart(row)
	_detail.obstacle = _commands.obstacle_to_push_again(row)
	_detail.open(row, other)


# The reply to the selected push may arrive while that is shown.
func _show_late_reply() -> void:
	var row := _selected_row()
	if row != null and _detail.waits_for_reply() and row.reply >= 0:
		_show_detail(_list.selection)


func _selected_row() -> Row:
	return _row_at(_list.selection)


func _row_at(place: int) -> Row:
	var is_there := place >= _rows.store.first and place < _rows.store.end
	return _rows.store.row_at(place) if is_there else null


func _counterpart(row: Row) -> Row:
	if row == null:
		return null
	return _row_at(_rows.store.place_of(row.link if row.link >= 0 else row.reply))


func _update_count() -> void:
	var text := "%d messages" % _rows.store.size()
	if not _rows.filter.is_empty():
		text = "%d of %s" % [_rows.size(), text]
	if not _rows.is_complete():
		text += " …"
	if _rows.store.first > 0 and not _log_bar.is_open():
		text += ", %d older ones dropped" % _rows.store.first
	_count.text = text
