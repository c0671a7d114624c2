@tool
extends VBoxContainer
## A payload: JSON that can be folded, or hex.

const HexText := preload("hex_text.gd")
const JsonText := preload("json_text.gd")
const Look := preload("../look.gd")
const Row := preload("message_row.gd")

const COLORS := "text_editor/theme/highlighting/"
const WORDS: Array[String] = ["true", "false", "null"]
## A code editor takes seconds for more lines, and for a long line that it colours.
const MOST_TOKENS := 6_000
const MOST_BYTES := 16_384  ## in hex
const LONGEST_COLORED := 1_000
const NOT_ALL := "%s, only the beginning is shown (copy it to see the rest)"

var shows_hex := false:
	set = set_shows_hex

var _title := Label.new()
var _text := CodeEdit.new()
var _highlighter := CodeHighlighter.new()
var _background: Color
var _title_of_row := ""
var _row: Row


func _init() -> void:
	size_flags_horizontal = SIZE_EXPAND_FILL
	_title.clip_text = true
	add_child(_title)
	_text.size_flags_vertical = SIZE_EXPAND_FILL
	_text.editable = false
	_text.line_folding = true
	_text.gutters_draw_fold_gutter = true
	_text.scroll_fit_content_height = false
	add_child(_text)


func _notification(what: int) -> void:
	if what == NOTIFICATION_THEME_CHANGED:
		_text.add_theme_font_override(&"font", get_theme_font(&"source", &"EditorFonts"))
		_text.add_theme_font_size_override(
			&"font_size", get_theme_font_size(&"source_size", &"EditorFonts")
		)
		_update_colors()


## Shows a row below [param title]; nothing if it is null.
func open(title: String, row: Row) -> void:
	_row = row
	_title_of_row = title
	_update_text()


func set_shows_hex(to: bool) -> void:
	shows_hex = to
	_update_text()


func _update_text() -> void:
	var text := ""
	var is_all := true
	var is_hex := _row != null and (shows_hex or _row.is_binary())
	if is_hex:
		text = HexText.lines(_row.payload.slice(0, MOST_BYTES))
		is_all = _row.payload.size() <= MOST_BYTES
	elif _row != null and _row.is_happening():
		text = _row.text()
	elif _row != null:
		var tokens := JsonText.tokens(_row.text(), MOST_TOKENS + 1)
		is_all = tokens.size() <= MOST_TOKENS
		text = JsonText.laid_out(tokens.slice(0, MOST_TOKENS))
	var is_json := _row != null and not is_hex and not _row.is_happening()
	_text.syntax_highlighter = _highlighter if is_json and not _has_long_line(text) else null
	_text.text = text
	_title.text = _title_of_row if is_all else NOT_ALL % _title_of_row
	_title.tooltip_text = _title.text


static func _has_long_line(text: String) -> bool:
	for line: String in text.split("\n"):
		if line.length() > LONGEST_COLORED:
			return true
	return false


# Text that cannot be edited has the opacity of font_readonly_color, whatever its highlighting. The
# code editor itself gets the theme only after this node.
func _update_colors() -> void:
	var style := get_theme_stylebox(&"read_only", &"CodeEdit")
	_background = Look.filled(style, Look.panel_color(self))
	var of_theme := Color(get_theme_color(&"font_color", &"CodeEdit"), 1.0)
	var plain := Look.readable(of_theme, [_background])
	_text.add_theme_color_override(&"font_readonly_color", plain)
	_highlighter.clear_color_regions()
	_highlighter.add_color_region('"', '"', _setting("string_color"))
	_highlighter.number_color = _setting("number_color")
	_highlighter.symbol_color = _setting("symbol_color")
	for word: String in WORDS:
		_highlighter.add_keyword_color(word, _setting("keyword_color"))


func _setting(title: String) -> Color:
	var color: Color = EditorInterface.get_editor_settings().get_setting(COLORS + title)
	return Look.readable(color, [_background])
