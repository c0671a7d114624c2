extends RefCounted
## The options of PhoenixMultiplayerPeer.create().

const Endpoint := preload("endpoint.gd")
const Payload := preload("payload.gd")
const Settings := preload("settings.gd")
const Text := preload("text.gd")

const MAX_INFO := 2048
const MAX_PEERS := 250

## In the order of the command, with their defaults.
const DEFAULTS := {
	"role": 0,
	"shape": 0,
	"info": {},
	"max_peers": 0,
	"listed": false,
	"seat_timeout": 0,
	"max_buffered_bytes": 0,
}

# The least and the most of a number, and what it is if its values have names.
const _NUMBERS := {
	"role": [0, 2, "ROLE_AUTO, ROLE_HOST or ROLE_CLIENT"],
	"shape": [0, 1, "SHAPE_HOST or SHAPE_MESH"],
	"max_peers": [0, MAX_PEERS],
	"seat_timeout": [1000, 120_000],
	"max_buffered_bytes": [1, 0x7FFFFFFF],
}


## Says what is wrong with options; empty if nothing is.
static func problem_of(options: Dictionary) -> String:
	var problem := Settings.problem_of_keys(options, DEFAULTS.keys())
	if problem:
		return problem
	for title: Variant in options:
		problem = _problem_of_option(str(title), options[title])
		if problem:
			return 'invalid configuration: the option "%s" %s' % [title, problem]
	return ""


static func _problem_of_option(title: String, value: Variant) -> String:
	match title:
		"listed":
			return "" if value is bool else _must_be("true or false", Text.type_of(value))
		"info":
			return _problem_of_info(value)
	var row: Array = _NUMBERS[title]
	var wanted: String = row[2] if row.size() > 2 else "an integer from %d to %d" % [row[0], row[1]]
	if not (value is int or value is float):
		return _must_be(wanted, Text.type_of(value))
	var number: float = value
	if number != floorf(number) or number < row[0] or number > row[1]:
		return _must_be(wanted, Text.number(number))
	return ""


static func _problem_of_info(value: Variant) -> String:
	if not value is Dictionary:
		return _must_be("a Dictionary", Text.type_of(value))
	var fault := Payload.fault_of(value as Dictionary)
	if fault != null:
		return "cannot be sent: cannot send %s: %s" % [fault.value(), fault.reason]
	var size := JSON.stringify(value).to_utf8_buffer().size()
	if size > MAX_INFO:
		return "has %d bytes of JSON; the relay's limit is %d" % [size, MAX_INFO]
	return ""


static func _must_be(wanted: String, given: String) -> String:
	return "must be %s; this is %s" % [wanted, given]
