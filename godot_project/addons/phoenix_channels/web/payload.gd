extends RefCounted
## What cannot be sent, found before anything is: what has no form in JSON, with the path that leads
## to it.

const Text := preload("text.gd")

const MAX_DEPTH := 512
## How deep a payload is looked into before it is searched for containers that contain themselves.
const PLAIN_DEPTH := 16
## Bytes of a path after which it is cut.
const MAX_PATH := 200
const INSIDE := "it exists only inside the running game; send the fields that the server" + " needs"
const NO_NAN := "JSON has no NaN; send null or a number"
const NO_INFINITY := "JSON has no infinity; send null or a number"
const CYCLE := "it contains itself, which JSON cannot represent; send an id instead"
const TOO_DEEP := "it is nested deeper than %d levels" % MAX_DEPTH

# The types that have to be looked into, as bits.
const _IN_QUESTION := (
	1 << TYPE_FLOAT
	| 1 << TYPE_OBJECT
	| 1 << TYPE_CALLABLE
	| 1 << TYPE_SIGNAL
	| 1 << TYPE_RID
	| 1 << TYPE_DICTIONARY
	| 1 << TYPE_ARRAY
	| 1 << TYPE_PACKED_FLOAT32_ARRAY
	| 1 << TYPE_PACKED_FLOAT64_ARRAY
)


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
	if is_plain(payload):
		return null
	var fault := _nesting_in(payload, [])
	if fault == null:
		fault = _fault_in(payload)
	return fault.cut() if fault != null else null


## Whether a payload is what most are: names with values that JSON has, or with containers of
## such, few levels deep. One call a container, as each push pays for it.
static func is_plain(payload: Dictionary, depth: int = PLAIN_DEPTH) -> bool:
	for key: Variant in payload:
		if not key is String:
			return false
		var value: Variant = payload[key]
		if not _IN_QUESTION >> typeof(value) & 1:
			continue
		if value is float:
			if not is_finite(value as float):
				return false
		elif not _is_plain_container(value, depth):
			return false
	return true


static func _is_plain_list(list: Array, depth: int) -> bool:
	for value: Variant in list:
		if not _IN_QUESTION >> typeof(value) & 1:
			continue
		if value is float:
			if not is_finite(value as float):
				return false
		elif not _is_plain_container(value, depth):
			return false
	return true


static func _is_plain_container(value: Variant, depth: int) -> bool:
	if depth == 0:
		return false
	if value is Dictionary:
		return is_plain(value as Dictionary, depth - 1)
	return value is Array and _is_plain_list(value as Array, depth - 1)


# Finds a container that is in itself, or nests too deep. These come before other faults. One call a
# level, as GDScript calls itself no more than 1024 times.
static func _nesting_in(container: Variant, above: Array) -> Fault:
	for other: Variant in above:
		if is_same(other, container):
			return Fault.new(Text.type_of(container), CYCLE)
	if above.size() >= MAX_DEPTH:
		return Fault.new(Text.type_of(container), TOO_DEEP)
	above.append(container)
	var is_list := container is Array
	var fault: Fault = null
	var i := 0
	for element: Variant in container:
		if element is Dictionary or element is Array:
			fault = _nesting_in(element, above)
			if fault != null:
				fault.within(("[%d]" if is_list else "[key %d]") % i)
				break
		if not is_list:
			var value: Variant = container[element]
			if value is Dictionary or value is Array:
				fault = _nesting_in(value, above)
				if fault != null:
					var is_text := element is String or element is StringName
					fault.within(_step(str(element)) if is_text else "[entry %d]" % i)
					break
		i += 1
	above.pop_back()
	return fault


# Finds what JSON has no form for.
static func _fault_in(container: Variant) -> Fault:
	var is_list := not container is Dictionary
	var i := 0
	for element: Variant in container:
		var fault: Fault = null
		if not is_list and not element is String:
			fault = _fault_in_text(element)
			if fault != null:
				return fault.within("[key %d]" % i)
		var value: Variant = element if is_list else container[element]
		match typeof(value):
			TYPE_FLOAT:
				if is_nan(value as float):
					fault = Fault.new("NaN", NO_NAN)
				elif is_inf(value as float):
					fault = Fault.new("INF", NO_INFINITY)
			TYPE_OBJECT, TYPE_CALLABLE, TYPE_SIGNAL, TYPE_RID:
				fault = Fault.new(Text.type_of(value), INSIDE)
			TYPE_DICTIONARY, TYPE_ARRAY, TYPE_PACKED_FLOAT32_ARRAY, TYPE_PACKED_FLOAT64_ARRAY:
				fault = _fault_in(value)
		if fault != null:
			return fault.within("[%d]" % i if is_list else _step(str(element)))
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
