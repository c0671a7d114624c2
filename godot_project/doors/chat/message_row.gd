## One message as it is shown: who, when, what, and how it fares if it is the player's own.
extends VBoxContainer

## The player wants a failed message to be sent again.
signal retry_asked
## The player gives a failed message up.
signal discard_asked

const Message := preload("res://doors/chat/message.gd")
const Palette := preload("res://ui/palette.gd")

## Messages of one sender within this time are shown as one block.
const BLOCK_MS := 5 * 60 * 1000
const TIME_FONT_SIZE := 12
const END_OF_TIME_MS := 253_402_300_799_000  # the year 9999; further on no calendar helps

@onready var _era: Control = %Era
@onready var _gap: Control = %Gap
@onready var _avatar: Control = %Avatar
@onready var _header: RichTextLabel = %Header
@onready var _text: RichTextLabel = %Text
@onready var _mark: Control = %Mark
@onready var _trouble: Control = %Trouble
@onready var _why: Label = %Why
@onready var _retry: Button = %Retry
@onready var _discard: Button = %Discard


func _ready() -> void:
	_retry.pressed.connect(retry_asked.emit)
	_discard.pressed.connect(discard_asked.emit)


## [param before] is the message above, or null. [param connected] tells whether the room is joined.
func show_message(message: Message, before: Message, mine: bool, connected: bool) -> void:
	var forgotten := before != null and before.era != message.era
	var continues := before != null and not forgotten and _continues(message, before)
	_era.visible = forgotten
	_gap.visible = before != null and not continues
	_header.visible = not continues
	_show_header(message)
	_avatar.call("show_person", "" if continues else message.name, message.from)
	# The text is shown as it is: bbcode_enabled is off, so that nobody can paint in another's chat.
	if _text.text != message.text:
		_text.text = message.text
	_text.modulate.a = 1.0 if message.state == Message.State.SENT else 0.55
	_mark.call("show_state", message.state if mine else -1)
	_show_trouble(message, connected)


func _show_header(message: Message) -> void:
	_header.clear()
	_header.push_color(Palette.of_player(message.from))
	_header.add_text(message.name)
	_header.pop()
	_header.push_color(Palette.CALM)
	_header.push_font_size(TIME_FONT_SIZE)
	_header.add_text("   %s" % _clock(message.at_ms))
	_header.pop_all()


func _show_trouble(message: Message, connected: bool) -> void:
	var why := _what_is_wrong(message, connected)
	_trouble.visible = why != ""
	_why.text = why
	var failed := message.state in [Message.State.UNANSWERED, Message.State.REFUSED]
	_why.self_modulate = Palette.BAD if failed else Palette.BUSY
	_retry.visible = failed
	_discard.visible = failed


func _what_is_wrong(message: Message, connected: bool) -> String:
	match message.state:
		Message.State.WAITING:
			return "" if connected else "goes out when the connection is back"
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
