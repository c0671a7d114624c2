## What has just happened, newest last; each line goes after a while.
extends RichTextLabel

const Palette := preload("res://ui/palette.gd")

const LASTS_S := 7.0

## How many lines there are at most.
var lines := 6:
	set(value):
		lines = value
		_cut()

var _lines: Array[Line] = []


class Line:
	var words: PackedStringArray
	var colors: PackedColorArray
	var until_ms: int


## Words of different colours, as a line.
func tell(words: PackedStringArray, colors: PackedColorArray) -> void:
	var line := Line.new()
	line.words = words
	line.colors = colors
	line.until_ms = Time.get_ticks_msec() + int(LASTS_S * 1000.0)
	_lines.append(line)
	_cut()


func _process(_delta: float) -> void:
	if not _lines.is_empty() and Time.get_ticks_msec() > _lines[0].until_ms:
		_lines.pop_front()
		_write()


func _cut() -> void:
	while _lines.size() > lines:
		_lines.pop_front()
	_write()


func _write() -> void:
	clear()
	for i: int in _lines.size():
		if i > 0:
			newline()
		for w: int in _lines[i].words.size():
			push_color(_lines[i].colors[w])
			add_text(_lines[i].words[w] + " ")
			pop()
