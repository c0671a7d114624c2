@tool
extends HBoxContainer
## The bar above the messages.

## A filter without a mistake has been written.
signal filter_changed(filter: Filter)
signal follow_toggled(is_on: bool)
signal pause_toggled(is_on: bool)
signal clear_requested
signal save_requested
signal open_requested
signal server_toggled(is_on: bool)

const Filter := preload("message_filter.gd")
const Look := preload("../look.gd")
const StatusLabel := preload("../status_label.gd")

const HELP := """Shows only some messages. All terms have to hold.
topic:chat*  event:move  status:ok – with * and ? for any text
size>1k  size<=200  took>100ms  socket:1  ref:12
dir:in  dir:out – received, sent
error – replies with an error, and errors of the connection
is:reply  is:happening  is:binary  is:cut  is:hidden
hello  "two words" – text anywhere in a message
-event:move – all but those"""

var _filter := LineEdit.new()
var _problem := StatusLabel.new()
var _follow := Look.button("Keep the newest message in view.")
var _pause := Look.button(
	"Pause: take nothing from the game, which keeps what its buffer can hold."
)
var _clear := Look.button("Clear the list.")
var _save := Look.button("Save the list as a log file (JSON lines).")
var _open := Look.button("Open a log file that was saved here.")
var _server := Look.button("Start and stop a test server in the editor.", "Test Server")


func _init() -> void:
	_filter.placeholder_text = "Filter: topic:chat* event:move error size>1k dir:in"
	_filter.tooltip_text = HELP
	_filter.clear_button_enabled = true
	_filter.size_flags_horizontal = SIZE_EXPAND_FILL
	_filter.size_flags_stretch_ratio = 2.0
	_filter.text_changed.connect(_parse)
	add_child(_filter)
	_problem.visible = false
	_problem.clip_text = true
	_problem.mouse_filter = MOUSE_FILTER_STOP
	_problem.size_flags_horizontal = SIZE_EXPAND_FILL
	_problem.size_flags_stretch_ratio = 3.0
	add_child(_problem)
	for button: Button in [_follow, _pause, _clear, _save, _open, _server]:
		add_child(button)
	for button: Button in [_follow, _pause, _server]:
		button.toggle_mode = true
	_follow.button_pressed = true
	_follow.toggled.connect(follow_toggled.emit)
	_pause.toggled.connect(pause_toggled.emit)
	_server.toggled.connect(server_toggled.emit)
	_clear.pressed.connect(clear_requested.emit)
	_save.pressed.connect(save_requested.emit)
	_open.pressed.connect(open_requested.emit)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_filter.right_icon = Look.icon(self, &"Search")
		_follow.icon = Look.icon(self, &"MoveDown")
		_pause.icon = Look.icon(self, &"Pause")
		_clear.icon = Look.icon(self, &"Clear")
		_save.icon = Look.icon(self, &"Save")
		_open.icon = Look.icon(self, &"Load")


## Writes the filter, as if the user had.
func set_filter(text: String) -> void:
	_filter.text = text
	_parse(text)


func show_follow(is_on: bool) -> void:
	_follow.set_pressed_no_signal(is_on)


func show_pause(is_on: bool, is_possible: bool) -> void:
	_pause.set_pressed_no_signal(is_on)
	_pause.disabled = not is_possible


func show_server_button(is_there: bool) -> void:
	_server.visible = is_there


# While a filter has a mistake, the one before it stays.
func _parse(text: String) -> void:
	var filter := Filter.parse(text) as Filter
	_problem.say(filter.problem, &"error_color")
	_problem.visible = not filter.problem.is_empty()
	if filter.problem.is_empty():
		filter_changed.emit(filter)
