## The bar above every screen: back button, connection state, round trip and number of players.
extends PanelContainer

const Palette := preload("res://ui/palette.gd")

@onready var _back: Button = %Back
@onready var _title: Label = %Title
@onready var _dot: Panel = %Dot
@onready var _state: Label = %State
@onready var _delay: Control = %Delay
@onready var _round_trip: Label = %RoundTrip
@onready var _everyone: Control = %Everyone
@onready var _players: Label = %Players


func _ready() -> void:
	_back.pressed.connect(Screens.back)
	Screens.changed.connect(_show_screen)
	Net.changed.connect(_show)
	_show_screen(Screens.current)
	_show()


func _process(_delta: float) -> void:
	if Net.state == Net.State.LOST:
		_state.text = _lost_text()


func _show_screen(screen: String) -> void:
	_back.visible = screen != ""
	_title.text = Screens.TITLES[screen]


func _show() -> void:
	_delay.visible = Net.round_trip_ms >= 0.0
	_round_trip.text = "%.1f ms" % Net.round_trip_ms
	_players.text = "%d online" % Net.players.size()
	_everyone.visible = not Net.players.is_empty()
	match Net.state:
		Net.State.STOPPED:
			_show_state("not connected", Palette.CALM)
		Net.State.CONNECTING:
			_show_state("connecting …", Palette.BUSY)
		Net.State.OPEN:
			_show_state("connected", Palette.GOOD)
		Net.State.LOST:
			_show_state(_lost_text(), Palette.BUSY)
		Net.State.FAILED:
			_show_state("refused", Palette.BAD)


func _show_state(text: String, color: Color) -> void:
	_state.text = text
	_state.tooltip_text = Net.reason
	_dot.self_modulate = color


func _lost_text() -> String:
	var what := "reconnecting" if Net.was_open else "no server, trying again"
	var seconds := ceili(Net.retry_in_s())
	return "%s in %d s" % [what, seconds] if seconds > 0 else "%s …" % what
