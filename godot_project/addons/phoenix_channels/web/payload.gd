extends RefCounted
## What cannot be sent, found before anything is: what has no form in JSON, with the path that leads
## to it.

const Text := preload("text.gd")

const MAX_DEPTH := 512
## Bytes of a path after which it is cut.
const MAX_PATH := 200
const INSIDE := (
	"it means something only inside the running game; send the fields that the server" + " needs"
)
const NO_NAN := "JSON has no NaN; send null or a number"
const NO_INFINITY := "JSON has no infinity; send null or a number"
const CYCLE := "it contains itself, which JSON cannot say; send an id in its place"
const TOO_DEEP := "it nests deeper than %d levels" % MAX_DEPTH

# What is sent as it is, 1, and what has to be looked into, by type.
static var _plain := _plain_types()


## A fault of a value.
class Fault:
	var what: String
	var reason: String
	var path := ""

	func _init(of: String, why: String) -> void:
		what = of
		reason = why

	## What it is, with where it is.
	func value() -> String:
		return '%s at "%s"' % [what, path] if path else what

	## Puts the fault one level further down.
	func within(step: String) -> Fault:
		path = step + ("" if path.is_empty() or path[0] == "[" else ".") + path
		return self

	## Cuts a path that is too long.
	func cut() -> Fault:
		var bytes := path.to_utf8_buffer()
		if bytes.size() > MAX_PATH:
			var end := MAX_PATH
			while bytes[end] & 0xC0 == 0x80:  # within a character
				end -= 1
			path = bytes.slice(0, end).get_string_from_utf8() + "…"
		return self


static func _plain_types() -> PackedByteArray:
	var plain := PackedByteArray()
	plain.resize(TYPE_MAX)
	plain.fill(1)
	for type: int in [
		TYPE_FLOAT,
		TYPE_OBJECT,
		TYPE_CALLABLE,
		TYPE_SIGNAL,
		TYPE_RID,
		TYPE_DICTIONARY,
		TYPE_ARRAY,
		TYPE_PACKED_FLOAT32_ARRAY,
		TYPE_PACKED_FLOAT64_ARRAY,
	]:
		plain[type] = 0
	return plain


## Says why a payload cannot be sent; empty if it can.
static func problem_of(payload: Variant) -> String:
	match typeof(payload):
		TYPE_DICTIONARY:
			var fault := fault_of(payload as Dictionary)
			return "cannot send %s: %s" % [fault.value(), fault.reason] if fault != null else ""
		TYPE_PACKED_BYTE_ARRAY:
			return ""
	return (
		"a payload must be a Dictionary, or a PackedByteArray for a binary message; this is "
		+ Text.type_of(payload)
	)


## Finds what cannot be sent; null if all can.
static func fault_of(payload: Dictionary) -> Fault:
	if _is_flat(payload):
		return null
	var fault := _nesting_in(payload, [])
	if fault == null:
		fault = _fault_in(payload)
	return fault.cut() if fault != null else null


# What most payloads are: names, and values without anything in them.
static func _is_flat(payload: Dictionary) -> bool:
	for key: Variant in payload:
		if typeof(key) != TYPE_STRING and typeof(key) != TYPE_STRING_NAME:
			return false
		var value: Variant = payload[key]
		var type := typeof(value)
		if _plain[type] == 0 and not (type == TYPE_FLOAT and is_finite(value as float)):
			return false
	return true


# Finds a container that is in itself, or nests too deep. These come before other faults.
static func _nesting_in(value: Variant, above: Array) -> Fault:
	for container: Variant in above:
		if is_same(container, value):
			return Fault.new(Text.type_of(value), CYCLE)
	if above.size() >= MAX_DEPTH:
		return Fault.new(Text.type_of(value), TOO_DEEP)
	above.append(value)
	var fault: Fault = null
	if value is Dictionary:
		fault = _nesting_in_dictionary(value as Dictionary, above)
	else:
		var list: Array = value
		for i: int in list.size():
			if list[i] is Dictionary or list[i] is Array:
				fault = _nesting_in(list[i], above)
				if fault != null:
					fault.within("[%d]" % i)
					break
	above.pop_back()
	return fault


static func _nesting_in_dictionary(dictionary: Dictionary, above: Array) -> Fault:
	var i := 0
	for key: Variant in dictionary:
		if key is Dictionary or key is Array:
			var in_key := _nesting_in(key, above)
			if in_key != null:
				return in_key.within("[key %d]" % i)
		var value: Variant = dictionary[key]
		if value is Dictionary or value is Array:
			var in_value := _nesting_in(value, above)
			if in_value != null:
				var is_text := key is String or key is StringName
				return in_value.within(_step(str(key)) if is_text else "[entry %d]" % i)
		i += 1
	return null


static func _fault_in(value: Variant) -> Fault:
	match typeof(value):
		TYPE_FLOAT:
			var number: float = value
			if is_nan(number):
				return Fault.new("NaN", NO_NAN)
			if is_inf(number):
				return Fault.new("INF", NO_INFINITY)
		TYPE_OBJECT, TYPE_CALLABLE, TYPE_SIGNAL, TYPE_RID:
			if typeof(value) != TYPE_OBJECT or value != null or not is_same(value, null):
				return Fault.new(Text.type_of(value), INSIDE)
		TYPE_DICTIONARY:
			return _fault_in_dictionary(value as Dictionary)
		TYPE_ARRAY, TYPE_PACKED_FLOAT32_ARRAY, TYPE_PACKED_FLOAT64_ARRAY:
			return _fault_in_list(value)
	return null


static func _fault_in_list(list: Variant) -> Fault:
	var i := 0
	for element: Variant in list:
		if _plain[typeof(element)] == 0:
			var fault := _fault_in(element)
			if fault != null:
				return fault.within("[%d]" % i)
		i += 1
	return null


static func _fault_in_dictionary(dictionary: Dictionary) -> Fault:
	var i := 0
	for key: Variant in dictionary:
		var in_key := _fault_in_text(key)
		if in_key != null:
			return in_key.within("[key %d]" % i)
		var value: Variant = dictionary[key]
		if _plain[typeof(value)] == 0:
			var fault := _fault_in(value)
			if fault != null:
				return fault.within(_step(str(key)))
		i += 1
	return null


# Keys go out as str() gives them, which has a NaN and an infinity.
static func _fault_in_text(value: Variant) -> Fault:
	match typeof(value):
		TYPE_OBJECT, TYPE_CALLABLE, TYPE_SIGNAL, TYPE_RID:
			return Fault.new(Text.type_of(value), INSIDE)
		TYPE_DICTIONARY:
			for key: Variant in value as Dictionary:
				var fault := _fault_in_text(key)
				if fault == null:
					fault = _fault_in_text((value as Dictionary)[key])
				if fault != null:
					return fault
		TYPE_ARRAY:
			var list: Array = value
			for i: int in list.size():
				var fault := _fault_in_text(list[i])
				if fault != null:
					return fault.within("[%d]" % i)
	return null


# A key as a step of a path: bare if that reads well, else in brackets.
static func _step(key: String) -> String:
	var written := key.json_escape()
	if written.is_empty():
		return "['']"
	for i: int in written.length():
		var c := written.unicode_at(i)
		var lower := c | 0x20
		var is_letter := c == 0x5F or lower >= 0x61 and lower <= 0x7A or c >= 0x80
		if not is_letter and (i == 0 or c < 0x30 or c > 0x39):
			return "['%s']" % written
	return written
