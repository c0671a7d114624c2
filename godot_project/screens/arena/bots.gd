## The bots of this window: as many as are wanted, each a child.
extends Node

signal changed

const Bot := preload("res://screens/arena/bot.gd")
const Radar := preload("res://screens/arena/radar.gd")

const MOST := 50
const NAMES: Array[String] = [
	"Blip",
	"Comet",
	"Dash",
	"Echo",
	"Flux",
	"Gizmo",
	"Halo",
	"Ion",
	"Jinx",
	"Kepler",
	"Luna",
	"Muon",
	"Nova",
	"Orbit",
	"Pulse",
	"Quark",
	"Rigel",
	"Sol",
	"Tycho",
	"Umbra",
	"Vega",
	"Widget",
	"Xenon",
	"Yaw",
	"Zephyr"
]
## They connect one after the other, not all in one frame.
const PAUSE_S := 0.04

var url := ""
var topic := ""
var radar: Radar

var _wanted := 0
var _made := 0
var _pause_s := 0.0
var _window := "%06x" % (randi() % 0x1000000)


func wanted() -> int:
	return _wanted


## Adds or takes away bots, until there are [param count].
func want(count: int) -> void:
	_wanted = clampi(count, 0, MOST)
	while get_child_count() > _wanted:
		var bot := get_child(-1)
		remove_child(bot)
		bot.queue_free()
	changed.emit()


func _process(delta: float) -> void:
	_pause_s = maxf(_pause_s - delta, 0.0)
	if get_child_count() >= _wanted or _pause_s > 0.0:
		return
	_pause_s = PAUSE_S
	var bot_name := NAMES[_made % NAMES.size()]
	if _made >= NAMES.size():
		bot_name += " %d" % (_made / NAMES.size() + 1)
	_made += 1
	add_child(Bot.new(url, "bot-%s-%d" % [_window, _made], bot_name, topic, radar))
