@tool
extends AcceptDialog
## Pushes an event that the user writes to a channel that has been joined.

## The user asks to push; [param payload] is JSON text, or bytes.
signal push_requested(channel: Dictionary, event: String, payload: Variant)

const HexText := preload("hex_text.gd")
const Look := preload("../look.gd")
const StatusLabel := preload("../status_label.gd")

const SIZE := Vector2(520, 360)

var _channels: Array[Dictionary] = []
var _topic := OptionButton.new()
var _event := LineEdit.new()
var _form := OptionButton.new()
var _payload := CodeEdit.new()
var _result := StatusLabel.new()


func _init() -> void:
	title = "Push to a Channel"
	ok_button_text = "Push"
	dialog_hide_on_ok = false
	var box := VBoxContainer.new()
	_topic.tooltip_text = "Channels that have been joined."
	_event.placeholder_text = "event"
	_event.tooltip_text = "The event's name."
	_form.tooltip_text = "How the payload is written: JSON, or the bytes of a binary payload in hex."
	_form.add_item("JSON")
	_form.add_item("Hex (binary)")
	var head := HBoxContainer.new()
	for control: Control in [_topic, _event, _form]:
		control.size_flags_horizontal = Control.SIZE_EXPAND_FILL
		head.add_child(control)
	box.add_child(head)
	_payload.text = "{}"
	_payload.size_flags_vertical = Control.SIZE_EXPAND_FILL
	_payload.auto_brace_completion_enabled = true
	box.add_child(_payload)
	_result.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	box.add_child(_result)
	add_child(box)
	register_text_enter(_event)
	confirmed.connect(_push)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_payload.add_theme_font_override(&"font", get_theme_font(&"source", &"EditorFonts"))


## Opens for the channels of [param sockets] that have been joined, with the one of that id chosen.
func open(sockets: Array[Dictionary], channel_id: int) -> void:
	_channels.clear()
	_topic.clear()
	for socket: Dictionary in sockets:
		for channel: Dictionary in socket.channels:
			if channel.state == PhoenixChannel.JOINED:
				_channels.append(channel)
				_topic.add_item(channel.topic)
				if channel.id == channel_id:
					_topic.select(_channels.size() - 1)
	say("")
	popup_centered(SIZE * Look.scale())
	_event.grab_focus()


## Shows what became of the push.
func say(words: String, is_error: bool = false) -> void:
	_result.say(words, &"error_color" if is_error else &"success_color")


func _push() -> void:
	if _topic.selected < 0:
		say("No channel has been joined.", true)
		return
	if _event.text.strip_edges().is_empty():
		say("Write the event's name.", true)
		return
	var payload: Variant = _payload.text
	var problem := ""
	if _form.selected == 1:
		var problems := PackedStringArray()
		payload = HexText.parse(_payload.text, problems)
		problem = "".join(problems)
	else:
		problem = _problem_of_json(_payload.text)
	if problem:
		say(problem, true)
		return
	push_requested.emit(_channels[_topic.selected], _event.text.strip_edges(), payload)


static func _problem_of_json(text: String) -> String:
	var json := JSON.new()
	if json.parse(text) == OK:
		return ""
	return (
		"The payload is not JSON, line %d: %s."
		% [json.get_error_line() + 1, json.get_error_message()]
	)
