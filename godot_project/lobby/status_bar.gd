## The state of the connection: what it is, how long a message takes, and the button to change it.
extends HBoxContainer

signal connect_asked
signal disconnect_asked

const Palette := preload("res://lobby/palette.gd")

var _is_open := false
var _lost_at_ms := 0

@onready var _dot: ColorRect = %Dot
@onready var _state: Label = %State
@onready var _round_trip: Label = %RoundTrip
@onready var _button: Button = %Button


func _ready() -> void:
	_button.pressed.connect(_on_pressed)
	show_closed()


func _process(_delta: float) -> void:
	if _lost_at_ms > 0:
		var seconds := (Time.get_ticks_msec() - _lost_at_ms) / 1000
		_state.text = "server gone, reconnecting … %d s" % seconds


func show_connecting() -> void:
	if _lost_at_ms == 0:
		_show("connecting …", Palette.BUSY, true)


func show_open() -> void:
	_lost_at_ms = 0
	_show("connected", Palette.GOOD, true)


## Lost, and trying to get it back.
func show_lost() -> void:
	if _lost_at_ms == 0:
		_lost_at_ms = Time.get_ticks_msec()
	_show(_state.text, Palette.BAD, true)


func show_closed() -> void:
	_lost_at_ms = 0
	_show("not connected", Palette.CALM, false)


func show_round_trip(milliseconds: float) -> void:
	_round_trip.text = "%.1f ms" % milliseconds


func _show(text: String, color: Color, is_open: bool) -> void:
	_is_open = is_open
	_state.text = text
	_dot.color = color
	_button.text = "Disconnect" if is_open else "Connect"
	if color != Palette.GOOD:
		_round_trip.text = ""


func _on_pressed() -> void:
	if _is_open:
		disconnect_asked.emit()
	else:
		connect_asked.emit()
