extends RefCounted
## What the property simulation of a PhoenixSocket can be, and what is wrong with others.

const Table := preload("settings_table.gd")
const Text := preload("text.gd")

const RELEASE := "release builds have no simulated network; check OS.is_debug_build() first"
const _PRESET := "preset"
const _INVALID := "invalid configuration: simulation"


## Says what is wrong; empty if nothing is.
static func problem_of(simulation: Dictionary) -> String:
	var all := {"stall_ms": 0, "stall_every_ms": 0, "refuse_status": 0, "refuse_ms": 0}
	for key: Variant in simulation:
		if not (key is String or key is StringName):
			return _INVALID + ": the keys must be Strings"
	if simulation.has(_PRESET):
		var preset: Variant = simulation[_PRESET]
		if preset is StringName:
			preset = String(preset as StringName)
		if not (preset is String and Table.PRESETS.has(preset)):
			var shown: Variant = preset if preset is String or preset is int else "<nil>"
			var known := ", ".join(Table.PRESETS.keys())
			return _INVALID + ': unknown preset "%s"; the presets are %s' % [shown, known]
		all.merge(Table.PRESETS[preset], true)
	var titles := simulation.keys()
	titles.sort()
	for title: String in titles:
		var problem := "" if title == _PRESET else _problem_of(title, simulation[title])
		if problem:
			return problem
	all.merge(simulation, true)
	if all.stall_every_ms > 0 and all.stall_ms >= all.stall_every_ms:
		return (
			_INVALID
			+ (
				": a stall of %d ms every %d ms leaves no time in between"
				% [all.stall_ms, all.stall_every_ms]
			)
		)
	if all.refuse_ms > 0 and all.refuse_status == 0:
		return _INVALID + ": refuse_ms needs refuse_status"
	return ""


static func _problem_of(title: String, value: Variant) -> String:
	if not Table.SIMULATION.has(title):
		var known := ", ".join(PackedStringArray([_PRESET] + Table.SIMULATION.keys()))
		return _INVALID + ' has no "%s"; its keys are %s' % [title, known]
	var limits: Array = Table.SIMULATION[title]
	if limits.is_empty():
		return "" if value is bool else _INVALID + ": %s must be true or false" % title
	if not value is int:
		return _INVALID + ": %s must be an integer from %d to %d" % [title, limits[0], limits[1]]
	if value < limits[0] or value > limits[1]:
		return (
			_INVALID + ": %s is %d; it must be from %d to %d" % [title, value, limits[0], limits[1]]
		)
	return ""
