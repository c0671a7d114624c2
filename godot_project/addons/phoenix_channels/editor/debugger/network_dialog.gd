@tool
extends ConfirmationDialog
## The network that a socket pretends to have: a preset, and the fields that change it.

## The user has chosen; empty is the network as it is.
signal chosen(socket: Dictionary, simulation: Dictionary)

const Look := preload("../look.gd")

const NO_PRESET := "None"
const LONGEST_MS := 86_400_000
## Fields of [member PhoenixSocket.simulation]: title, unit, highest value, first value, tooltip.
const FIELDS := {
	"latency_ms": ["Latency", "ms", LONGEST_MS, 100, "Each direction takes that much longer."],
	"jitter_ms": ["Jitter", "ms", LONGEST_MS, 50, "At random, at most that much on top."],
	"bytes_per_second":
	["Bandwidth", "B/s", 1_000_000_000, 96_000, "Of each direction. 0 is no limit."],
	"stall_ms":
	["Stall", "ms", LONGEST_MS, 4_000, "Nothing is carried for that long, from now on."],
	"stall_every_ms":
	["Stall Every", "ms", LONGEST_MS, 20_000, "Stalls again and again: from one to the next."],
	"offline_ms":
	["Offline", "ms", LONGEST_MS, 5_000, "The connection is lost now; connects fail that long."],
	"refuse_status":
	["Refuse With", "", 599, 503, "The connection is lost now; connects get this HTTP status."],
	"refuse_ms": ["Refuse For", "ms", LONGEST_MS, 5_000, "How long connects are refused."],
}

var _socket: Dictionary
var _presets := OptionButton.new()
var _checks := {}
var _numbers := {}
var _cut := CheckBox.new()


func _init() -> void:
	ok_button_text = "Apply"
	add_button("Off", true, "off").tooltip_text = "End the simulation."
	var grid := GridContainer.new()
	grid.columns = 2
	var label := Label.new()
	label.text = "Preset"
	grid.add_child(label)
	_presets.tooltip_text = "A known network. The fields below change what is checked."
	grid.add_child(_presets)
	for field: String in FIELDS:
		_add_field(grid, field)
	_cut.text = "Cut"
	_cut.tooltip_text = "The connection is lost now, once."
	grid.add_child(_cut)
	add_child(grid)
	confirmed.connect(_apply)
	custom_action.connect(_turn_off)


## Opens for a socket, with the presets that its game has.
func open(socket: Dictionary, presets: PackedStringArray) -> void:
	_socket = socket
	title = "Network of %s" % (socket.name if socket.name else "Socket %d" % socket.number)
	_presets.clear()
	_presets.add_item(NO_PRESET)
	for preset: String in presets:
		_presets.add_item(preset)
	var now: Dictionary = socket.simulation
	_presets.select(presets.find(str(now.get("preset", ""))) + 1)
	for field: String in FIELDS:
		_checks[field].button_pressed = now.has(field)
		_numbers[field].set_value_no_signal(float(now.get(field, FIELDS[field][3])))
	_cut.button_pressed = false
	popup_centered()


## What the fields say.
func simulation() -> Dictionary:
	var made := {}
	if _presets.selected > 0:
		made.preset = _presets.get_item_text(_presets.selected)
	for field: String in FIELDS:
		if _checks[field].button_pressed:
			made[field] = int(_numbers[field].value)
	if _cut.button_pressed:
		made.cut = true
	return made


func _add_field(grid: GridContainer, field: String) -> void:
	var facts: Array = FIELDS[field]
	var check := CheckBox.new()
	check.text = facts[0]
	check.tooltip_text = facts[4]
	var number := SpinBox.new()
	number.suffix = facts[1]
	number.max_value = facts[2]
	number.value = facts[3]
	number.tooltip_text = facts[4]
	number.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	number.value_changed.connect(_check.bind(check))
	grid.add_child(check)
	grid.add_child(number)
	_checks[field] = check
	_numbers[field] = number


func _check(_value: float, check: CheckBox) -> void:
	check.button_pressed = true


func _apply() -> void:
	chosen.emit(_socket, simulation())


func _turn_off(_action: StringName) -> void:
	hide()
	chosen.emit(_socket, {})
