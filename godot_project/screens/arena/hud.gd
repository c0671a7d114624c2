## The texts beside the field: score, board, feed, number of bots, and a notice when something is
## wrong.
extends Node

## The player wants this many more bots, or fewer.
signal bots_asked(more: int)

const Bots := preload("res://screens/arena/bots.gd")
const Minimap := preload("res://screens/arena/minimap.gd")
const Roster := preload("res://screens/arena/roster.gd")
const Scoreboard := preload("res://screens/arena/scoreboard.gd")
const KillFeed := preload("res://screens/arena/kill_feed.gd")

const HINT := "Fly: WASD or arrows. Fire: space or mouse."
const HINT_S := 9.0

## Whether nobody else is here, so that a notice suggests bots.
var is_alone := false:
	set(value):
		if value != is_alone:
			is_alone = value
			_show_notice()

var _message := PackedStringArray()
var _hint_left_s := HINT_S

@onready var board: Scoreboard = %Scoreboard
@onready var feed: KillFeed = %Feed
@onready var minimap: Minimap = %Minimap
@onready var _score: Label = %Score
@onready var _rank: Label = %Rank
@onready var _crowd: Label = %Crowd
@onready var _bot_count: Label = %BotCount
@onready var _fewer_bots: Button = %FewerBots
@onready var _more_bots: Button = %MoreBots
@onready var _notice: Control = %Notice
@onready var _title: Label = %NoticeTitle
@onready var _text: Label = %NoticeText
@onready var _stick: Control = %Stick


func _ready() -> void:
	_fewer_bots.pressed.connect(bots_asked.emit.bind(-1))
	_more_bots.pressed.connect(bots_asked.emit.bind(1))
	_stick.visibility_changed.connect(_show_notice)
	_show_notice()


func _process(delta: float) -> void:
	if _hint_left_s > 0.0:
		_hint_left_s -= delta
		if _hint_left_s <= 0.0:
			_show_notice()


## Shows the rank among all, players and bots, and below it how many there are of each.
func show_standing(score: int, roster: Roster) -> void:
	_score.text = str(score)
	var rank := board.own_rank()
	var count := roster.players.size()
	_rank.text = "rank %d of %d" % [rank, count] if rank > 0 else ""
	var crowd := _counted(count - roster.bots, "player") if count > 0 else ""
	if roster.bots > 0:
		crowd += ", " + _counted(roster.bots, "bot")
	_crowd.text = crowd


func show_bots(count: int) -> void:
	_bot_count.text = _counted(count, "bot")
	_fewer_bots.disabled = count == 0
	_more_bots.disabled = count == Bots.MOST


## Shows a message until [method be_silent].
func tell(title: String, text: String = "") -> void:
	_message = PackedStringArray([title, text])
	_show_notice()


func be_silent() -> void:
	_message.clear()
	_show_notice()


func _show_notice() -> void:
	_more_bots.theme_type_variation = &"AccentButton" if is_alone else &""
	if not _message.is_empty():
		_show_lines(_message[0], _message[1])
	elif is_alone:
		_show_lines("Nobody else is here", "Add bots with +, or run the demo a second time.")
	elif _hint_left_s > 0.0 and not _stick.visible:
		_show_lines("", HINT)
	else:
		_notice.hide()


func _show_lines(title: String, text: String) -> void:
	_notice.show()
	_title.text = title
	_title.visible = title != ""
	_text.text = text
	_text.visible = text != ""


func _counted(count: int, what: String) -> String:
	return "%d %s%s" % [count, what, "" if count == 1 else "s"]
