## What stands over the field: score, board, feed, bots, and a message when something is amiss.
extends Control

## The player wants this many more bots, or fewer.
signal bots_asked(more: int)

const Minimap := preload("res://doors/arena/minimap.gd")
const Scoreboard := preload("res://doors/arena/scoreboard.gd")
const KillFeed := preload("res://doors/arena/kill_feed.gd")

const NARROW := 700.0  # pixels; a phone held upright
const HINT_S := 9.0

var _hint_left_s := HINT_S

@onready var board: Scoreboard = %Scoreboard
@onready var feed: KillFeed = %Feed
@onready var minimap: Minimap = %Minimap
@onready var _score: Label = %Score
@onready var _standing: Label = %Standing
@onready var _bot_count: Label = %BotCount
@onready var _message: Control = %Message
@onready var _title: Label = %MessageTitle
@onready var _text: Label = %MessageText
@onready var _hint: Label = %Hint


func _ready() -> void:
	(%FewerBots as Button).pressed.connect(bots_asked.emit.bind(-1))
	(%MoreBots as Button).pressed.connect(bots_asked.emit.bind(1))
	resized.connect(_lay_out)
	_lay_out()


func _process(delta: float) -> void:
	_hint_left_s -= delta
	_hint.modulate.a = clampf(_hint_left_s, 0.0, 1.0)


func show_standing(score: int, players: int, round_trip_ms: float) -> void:
	_score.text = str(score)
	var words := PackedStringArray()
	if board.own_rank() > 0:
		words.append("rank %d of %d" % [board.own_rank(), players])
	if round_trip_ms >= 0.0:
		words.append("%.1f ms" % round_trip_ms)
	_standing.text = "  ·  ".join(words)


func show_bots(count: int) -> void:
	_bot_count.text = "%d bots" % count if count != 1 else "1 bot"


func tell(title: String, text: String = "") -> void:
	_message.show()
	_title.text = title
	_text.text = text
	_text.visible = text != ""


func be_silent() -> void:
	_message.hide()


func _lay_out() -> void:
	var narrow := size.x < NARROW
	board.rows = 4 if narrow else 10
	board.custom_minimum_size.x = 170.0 if narrow else 210.0
	feed.lines = 4 if narrow else 6
	# Over the thumbs.
	(%FeedPlace as Control).offset_bottom = -190.0 if narrow else -12.0
	_hint.visible = not narrow
