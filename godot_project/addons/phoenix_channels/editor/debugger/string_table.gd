@tool
extends RefCounted
## The texts that a range of rows shares. A row has their positions in it; 0 is the empty text.

var texts := PackedStringArray([""])

var _ids := {}


func append(more: PackedStringArray) -> void:
	texts.append_array(more)


## Anything may come from a game, so a position that is out of range is the empty text.
func text(id: int) -> String:
	return texts[id] if id >= 0 and id < texts.size() else ""


## The position of [param wanted], which is added if it is new: in a table of the editor's own.
func id_of(wanted: String) -> int:
	if _ids.is_empty():
		_ids[""] = 0
	if not _ids.has(wanted):
		_ids[wanted] = texts.size()
		texts.append(wanted)
	return _ids[wanted]
