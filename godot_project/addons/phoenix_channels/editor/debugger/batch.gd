@tool
extends RefCounted
## A batch of rows as the game sends it: an Array of columns. All from KINDS to ENDS have one entry
## for each row.

enum Column {
	FIRST,
	DROPPED,
	NEW_TABLE,
	STRINGS,
	KINDS,
	FLAGS,
	SOCKETS,
	TIMES,
	TOPICS,
	EVENTS,
	STATUSES,
	SIZES,
	TOOK,
	LINKS,
	REFS,
	JOIN_REFS,
	LINES,
	ENDS,
	BYTES,
}

enum Kind { RECEIVED, SENT, HAPPENING }

enum Flag { BINARY = 1, CUT = 2, HIDDEN = 4, ERROR = 8 }

const TYPES: Array[Variant.Type] = [
	TYPE_INT,
	TYPE_INT,
	TYPE_BOOL,
	TYPE_PACKED_STRING_ARRAY,
	TYPE_PACKED_BYTE_ARRAY,
	TYPE_PACKED_BYTE_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT64_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT64_ARRAY,
	TYPE_PACKED_INT64_ARRAY,
	TYPE_PACKED_INT64_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_INT32_ARRAY,
	TYPE_PACKED_BYTE_ARRAY,
]


## What is wrong with the data of a message that should have a batch; empty when nothing is.
static func problem_of(data: Array) -> String:
	if data.size() != 1 or not data[0] is Array:
		return "a batch is not an Array"
	var batch: Array = data[0]
	if batch.size() != TYPES.size():
		return "a batch has %d columns, not %d" % [batch.size(), TYPES.size()]
	for i: int in TYPES.size():
		if typeof(batch[i]) != TYPES[i]:
			return "column %d of a batch is a %s" % [i, type_string(typeof(batch[i]))]
	var rows := rows_of(batch)
	for i: int in range(Column.KINDS, Column.ENDS + 1):
		var entries: int = batch[i].size()
		if entries != rows:
			return "column %d of a batch has %d entries for %d rows" % [i, entries, rows]
	if batch[Column.FIRST] < 0:
		return "a batch begins with row %d" % batch[Column.FIRST]
	return ""


static func rows_of(batch: Array) -> int:
	return (batch[Column.KINDS] as PackedByteArray).size()
