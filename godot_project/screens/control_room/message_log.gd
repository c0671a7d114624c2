## Every message both ways, newest last, with a filter. Notes tell what happened beside messages.
## Messages of topics that were not joined here, such as heartbeats, are hidden unless asked for.
extends PanelContainer

const Palette := preload("res://ui/palette.gd")

const MAX_ENTRIES := 500
const MAX_SHOWN_PAYLOAD := 400
const PAUSE := preload("res://ui/icons/pause.svg")
const PLAY := preload("res://ui/icons/play.svg")
const OUT := "→"
const IN := "←"
const REPLY_COLOR := Color("#7aa2f7")
const PRESENCE_COLOR := Color("#bb9af7")


## One message or note.
class Entry:
	var time := Time.get_time_string_from_system()
	var arrow := ""
	var topic := ""
	var event := ""
	var text := ""
	var color := Palette.CALM
	var is_other := false  # of a topic that was not joined here

	func line() -> String:
		var parts := PackedStringArray([time, arrow, topic, event, text])
		return "  ".join(Array(parts).filter(func(part: String) -> bool: return part != ""))


## Where the copy button puts the text; there is no clipboard without a display.
var put_into_clipboard := DisplayServer.clipboard_set

var _topics := {}  # joined here; a set
var _entries: Array[Entry] = []
var _unshown: Array[Entry] = []  # came since the last frame, or while paused
var _is_empty := true

@onready var _log: RichTextLabel = %Log
@onready var _filter: LineEdit = %Filter
@onready var _all_topics: CheckBox = %AllTopics
@onready var _pause: Button = %Pause
@onready var _clear: Button = %Clear
@onready var _copy: Button = %Copy


func _ready() -> void:
	_filter.text_changed.connect(func(_text: String) -> void: _show_anew())
	_all_topics.toggled.connect(func(_on: bool) -> void: _show_anew())
	_pause.toggled.connect(func(on: bool) -> void: _pause.icon = PLAY if on else PAUSE)
	_clear.pressed.connect(_on_clear_pressed)
	_copy.pressed.connect(func() -> void: put_into_clipboard.call(shown_text()))


## Shows the messages of [param topic] from now on.
func follow(topic: String) -> void:
	_topics[topic] = true


func sent(topic: String, event: String, payload: Variant, ref: String, _join_ref: String) -> void:
	_add(OUT, topic, event, payload, ref, Palette.BUSY)


func received(
	topic: String, event: String, payload: Variant, ref: String, _join_ref: String
) -> void:
	var color := Palette.GOOD
	if event == "phx_reply":
		var reply := payload as Dictionary
		color = REPLY_COLOR if reply.status == "ok" else Palette.BAD
		event = "%s %s" % [event, reply.status]
		payload = reply.response
	elif event in ["phx_error", "phx_close"]:
		color = Palette.BAD
	elif event.begins_with("presence_"):
		color = PRESENCE_COLOR
	_add(IN, topic, event, payload, ref, color)


func note(text: String, color: Color = Palette.CALM) -> void:
	var entry := Entry.new()
	entry.text = text
	entry.color = color
	_keep(entry)


## What the log shows now, as plain text.
func shown_text() -> String:
	return "\n".join(
		_entries.filter(_is_shown).map(func(entry: Entry) -> String: return entry.line())
	)


func _add(
	arrow: String, topic: String, event: String, payload: Variant, ref: String, color: Color
) -> void:
	var entry := Entry.new()
	entry.arrow = arrow
	entry.topic = topic
	entry.event = event
	entry.text = _in_words(payload) + ("  #" + ref if ref != "" else "")
	entry.color = color
	entry.is_other = not _topics.has(topic)
	_keep(entry)


func _keep(entry: Entry) -> void:
	# Twice as many may gather before the oldest are dropped, as dropping costs a copy.
	for list: Array[Entry] in [_entries, _unshown]:
		list.append(entry)
		if list.size() > 2 * MAX_ENTRIES:
			list.assign(list.slice(-MAX_ENTRIES))


## Once a frame, as messages may come by the thousand.
func _process(_delta: float) -> void:
	if _pause.button_pressed or _unshown.is_empty():
		return
	# Taking old lines out one by one would be slow; so a few more may stay for a while.
	if _log.get_paragraph_count() + _unshown.size() > 2 * MAX_ENTRIES:
		_show_anew()
	for entry: Entry in _unshown.filter(_is_shown):
		_write(entry)
	_unshown.clear()


func _show_anew() -> void:
	_log.clear()
	_is_empty = true
	_unshown = _entries.duplicate()


func _on_clear_pressed() -> void:
	_entries.clear()
	_show_anew()


func _is_shown(entry: Entry) -> bool:
	if entry.is_other and not _all_topics.button_pressed:
		return false
	var line := entry.line().to_lower()
	for word: String in _filter.text.to_lower().split(" ", false):
		if word.begins_with("-") and word.length() > 1:
			if word.trim_prefix("-") in line:
				return false
		elif word not in line:
			return false
	return true


func _write(entry: Entry) -> void:
	if not _is_empty:
		_log.newline()
	_is_empty = false
	_write_part(entry.time, Color(Palette.CALM, 0.6))
	_write_part(entry.arrow, entry.color)
	_write_part(entry.topic, Palette.CALM)
	_write_part(entry.event, entry.color)
	var is_note := entry.arrow == ""
	var text := entry.text
	if text.length() > MAX_SHOWN_PAYLOAD:
		text = "%s … (%d characters)" % [text.left(MAX_SHOWN_PAYLOAD), text.length()]
	_write_part(text, entry.color if is_note else Palette.INK)


func _write_part(text: String, color: Color) -> void:
	if text == "":
		return
	_log.push_color(color)
	_log.add_text(text + "  ")
	_log.pop()


func _in_words(payload: Variant) -> String:
	if payload is PackedByteArray:
		var bytes := payload as PackedByteArray
		return "%d bytes: %s" % [bytes.size(), bytes.slice(0, 32).hex_encode()]
	return JSON.stringify(payload, "", false)
