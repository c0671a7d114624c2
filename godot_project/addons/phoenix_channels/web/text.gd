extends RefCounted
## Words of errors.

const NO_TOPIC := (
	'a topic must not be empty or "phoenix", which the protocol reserves: use one of your'
	+ ' server\'s, such as "room:lobby"'
)
const NO_EVENT := (
	'an event must not be empty or begin with "phx_", which the protocol reserves: join() and'
	+ " leave() send those events"
)
const NOT_HANDLED := (
	'an event must not be empty or begin with "phx_", which the protocol reserves: the signals'
	+ " on_join_result, on_error and on_close report those events"
)
const NO_CALLABLE := "there is nothing to call: pass a function that accepts the payload"


## A type in a sentence: "an int", "a String", "null".
static func type_of(value: Variant) -> String:
	return type_named(typeof(value))


static func type_named(type: int) -> String:
	if type == TYPE_NIL:
		return "null"
	var title := type_string(type)
	return ("an " if title[0] in "aeiouAO" else "a ") + title


## Whether the protocol keeps an event for itself.
static func is_reserved(event: String) -> bool:
	return event == "" or event.begins_with("phx_")


static func quote(text: String) -> String:
	return '"%s"' % text.json_escape()


## Names an event or a topic in a message.
static func about(kind: String, title: String) -> String:
	return "%s %s" % [kind, quote(title)]


## A number as Go writes it: with an exponent only when it is very long.
static func number(value: float) -> String:
	if is_nan(value):
		return "NaN"
	if is_inf(value):
		return "+Inf" if value > 0 else "-Inf"
	if value == floorf(value) and absf(value) < 9e15:
		return str(int(value))
	if absf(value) < 1e21:
		return String.num(value)
	return String.num_scientific(value)
