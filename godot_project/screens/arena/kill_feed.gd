## What has just happened, newest last; each line goes after a while.
extends RichTextLabel

const LASTS_S := 7.0
const LINE := 20.0  # pixels

## How many lines there are at most.
var lines := 6:
	set(value):
		if value != lines:
			lines = value
			_write()

var _lines: Array[Line] = []


class Line:
	var words: PackedStringArray
	var colors: PackedColorArray
	var until_ms: int


func _ready() -> void:
	resized.connect(_write)


## Words of different colours, as a line.
func tell(words: PackedStringArray, colors: PackedColorArray) -> void:
	var line := Line.new()
	line.words = words
	line.colors = colors
	line.until_ms = Time.get_ticks_msec() + int(LASTS_S * 1000.0)
	_lines.append(line)
	_write()


func _process(_delta: float) -> void:
	if not _lines.is_empty() and Time.get_ticks_msec() > _lines[0].until_ms:
		_lines.pop_front()
		_write()


func _write() -> void:
	clear()
	var shown := _lines.slice(maxi(0, _lines.size() - lines))
	for i: int in shown.size():
		if i > 0:
			newline()
		var words := _fitted(shown[i].words)
		for w: int in words.size():
			push_color(shown[i].colors[w])
			add_text(words[w] + " ")
			pop()


## Shortens the longest words until the line fits.
func _fitted(words: PackedStringArray) -> PackedStringArray:
	var fitted := words.duplicate()
	while _width(" ".join(fitted) + " ") > size.x:
		var longest := 0
		for i: int in fitted.size():
			if fitted[i].length() > fitted[longest].length():
				longest = i
		if fitted[longest].length() < 4:
			break
		fitted[longest] = fitted[longest].left(-2).strip_edges() + "…"
	return fitted


func _width(text: String) -> float:
	var font := get_theme_font("normal_font")
	var font_size := get_theme_font_size("normal_font_size")
	return font.get_string_size(text, HORIZONTAL_ALIGNMENT_LEFT, -1, font_size).x
