extends RefCounted
## What a state or a diff does to a list of presences, as in the official client: for games that
## sync by hand.

const Payload := preload("payload.gd")
const Text := preload("text.gd")

## What joined and left, as on_join and on_leave tell it.
var joins: Array[Dictionary] = []
var leaves: Array[Dictionary] = []
## What is wrong with what was given; empty if nothing is.
var problem := ""

var _list: Dictionary


## [param list] is changed.
func _init(list: Dictionary) -> void:
	_list = list


func take_state(given: Dictionary) -> void:
	_check(given)
	var state := {} if problem else _presences(given, "state")
	if problem:
		return
	apply(_difference(state, _list), _difference(_list, state))


func take_diff(given: Dictionary) -> void:
	_check(given)
	if problem:
		return
	var parts := {"joins": {}, "leaves": {}}
	for part: String in parts:
		if not given.has(part):
			continue
		if given[part] is Dictionary:
			parts[part] = _presences(given[part] as Dictionary, "diff")
		else:
			problem = "malformed presence diff: %s is not a Dictionary" % part
		if problem:
			return
	apply(parts.joins as Dictionary, parts.leaves as Dictionary)


## What is known already, or not there, changes nothing.
func apply(joined: Dictionary, left: Dictionary) -> void:
	for key: String in joined:
		var entry: Dictionary = joined[key]
		var current: Variant = _list.get(key)
		if current == null:
			_list[key] = entry
			joins.append({"key": key, "current_presence": null, "new_presence": entry})
			continue
		var added := _without(entry, current as Dictionary)
		var kept := _without(current as Dictionary, entry)
		_list[key] = _with(entry, kept + (entry.metas as Array))
		if not added.is_empty():
			joins.append(
				{"key": key, "current_presence": current, "new_presence": _with(entry, added)}
			)
	for key: String in left:
		if not _list.has(key):
			continue
		var current: Dictionary = _list[key]
		var rest := _without(current, left[key] as Dictionary)
		if rest.size() == (current.metas as Array).size():
			continue
		var remaining := _with(current, rest)
		if rest.is_empty():
			_list.erase(key)
		else:
			_list[key] = remaining
		leaves.append({"key": key, "current_presence": remaining, "left_presence": left[key]})


## Makes a shared value read-only, including its contents.
static func freeze(value: Variant) -> void:
	if value is Dictionary:
		for key: Variant in value as Dictionary:
			freeze((value as Dictionary)[key])
		(value as Dictionary).make_read_only()
	elif value is Array:
		for element: Variant in value as Array:
			freeze(element)
		(value as Array).make_read_only()


## An entry of nobody.
static func emptied(entry: Dictionary) -> Dictionary:
	return _with(entry, [])


func _check(given: Dictionary) -> void:
	var fault := Payload.fault_of(given)
	if fault != null:
		problem = "%s cannot be in a presence: %s" % [fault.value(), fault.reason.get_slice(";", 0)]


# The entries that a state names, without those that nobody is under.
func _presences(given: Dictionary, what: String) -> Dictionary:
	var state := given.duplicate(true)
	var presences := {}
	for key: Variant in state:
		var wrong := _problem_of(state[key])
		if wrong:
			problem = ("malformed presence %s: key %s: %s" % [what, Text.quote(str(key)), wrong])
			return {}
		if not (state[key].metas as Array).is_empty():
			freeze(state[key])
			presences[str(key)] = state[key]
	return presences


static func _problem_of(entry: Variant) -> String:
	if not entry is Dictionary:
		return "it is %s, not a Dictionary" % Text.type_of(entry)
	var metas: Variant = (entry as Dictionary).get("metas")
	if not metas is Array:
		return "no metas"
	for meta: Variant in metas as Array:
		if not meta is Dictionary:
			return "a meta is %s, not a Dictionary" % Text.type_of(meta)
	return ""


static func _with(entry: Dictionary, metas: Array) -> Dictionary:
	var changed := entry.duplicate()
	changed.erase("metas")
	changed["metas"] = metas
	metas.make_read_only()
	changed.make_read_only()
	return changed


# The entries, with those of their metas, that one list has and another does not.
static func _difference(list: Dictionary, other: Dictionary) -> Dictionary:
	var difference := {}
	for key: String in list:
		var entry: Dictionary = list[key]
		if not other.has(key):
			difference[key] = entry
			continue
		var metas := _without(entry, other[key] as Dictionary)
		if not metas.is_empty():
			difference[key] = _with(entry, metas)
	return difference


# The metas of an entry whose refs another does not have.
static func _without(entry: Dictionary, other: Dictionary) -> Array:
	var refs := {}
	for meta: Dictionary in other.metas as Array:
		refs[meta.get("phx_ref", "")] = true
	return (entry.metas as Array).filter(
		func(meta: Dictionary) -> bool: return not refs.has(meta.get("phx_ref", ""))
	)
