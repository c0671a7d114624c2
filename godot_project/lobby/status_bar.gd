## The state of the connection: what it is, how long a message takes, and the button to change it.
extends HBoxContainer

signal connect_asked
signal disconnect_asked

enum Shown { CLOSED, CONNECTING, OPEN, LOST }

const Palette := preload("res://lobby/palette.gd")

var _shown := Shown.CLOSED
var _lost_at_ms := 0

@onready var _dot: ColorRect = %Dot
@onready var _state: Label = %State
@onready var _round_trip: Label = %RoundTrip
@onready var _button: Button = %Button


func _ready() -> void:
	_button.pressed.connect(_on_pressed)
	show_closed()


func _process(_delta: float) -> void:
	if is_lost():
		var seconds := (Time.get_ticks_msec() - _lost_at_ms) / 1000.0
		_state.text = "no server, reconnecting … %d s" % seconds


func is_open() -> bool:
	return _shown == Shown.OPEN


func is_lost() -> bool:
	return _shown == Shown.LOST


func show_connecting() -> void:
	if not is_lost():
		_show(Shown.CONNECTING, "connecting …", Palette.BUSY)


func show_open() -> void:
	_show(Shown.OPEN, "connected", Palette.GOOD)


## No connection, and trying to get one.
func show_lost() -> void:
	_lost_at_ms = Time.get_ticks_msec()
	_show(Shown.LOST, "", Palette.BAD)


func show_closed() -> void:
	_show(Shown.CLOSED, "not connected", Palette.CALM)


func show_round_trip(milliseconds: float) -> void:
	_round_trip.text = "%.1f ms" % milliseconds


func _show(what: Shown, text: String, color: Color) -> void:
	_shown = what
	_state.text = text
	_dot.color = color
	_button.text = "Connect" if what == Shown.CLOSED else "Disconnect"
	if what != Shown.OPEN:
		_round_trip.text = ""


func _on_pressed() -> void:
	if _shown == Shown.CLOSED:
		connect_asked.emit()
	else:
		disconnect_asked.emit()
