## A room in the list: its name, and how much in it was not read yet.
extends Button

const Palette := preload("res://ui/palette.gd")
const Room := preload("res://screens/chat/room.gd")

const BAR_WIDTH := 3.0

var _is_current := false
var _unread := Label.new()


func _init() -> void:
	alignment = HORIZONTAL_ALIGNMENT_LEFT
	text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	_unread.name = "Unread"
	_unread.set_anchors_and_offsets_preset(Control.PRESET_RIGHT_WIDE)
	_unread.grow_horizontal = Control.GROW_DIRECTION_BEGIN
	_unread.offset_right = -12.0
	_unread.vertical_alignment = VERTICAL_ALIGNMENT_CENTER
	_unread.add_theme_color_override("font_color", Palette.ACCENT)
	add_child(_unread)


## [param room] is null where the player is not in it.
func show_room(room: Room, is_current: bool) -> void:
	_is_current = is_current
	theme_type_variation = &"" if is_current else &"QuietButton"
	queue_redraw()
	var unread := room.unread if room != null else 0
	_unread.text = "" if unread == 0 else ("99+" if unread > 99 else str(unread))
	self_modulate.a = 1.0 if room != null else 0.6
	tooltip_text = "joined" if room != null else "join"


func is_current() -> bool:
	return _is_current


func _draw() -> void:
	if _is_current:
		draw_rect(Rect2(0.0, 8.0, BAR_WIDTH, size.y - 16.0), Palette.ACCENT)
