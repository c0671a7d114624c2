extends RefCounted
## What a setting of a PhoenixSocket can be, and what is wrong with others.

const Credentials := preload("credentials.gd")
const Endpoint := preload("endpoint.gd")
const Simulation := preload("simulation.gd")
const Table := preload("settings_table.gd")
const Text := preload("text.gd")

## What a function for it may return in its place.
const MAY_BE_CALLED: Array[String] = ["params", "auth_token"]
## Those of the identity: before the first connection any value is kept.
const IDENTITY: Array[String] = [
	"endpoint", "params", "auth_token", "headers", "proxy", "simulation"
]
## Properties that a browser handles itself, or not at all.
const WITHOUT_EFFECT: Array[String] = ["headers", "tls_options", "compression", "proxy"]

## What the worker need not know.
const PAGE_ONLY: Array[String] = [
	"auto_connect", "max_messages_per_frame", "headers", "tls_options", "compression", "proxy"
]

## All of them, in the order of the inspector.
const NAMES: Array[String] = [
	"endpoint",
	"params",
	"auth_token",
	"headers",
	"auto_connect",
	"heartbeat_interval",
	"timeout",
	"reconnect_after",
	"rejoin_after",
	"reconnect_jitter",
	"transport",
	"longpoll_fallback_after",
	"compression",
	"proxy",
	"tls_options",
	"max_message_size",
	"max_queued_bytes",
	"max_messages_per_frame",
	"simulation",
	"report_sent",
	"debug_log",
]

# The defaults of those that core does not have.
const _OWN := {
	"endpoint": "ws://localhost:4000/socket",
	"headers": {},
	"auto_connect": false,
	"proxy": "",
	"tls_options": null,
	"max_messages_per_frame": 1000,
	"simulation": {},
	"report_sent": false,
	"debug_log": false,
}
## The project's settings, which are the defaults of those of the same name.
const PROJECT := "phoenix_channels/"
const _IN_PROJECT: Array[String] = ["endpoint", "timeout", "heartbeat_interval", "debug_log"]
const _INVALID := "invalid configuration: "
const _TIMES := "; it takes whole numbers of milliseconds, from 0 to 2147483647"
const _MOST_TIME := 0x7FFFFFFF


## The values of a new socket.
static func defaults() -> Dictionary:
	var all := {}
	for title: String in NAMES:
		all[title] = _default(title)
	for title: String in _IN_PROJECT:
		if ProjectSettings.has_setting(PROJECT + title):
			_take_from_project(title, all)
	return all


static func _take_from_project(title: String, all: Dictionary) -> void:
	var value: Variant = ProjectSettings.get_setting_with_override(PROJECT + title)
	var problem := ""
	if typeof(value) != typeof(all[title]):
		problem = " must be %s" % Text.type_named(typeof(all[title]))
		if value is float:
			problem = " must be a whole number of milliseconds"
	elif value is int:
		problem = problem_of(title, value)
		problem = ": " + problem if problem else ""
	if problem:
		push_error("PhoenixSocket.new(): the project setting %s%s%s." % [PROJECT, title, problem])
	elif not (value is String and value == ""):
		all[title] = value


## The endpoint; an empty one is the project's.
static func endpoint_of(settings: Dictionary) -> String:
	var own: String = settings.endpoint
	if own.is_empty() and ProjectSettings.has_setting(PROJECT + "endpoint"):
		return str(ProjectSettings.get_setting_with_override(PROJECT + "endpoint"))
	return own


static func _default(title: String) -> Variant:
	if _OWN.has(title):
		return (_OWN[title] as Dictionary).duplicate() if _OWN[title] is Dictionary else _OWN[title]
	var row: Array = Table.TABLE[title]
	if row.size() == 2:  # an enum in the engine
		return (row[1] as Array).find(row[0])
	if row[0] is Array:
		return PackedInt32Array(row[0] as Array)
	return (row[0] as Dictionary).duplicate() if row[0] is Dictionary else row[0]


static func _type_of(title: String) -> int:
	return TYPE_OBJECT if title == "tls_options" else typeof(_default(title))


## Says why a property cannot have a value; empty if it can.
static func problem_of(title: String, value: Variant) -> String:
	if title in MAY_BE_CALLED:
		return Credentials.problem_of(value, _type_of(title))
	match title:
		"tls_options":
			if value != null and (value as TLSOptions).is_server():
				return (
					"these are a server's options; use TLSOptions.client() or"
					+ " TLSOptions.client_unsafe()"
				)
		"simulation":
			if not OS.is_debug_build() and value:
				return Simulation.RELEASE
		"max_messages_per_frame":
			if value < 0:
				return "%d is out of range, it must not be negative" % value
	if not Table.TABLE.has(title):
		return ""
	var row: Array = Table.TABLE[title]
	match row.size():
		2:
			if value < 0 or value >= (row[1] as Array).size():
				var choices := " or ".join(PackedStringArray(row[1] as Array))
				return _INVALID + "%s is %d, must be %s" % [title, value, choices]
		3:
			return _problem_of_range(title, value, row[1] as int, row[2] as int)
	return ""


static func _problem_of_range(title: String, value: Variant, least: int, most: int) -> String:
	if not value is PackedInt32Array:
		if value >= least and value <= most:
			return ""
		var written := str(value) if value is int else Text.number(value as float)
		return _INVALID + "%s is %s, must be from %d to %d" % [title, written, least, most]
	var times: PackedInt32Array = value
	if times.is_empty():
		return _INVALID + "%s needs at least one time in milliseconds" % title
	for time: int in times:
		if time < least:
			return _INVALID + "%s has %d, must be from %d to %d" % [title, time, least, most]
	return ""


## Says why an option of create() cannot be, and how it is named there; empty if it can. That is
## stricter than the engine, which would make another number of it.
static func problem_of_option(title: String, value: Variant) -> String:
	var wanted := _type_of(title)
	if title in MAY_BE_CALLED:
		var problem := Credentials.problem_of(value, wanted)
		return 'the option "%s" %s' % [title, problem] if problem else ""
	if wanted == TYPE_INT and value is bool:
		return _wrong_type(title, value)
	if wanted == TYPE_INT and value is float and _is_no_int(value as float):
		return (
			'the option "%s": this is %s; it takes whole numbers'
			% [title, Text.number(value as float)]
		)
	if wanted == TYPE_PACKED_INT32_ARRAY and value is Array:
		var problem := _problem_of_times(value as Array)
		return 'the option "%s": %s' % [title, problem] if problem else ""
	if not _is_taken(wanted, value):
		return _wrong_type(title, value)
	return ""


static func _wrong_type(title: String, value: Variant) -> String:
	var wanted := _describe(_type_of(title))
	return 'the option "%s" must be %s; this is %s' % [title, wanted, Text.type_of(value)]


static func _is_taken(wanted: int, value: Variant) -> bool:
	match wanted:
		TYPE_INT:
			return value is int or value is float
		TYPE_FLOAT:
			return value is float or value is int
		TYPE_BOOL:
			return value is bool or value is int or value is float
		TYPE_STRING:
			return value is String or value is StringName or value is NodePath
		TYPE_OBJECT:
			return value == null or value is TLSOptions
	return typeof(value) == wanted


static func _describe(wanted: int) -> String:
	match wanted:
		TYPE_OBJECT:
			return "TLSOptions or null"
		TYPE_PACKED_INT32_ARRAY:
			return "an Array of whole numbers, or a PackedInt32Array"
	return Text.type_named(wanted)


static func _is_no_int(value: float) -> bool:
	return not is_finite(value) or value != floorf(value) or absf(value) >= 9223372036854775808.0


static func _problem_of_times(times: Array) -> String:
	for i: int in times.size():
		var value: Variant = times[i]
		if is_same(value, times):
			return "[%d] is no number" % i + _TIMES
		if value is int and value >= 0 and value <= _MOST_TIME:
			continue
		if value is float and not _is_no_int(value as float):
			if value >= 0.0 and value <= _MOST_TIME:
				continue
		var what := Text.type_of(value)
		if value is int:
			what = str(value)
		elif value is float:
			what = Text.number(value as float)
		return "[%d] is %s" % [i, what] + _TIMES
	return ""


## Says what of the identity cannot be used; empty if all can.
static func problem_of_identity(settings: Dictionary) -> String:
	var problems := PackedStringArray()
	if settings.params is Dictionary:
		problems.append(Endpoint.problem_of_params(settings.params as Dictionary))
	problems.append(Endpoint.problem_of_headers(settings.headers as Dictionary))
	problems.append(Endpoint.problem_of(endpoint_of(settings)))
	if settings.auth_token is String:
		problems.append(Endpoint.problem_of_token(settings.auth_token as String))
	problems.append(Simulation.problem_of(settings.simulation as Dictionary))
	for problem: String in problems:
		if problem:
			return problem
	return ""


## Refuses keys of options that are none of the names, and says which there are.
static func problem_of_keys(options: Dictionary, names: Array) -> String:
	for key: Variant in options:
		var title := str(key) if key is String or key is StringName else ""
		if not title in names:
			return (
				"there is no option %s%s; the options are %s"
				% [
					Text.quote(title) if title else "whose key is not a String",
					_suggestion(title, names),
					", ".join(names),
				]
			)
	return ""


# The name that was meant by another, if one is near.
static func _suggestion(title: String, names: Array) -> String:
	var best := ""
	var least := floori(title.length() / 3.0) + 1  # as many mistakes are still a slip
	for candidate: String in names:
		var off := _distance(title.to_lower(), candidate)
		if off < least:
			best = candidate
			least = off
	return ' (did you mean "%s"?)' % best if best else ""


# How many letters have to be put in, taken out or changed to make one text of another.
static func _distance(from: String, to: String) -> int:
	var row := PackedInt32Array(range(to.length() + 1))
	for i: int in from.length():
		var diagonal := row[0]
		row[0] = i + 1
		for j: int in to.length():
			var changed := diagonal + int(from[i] != to[j])
			diagonal = row[j + 1]
			row[j + 1] = mini(changed, mini(row[j] + 1, diagonal + 1))
	return row[to.length()]
