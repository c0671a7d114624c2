## The board. A match is known by its code and the two names: to go on with it after the game was
## closed, enter the same ones.
extends Control

const Match := preload("res://match.gd")
const MARKS := "XO"

var _match := Match.new()

@onready var _socket: PhoenixSocket = %Socket
@onready var _status: Label = %Status
@onready var _name: LineEdit = %Name
@onready var _code: LineEdit = %Code
@onready var _play: Button = %Play
@onready var _board: GridContainer = %Board


func _ready() -> void:
	_match.changed.connect(_show)
	_socket.on_close.connect(_on_close)
	_play.pressed.connect(_open)
	add_child(_match)
	for cell: int in Match.SIZE:
		var button := Button.new()
		button.custom_minimum_size = Vector2(120, 120)
		button.add_theme_font_size_override("font_size", 56)
		button.pressed.connect(_match.play.bind(cell))
		button.disabled = true
		_board.add_child(button)


func _open() -> void:
	if _name.text == "" or _code.text == "":
		_status.text = "Enter your name and the code of the match."
		return
	for control: Control in [_name, _code]:
		(control as LineEdit).editable = false
	_play.disabled = true
	_status.text = "Connecting …"
	_socket.params = {"user_id": _name.text}
	_socket.connect_socket()
	_match.open(_socket, _code.text, _name.text)


func _show() -> void:
	for cell: int in Match.SIZE:
		var button := _board.get_child(cell) as Button
		var move := _match.moves.find(str(cell))
		button.text = MARKS[move % 2] if move >= 0 else ""
		button.disabled = move >= 0 or not _match.is_my_turn()
	if _socket.get_is_connected():
		_status.text = _describe()


func _describe() -> String:
	var other := _match.players[1 if _match.players[0] == _name.text else 0]
	if _match.winner() != "":
		return "%s won." % _match.winner()
	if _match.moves.length() == Match.SIZE:
		return "A draw."
	if other != "" and not _match.is_present(other):
		return "%s is away. The match goes on when they return." % other
	if _match.is_my_turn():
		return "Your turn"
	return "Waiting for %s" % (other if other != "" else "the other player")


func _on_close(params: Dictionary) -> void:
	if params.will_reconnect:
		_show()
		_status.text = "No connection. Trying again …"
