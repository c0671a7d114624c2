## One topic of the control room: a channel, its presence, its state, and what can be done with it.
extends HBoxContainer

signal selected(row: Control)
signal noted(text: String, color: Color)

const Palette := preload("res://ui/palette.gd")
const STATES := {
	PhoenixChannel.CLOSED: ["closed", Palette.CALM],
	PhoenixChannel.ERRORED: ["errored, rejoining", Palette.BAD],
	PhoenixChannel.JOINED: ["joined", Palette.GOOD],
	PhoenixChannel.JOINING: ["joining", Palette.BUSY],
	PhoenixChannel.LEAVING: ["leaving", Palette.BUSY],
}
const CLOSE := preload("res://ui/icons/close.svg")

var channel: PhoenixChannel
var presence: PhoenixPresence
var topic := ""
var button_group: ButtonGroup

var _dot := Panel.new()
var _name := Button.new()
var _toggle := Button.new()
var _free := Button.new()


func _ready() -> void:
	topic = channel.topic
	add_child(presence)
	_build()
	channel.on_join_result.connect(_on_join_result)
	channel.on_error.connect(_on_error)
	channel.on_close.connect(_on_close)
	channel.tree_exiting.connect(_on_channel_exiting)


## Joins the topic, for the first time or again.
func join(params: Dictionary) -> void:
	if channel.is_closed():
		channel.params = params
		channel.join()
	_show()


func select() -> void:
	_name.button_pressed = true


func is_selected() -> bool:
	return _name.button_pressed


func _build() -> void:
	_dot.theme_type_variation = &"Dot"
	_dot.custom_minimum_size = Vector2(10.0, 10.0)
	_dot.size_flags_vertical = SIZE_SHRINK_CENTER
	add_child(_dot)

	_name.name = "Select"
	_name.text = topic
	_name.theme_type_variation = &"TopicButton"
	_name.alignment = HORIZONTAL_ALIGNMENT_LEFT
	_name.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	_name.size_flags_horizontal = SIZE_EXPAND_FILL
	_name.toggle_mode = true
	_name.button_group = button_group
	_name.toggled.connect(_on_name_toggled)
	add_child(_name)

	_toggle.name = "Toggle"
	_toggle.theme_type_variation = &"QuietButton"
	_toggle.pressed.connect(_on_toggle_pressed)
	add_child(_toggle)

	_free.name = "Free"
	_free.theme_type_variation = &"QuietButton"
	_free.icon = CLOSE
	_free.tooltip_text = "Free the PhoenixChannel node, which leaves the topic"
	_free.pressed.connect(_on_free_pressed)
	add_child(_free)


func _show() -> void:
	var shown := STATES[channel.get_state()] as Array
	_dot.tooltip_text = shown[0]
	_dot.self_modulate = shown[1]
	_toggle.text = "Join" if channel.is_closed() else "Leave"


func _on_name_toggled(on: bool) -> void:
	if on:
		selected.emit(self)


func _on_toggle_pressed() -> void:
	if channel.is_closed():
		channel.join()
	else:
		channel.leave()
	_show()


## Frees the node without leaving first: it leaves its topic automatically.
func _on_free_pressed() -> void:
	channel.queue_free()


func _on_join_result(status: String, result: Variant) -> void:
	if status != "ok":
		noted.emit("%s was not joined: %s %s" % [topic, status, result], Palette.BAD)
	_show()


func _on_error(error: Variant) -> void:
	noted.emit("%s has an error and rejoins: %s" % [topic, error], Palette.BAD)
	_show()


func _on_close(params: Dictionary) -> void:
	noted.emit(
		"%s is closed: %s" % [topic, params.get("reason", params.get("message"))], Palette.CALM
	)
	presence.clear()
	_show()


func _on_channel_exiting() -> void:
	queue_free()
