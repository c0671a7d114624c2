## The clients in the selected topic, from its presence, with their metas.
extends PanelContainer

const Palette := preload("res://ui/palette.gd")
const TopicRow := preload("res://screens/control_room/topic_row.gd")

var _presence: PhoenixPresence

@onready var _topic: Label = %PresenceTopic
@onready var _people: VBoxContainer = %People


func show_topic(row: TopicRow) -> void:
	if is_instance_valid(_presence):
		_presence.on_sync.disconnect(_show)
	_presence = row.presence if row != null else null
	_topic.text = row.topic if row != null else ""
	if _presence != null:
		_presence.on_sync.connect(_show)
	_show()


func _show() -> void:
	for child: Node in _people.get_children():
		child.queue_free()
	var state := _presence.get_state() if is_instance_valid(_presence) else {}
	var keys := state.keys()
	keys.sort()
	for key: String in keys:
		_people.add_child(_person(key, state[key].metas as Array))
	if keys.is_empty():
		_people.add_child(_label("nobody here", &"CalmLabel"))


func _person(key: String, metas: Array) -> Control:
	var title := "%s%s" % [key, "  (you)" if key == Net.user_id else ""]
	var lines := VBoxContainer.new()
	lines.add_theme_constant_override("separation", 0)
	var label := _label("●  %s" % title, &"Label")
	label.add_theme_color_override("font_color", Palette.of_player(key))
	lines.add_child(label)
	for meta: Dictionary in metas:
		lines.add_child(_label(_in_words(meta), &"CalmLabel"))
	return lines


## The keys from the game's server; phx_ref and phx_ref_prev are Phoenix's own.
func _in_words(meta: Dictionary) -> String:
	var facts := PackedStringArray()
	for key: String in meta:
		if not key.begins_with("phx_"):
			facts.append("%s: %s" % [key, meta[key]])
	return ", ".join(facts)


func _label(text: String, variation: StringName) -> Label:
	var label := Label.new()
	label.text = text
	label.theme_type_variation = variation
	label.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	return label
