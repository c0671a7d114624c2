## The best players, and the player's own place among them.
extends Control

const Palette := preload("res://ui/palette.gd")
const Roster := preload("res://screens/arena/roster.gd")

const ROW := 24.0
const TEXT_SIZE := 14
const PAD := 12.0

## How many rows there are at most.
var rows := 10:
	set(value):
		rows = value
		_lay_out()

var _ranking: Array[Roster.Player] = []
var _own_id := 0


func show_ranking(ranking: Array[Roster.Player], own_id: int) -> void:
	_ranking = ranking
	_own_id = own_id
	_lay_out()


## The player's place, from 1; 0 while it is not known.
func own_rank() -> int:
	for i: int in _ranking.size():
		if _ranking[i].id == _own_id:
			return i + 1
	return 0


static func height_of(count: int) -> float:
	return count * ROW + PAD if count > 0 else 0.0


static func rows_in(room: float) -> int:
	return int((room - PAD) / ROW)


func _lay_out() -> void:
	custom_minimum_size.y = height_of(mini(rows, _ranking.size()))
	queue_redraw()


func _draw() -> void:
	var shown := mini(rows, _ranking.size())
	if shown == 0:
		return
	var ground := StyleBoxFlat.new()
	ground.bg_color = Color(Palette.PANEL, 0.72)
	ground.set_corner_radius_all(8)
	draw_style_box(ground, Rect2(Vector2.ZERO, size))
	var own := own_rank() - 1
	for row: int in shown:
		# The last row is the player's own, if the others left no room for it.
		_draw_row(row, own if row == shown - 1 and own >= shown else row)


func _draw_row(row: int, place: int) -> void:
	var player := _ranking[place]
	var is_own := player.id == _own_id
	var top := PAD / 2.0 + row * ROW
	if is_own:
		draw_rect(Rect2(0.0, top, size.x, ROW), Color(Palette.INK, 0.1))
	var line_top := top + (ROW - get_theme_default_font().get_height(TEXT_SIZE)) / 2.0
	var ink := Palette.INK if is_own or not player.is_bot else Palette.CALM
	_write(
		Vector2(PAD - 4.0, line_top), str(place + 1), 22.0, HORIZONTAL_ALIGNMENT_RIGHT, Palette.CALM
	)
	draw_circle(Vector2(PAD + 29.0, top + ROW / 2.0), 5.0, player.color)
	var left := PAD + 39.0
	var score_width := 36.0
	_write(
		Vector2(left, line_top),
		player.name,
		size.x - left - score_width - PAD + 4.0,
		HORIZONTAL_ALIGNMENT_LEFT,
		ink
	)
	_write(
		Vector2(size.x - score_width - PAD + 4.0, line_top),
		str(player.score),
		score_width,
		HORIZONTAL_ALIGNMENT_RIGHT,
		ink
	)


func _write(
	at: Vector2, text: String, width: float, alignment: HorizontalAlignment, color: Color
) -> void:
	var line := TextLine.new()
	line.add_string(text, get_theme_default_font(), TEXT_SIZE)
	line.width = width
	line.alignment = alignment
	line.text_overrun_behavior = TextServer.OVERRUN_TRIM_ELLIPSIS
	line.draw(get_canvas_item(), at, color)
