@tool
extends RefCounted
## Sizes, icons and colours of the editor's theme, how numbers are written, and the clipboard.

const BYTE_UNITS := ["B", "KB", "MB", "GB"]
## Of a text and its background, at least: what WCAG 2 demands of small text.
const READABLE_CONTRAST := 4.5
const CONTRAST_STEPS := 32
## A texture drawn in its own colours.
const UNTINTED := Color.WHITE


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


## Such as error_color, warning_color, success_color: for text on the panels and dialogs of the
## editor, on which the theme's own colour may be too pale.
static func color(control: Control, title: StringName) -> Color:
	return readable(control.get_theme_color(title, &"Editor"), [panel_color(control)])


## Of the panels and dialogs of the editor.
static func panel_color(control: Control) -> Color:
	return control.get_theme_color(&"base_color", &"Editor")


## The color of a style box drawn over [param below].
static func filled(style: StyleBox, below: Color) -> Color:
	var flat := style as StyleBoxFlat
	return below.blend(flat.bg_color) if flat != null and flat.draw_center else below


## The colour, or one as near to it as can be read as a text on all of the backgrounds.
static func readable(text: Color, backgrounds: Array[Color]) -> Color:
	var is_dark := contrast(Color.WHITE, backgrounds[0]) > contrast(Color.BLACK, backgrounds[0])
	var end := Color.WHITE if is_dark else Color.BLACK
	for step: int in CONTRAST_STEPS:
		var made := text.lerp(end, step / float(CONTRAST_STEPS))
		var is_readable := func(background: Color) -> bool:
			return contrast(made, background) >= READABLE_CONTRAST
		if backgrounds.all(is_readable):
			return made
	return end


## From 1 to 21, as WCAG 2 defines it.
static func contrast(text: Color, background: Color) -> float:
	var a := _luminance(background.blend(text))
	var b := _luminance(background)
	return (maxf(a, b) + 0.05) / (minf(a, b) + 0.05)


static func _luminance(of: Color) -> float:
	var linear := of.srgb_to_linear()
	return 0.2126 * linear.r + 0.7152 * linear.g + 0.0722 * linear.b


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
