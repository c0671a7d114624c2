extends RefCounted
## What a setting of a PhoenixSocket can be, and what is wrong with others.

const Credentials := preload("credentials.gd")
const Endpoint := preload("endpoint.gd")
const Table := preload("settings_table.gd")
const Text := preload("text.gd")

## What a function for it may return in its place.
const MAY_BE_CALLED: Array[String] = ["params", "auth_token"]
## Those of the identity: before the first connection any value is kept.
const IDENTITY: Array[String] = ["endpoint", "params", "auth_token", "headers", "proxy"]
## What a browser does by itself, or not at all.
const WITHOUT_EFFECT: Array[String] = ["headers", "tls_options", "compression", "proxy"]

## What the worker need not know.
const PAGE_ONLY: Array[String] = [
	"auto_connect", "max_messages_per_frame", "headers", "tls_options", "compression", "proxy"
]

const _TIMES := "; it takes whole numbers of milliseconds, from 0 to 2147483647"
const _MOST_TIME := 0x7FFFFFFF


static func names() -> Array[String]:
	return Table.TABLE.keys()


static func defaults() -> Dictionary:
	var all := {}
	for title: String in Table.TABLE:
		var value: Variant = Table.TABLE[title][1]
		match Table.TABLE[title][0]:
			TYPE_PACKED_INT32_ARRAY:
				value = PackedInt32Array(value as Array)
			TYPE_DICTIONARY:
				value = {}
		all[title] = value
	return all


## Says why a property cannot have a value; empty if it can.
static func problem_of(title: String, value: Variant) -> String:
	var row: Array = Table.TABLE[title]
	if title in MAY_BE_CALLED:
		return Credentials.problem_of(value, row[0] as int)
	match row[0]:
		TYPE_OBJECT:
			if value != null and (value as TLSOptions).is_server():
				return (
					"these are a server's options; use TLSOptions.client() or"
					+ " TLSOptions.client_unsafe()"
				)
		TYPE_INT:
			if value < row[2] or value > row[3]:
				return "%d is out of range, it goes from %d to %d" % [value, row[2], row[3]]
		TYPE_FLOAT:
			if not (value >= 0.0 and value <= 1.0):
				return (
					"%s is out of range, it goes from 0 (the exact times) to 1"
					% Text.number(value as float)
				)
		TYPE_PACKED_INT32_ARRAY:
			var times: PackedInt32Array = value
			for time: int in times:
				if time < 0:
					times = PackedInt32Array()
					break
			if times.is_empty():
				return "it needs at least one time in milliseconds, and none may be negative"
	return ""


## Says why an option of create() cannot be, and how it is named there; empty if it can. That is
## stricter than the engine, which would make another number of it.
static func problem_of_option(title: String, value: Variant) -> String:
	var row: Array = Table.TABLE[title]
	var wanted: int = row[0]
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
	var wanted := _describe(Table.TABLE[title][0] as int)
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
	problems.append(Endpoint.problem_of(settings.endpoint as String))
	if settings.auth_token is String:
		problems.append(Endpoint.problem_of_token(settings.auth_token as String))
	for problem: String in problems:
		if problem:
			return problem
	return ""


## The name that was meant by another, if one is near.
static func suggestion(title: String) -> String:
	var best := ""
	var least := floori(title.length() / 3.0) + 1  # as many mistakes are still a slip
	for candidate: String in Table.TABLE:
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
