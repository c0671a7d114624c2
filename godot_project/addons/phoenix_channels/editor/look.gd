@tool
extends RefCounted
## Sizes, icons and colours of the editor's theme, how numbers are written, and the clipboard.

const BYTE_UNITS := ["B", "KB", "MB", "GB"]


static func scale() -> float:
	return EditorInterface.get_editor_scale()


## A length in pixels at the editor's scale.
static func px(length: float) -> float:
	return roundf(length * scale())


## The editor's icon; null when its theme has none of that name.
static func icon(control: Control, title: StringName) -> Texture2D:
	return control.get_theme_icon(title, &"EditorIcons") if has_icon(control, title) else null


static func has_icon(control: Control, title: StringName) -> bool:
	return control.has_theme_icon(title, &"EditorIcons")


## Such as error_color, warning_color, success_color, accent_color.
static func color(control: Control, title: StringName) -> Color:
	return control.get_theme_color(title, &"Editor")


static func bytes(count: float) -> String:
	var unit := 0
	while count >= 1000.0 and unit < BYTE_UNITS.size() - 1:
		count /= 1024.0
		unit += 1
	return "%s %s" % [number(count) if unit > 0 else str(roundi(count)), BYTE_UNITS[unit]]


## With as many digits as say something.
static func number(value: float) -> String:
	return (
		"%.1f" % value if absf(value) < 100.0 and value != roundf(value) else "%d" % roundi(value)
	)


static func duration(microseconds: float) -> String:
	if microseconds < 1e6:
		return "%s ms" % number(microseconds / 1e3)
	return "%s s" % number(microseconds / 1e6)


## The time of day, in the time zone of this machine.
static func clock(microseconds: int, zone_minutes: int) -> String:
	var ms := microseconds / 1000 + zone_minutes * 60_000
	return (
		"%02d:%02d:%02d.%03d" % [ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000]
	)


static func zone_minutes() -> int:
	return Time.get_time_zone_from_system().bias


## A flat button as in the editor's own toolbars.
static func button(tooltip: String, text: String = "") -> Button:
	var made := Button.new()
	made.theme_type_variation = &"FlatButton"
	made.tooltip_text = tooltip
	made.text = text
	return made


## Puts a text into the clipboard, where there is one.
static func copy(text: String) -> void:
	if DisplayServer.has_feature(DisplayServer.FEATURE_CLIPBOARD):
		DisplayServer.clipboard_set(text)
