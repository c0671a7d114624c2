## The socket's statistics, as get_statistics() gives them, twice a second.
extends PanelContainer

const EVERY_S := 0.5

var _values := {}  # name of the number -> its label

@onready var _numbers: GridContainer = %Numbers


func _ready() -> void:
	var timer := Timer.new()
	timer.wait_time = EVERY_S
	timer.autostart = true
	timer.timeout.connect(_show)
	add_child(timer)
	_show()


func _show() -> void:
	if not Net.is_started():
		return
	var statistics := Net.socket.get_statistics()
	for key: String in statistics:
		_label_of(key).text = _in_words(key, statistics[key])


func _label_of(key: String) -> Label:
	if not _values.has(key):
		var title := Label.new()
		title.text = key.trim_suffix("_ms").replace("_", " ")
		title.theme_type_variation = &"CalmLabel"
		title.size_flags_horizontal = SIZE_EXPAND_FILL
		_numbers.add_child(title)
		var value := Label.new()
		value.theme_type_variation = &"NumberLabel"
		value.horizontal_alignment = HORIZONTAL_ALIGNMENT_RIGHT
		_numbers.add_child(value)
		_values[key] = value
	return _values[key]


func _in_words(key: String, value: Variant) -> String:
	if key.ends_with("_ms"):
		return "%.1f ms" % value
	if "bytes" in key:
		return String.humanize_size(value as int)
	return str(value)
