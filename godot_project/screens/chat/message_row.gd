## One message as it is shown: who, when, what, and how it fares if it is the player's own.
##
## There may be hundreds of these, so a row has only the nodes that every message needs; the others
## are made for the few that need them.
extends VBoxContainer

## The player wants a failed message to be sent again.
signal retry_asked
## The player gives a failed message up.
signal discard_asked

const Avatar := preload("res://screens/chat/avatar.gd")
const Message := preload("res://screens/chat/message.gd")
const Palette := preload("res://ui/palette.gd")
const StateMark := preload("res://screens/chat/state_mark.gd")
const Trouble := preload("res://screens/chat/trouble.gd")
const TroubleScene := preload("res://screens/chat/trouble.tscn")

## Messages of one sender within this time are shown as one block.
const BLOCK_MS := 5 * 60 * 1000
const SMALL_FONT_SIZE := 12
const END_OF_TIME_MS := 253_402_300_799_000  # the year 9999; further on no calendar helps

## Whether it begins a block, with the sender's name over it.
var begins_block := false

var _shown := []
var _mark: StateMark
var _trouble: Trouble

@onready var _era: Label = %Era
@onready var _gap: Control = %Gap
@onready var _line: Control = %Line
@onready var _avatar: Avatar = %Avatar
@onready var _text: RichTextLabel = %Text


## [param before] is the message above, or null. [param waits_for] names what an unsent message
## waits for, if anything.
func show_message(message: Message, before: Message, mine: bool, waits_for: String) -> void:
	var forgotten := before != null and before.era != message.era
	begins_block = before == null or forgotten or not _continues(message, before)
	var now_shown := [
		message.text,
		message.at_ms,
		message.state,
		message.error,
		begins_block,
		before == null,
		forgotten,
		waits_for,
	]
	if now_shown == _shown:
		return
	_shown = now_shown
	_era.visible = forgotten
	_gap.visible = before != null and begins_block
	_avatar.show_person(message.name if begins_block else "", message.from)
	_show_text(message)
	if mine:
		_show_mark(message.state)
		_show_trouble(message, waits_for)


## As it is, without markup: nobody can paint in another's chat.
func _show_text(message: Message) -> void:
	_text.clear()
	if begins_block:
		_text.push_color(Palette.of_player(message.from))
		_text.add_text(message.name)
		_text.pop()
		_text.push_color(Palette.CALM)
		_text.push_font_size(SMALL_FONT_SIZE)
		_text.add_text("   %s" % _clock(message.at_ms))
		_text.pop_all()
		_text.newline()
	_text.add_text(message.text)
	_text.modulate.a = 1.0 if message.state == Message.State.SENT else 0.55


func _show_mark(state: Message.State) -> void:
	if _mark == null:
		_mark = StateMark.new()
		_mark.name = "Mark"
		_line.add_child(_mark)
	_mark.show_state(state)


func _show_trouble(message: Message, waits_for: String) -> void:
	var failed := message.state in [Message.State.UNANSWERED, Message.State.REFUSED]
	var why := _what_is_wrong(message, waits_for)
	if _trouble == null and why != "":
		_trouble = TroubleScene.instantiate() as Trouble
		_trouble.retry_asked.connect(retry_asked.emit)
		_trouble.discard_asked.connect(discard_asked.emit)
		add_child(_trouble)
	if _trouble != null:
		_trouble.show_trouble(why, failed)


func _what_is_wrong(message: Message, waits_for: String) -> String:
	match message.state:
		Message.State.WAITING:
			return waits_for
		Message.State.UNANSWERED:
			return "the server did not answer"
		Message.State.REFUSED:
			return "not sent: %s" % message.error
	return ""


func _continues(message: Message, before: Message) -> bool:
	return message.from == before.from and message.at_ms - before.at_ms < BLOCK_MS


## The time of day here, with the date if that is not today.
func _clock(unix_ms: int) -> String:
	var bias_s := (Time.get_time_zone_from_system().bias as int) * 60
	var at_s := clampi(unix_ms, 0, END_OF_TIME_MS) / 1000 + bias_s
	var now_s := int(Time.get_unix_time_from_system()) + bias_s
	var clock := Time.get_time_string_from_unix_time(at_s).left(5)
	var day := Time.get_date_string_from_unix_time(at_s)
	return clock if day == Time.get_date_string_from_unix_time(now_s) else "%s %s" % [day, clock]
