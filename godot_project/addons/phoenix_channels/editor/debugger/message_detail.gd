@tool
extends VBoxContainer
## The selected message, with its push or reply beside it, and what can be done with it.

## The user asks to push the row once more.
signal push_again_requested(row: Row)
## The user has copied [param text].
signal copied(text: String)
## Something could not be done.
signal failed(why: String)
## The push or reply of the selected row shall be selected.
signal counterpart_chosen(number: int)

const JsonText := preload("json_text.gd")
const Look := preload("../look.gd")
const MessageScript := preload("message_script.gd")
const PayloadView := preload("payload_view.gd")
const Row := preload("message_row.gd")

## Pushes from this script can be jumped to.
var has_lines := false
## Why the row cannot be pushed again; empty when it can.
var obstacle := "":
	set = set_obstacle

var _row: Row
var _other: Row
var _hex := Look.button("Show the payload as bytes instead of JSON.", "Hex")
var _copy_script := Look.button(
	"Copy as GDScript: a push as a call, anything else as its payload.", "GDScript"
)
var _copy_json := Look.button("Copy the payload as JSON.", "JSON")
var _again := Look.button("", "Push Again")
var _jump := Look.button("Open the script at the line that pushed it.")
var _go := Look.button("Select it in the list.")
var _payload := PayloadView.new()
var _counterpart := PayloadView.new()


func _init() -> void:
	var bar := HFlowContainer.new()
	_hex.toggle_mode = true
	for button: Button in [_hex, _copy_script, _copy_json, _again, _go, _jump]:
		bar.add_child(button)
	add_child(bar)
	var sides := HSplitContainer.new()
	sides.size_flags_vertical = SIZE_EXPAND_FILL
	sides.add_child(_payload)
	sides.add_child(_counterpart)
	add_child(sides)
	_hex.toggled.connect(_show_hex)
	_copy_script.pressed.connect(_copy_as_script)
	_copy_json.pressed.connect(_copy_as_json)
	_again.pressed.connect(_push_again)
	_jump.pressed.connect(_jump_to_line)
	_go.pressed.connect(_go_to_counterpart)


func _ready() -> void:
	open(null, null)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_copy_script.icon = Look.icon(self, &"ActionCopy")
		_copy_json.icon = Look.icon(self, &"ActionCopy")
		_again.icon = Look.icon(self, &"Reload")
		_jump.icon = Look.icon(self, &"Script")


## Shows [param row], or nothing if it is null, and beside it its push or reply, if there is one.
func open(row: Row, other: Row) -> void:
	_row = row
	_other = other
	_payload.open(_title_of(row), row)
	_counterpart.visible = other != null
	_counterpart.open(_title_of(other), other)
	for button: Button in [_hex, _copy_script, _copy_json]:
		button.disabled = row == null
	_copy_json.disabled = row == null or row.is_binary()
	_copy_script.disabled = row == null or row.is_cut() or row.is_happening()
	_again.visible = row != null and row.is_push()
	_go.visible = other != null
	_go.text = "Go to Push" if row != null and row.link >= 0 else "Go to Reply"
	_jump.visible = has_lines and row != null and row.line != ""
	if _jump.visible:
		_jump.text = "%s:%d" % [row.script_path().get_file(), row.script_line()]


## The push that is shown had no reply when it was opened.
func waits_for_reply() -> bool:
	return _row != null and _row.is_push() and _other == null


func set_obstacle(to: String) -> void:
	obstacle = to
	_again.disabled = not obstacle.is_empty()
	_again.tooltip_text = obstacle if obstacle else "Push the same event and payload once more."


func _title_of(row: Row) -> String:
	if row == null:
		return ""
	var parts := PackedStringArray()
	parts.append(_kind_of(row))
	parts.append(" ".join([row.topic, row.event]).strip_edges())
	if row.status:
		parts.append("status %s" % row.status)
	if row.took >= 0:
		parts.append(Look.duration(row.took))
	if row.ref >= 0:
		parts.append("ref %d" % row.ref)
	if row.join_ref >= 0:
		parts.append("join_ref %d" % row.join_ref)
	if not row.is_happening():
		parts.append("%d bytes" % row.size)
	if row.is_cut():
		parts.append("only the first %d are kept" % row.payload.size())
	if row.is_hidden():
		parts.append("secrets are hidden")
	return ", ".join(parts)


func _kind_of(row: Row) -> String:
	if row.is_happening():
		return "Socket %d" % row.socket
	if row.link >= 0:
		return "Reply"
	if row.is_push():
		return "Push"
	return "Received" if row.kind == Row.Batch.Kind.RECEIVED else "Sent"


func _show_hex(is_on: bool) -> void:
	_payload.shows_hex = is_on
	_counterpart.shows_hex = is_on


func _copy_as_script() -> void:
	copied.emit(MessageScript.of(_row))


func _copy_as_json() -> void:
	copied.emit(JsonText.indented(_row.text()))


func _push_again() -> void:
	push_again_requested.emit(_row)


func _go_to_counterpart() -> void:
	counterpart_chosen.emit(_other.number)


func _jump_to_line() -> void:
	var path := _row.script_path()
	if not ResourceLoader.exists(path, "Script"):
		failed.emit("The script %s is not in this project." % path)
		return
	EditorInterface.edit_script(load(path) as Script, _row.script_line())
	EditorInterface.set_main_screen_editor("Script")
