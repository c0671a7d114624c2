@tool
extends RefCounted
## Writes the rows of a store to a file, one line of JSON each, a part of them in each step.

const Batch := preload("batch.gd")
const Row := preload("message_row.gd")
const Store := preload("message_store.gd")

const FORMAT := 1
const KINDS := ["in", "out", "happening"]

## The error; empty if there is none.
var problem := ""
## How many rows have been written.
var written := 0

var _path: String
var _store: Store
var _file: FileAccess
var _next: int
var _end: int


## [param game] describes the game, as in the log's first line.
func _init(path: String, store: Store, game: Dictionary) -> void:
	_path = path
	_store = store
	_next = store.first
	_end = store.end
	_file = FileAccess.open(path, FileAccess.WRITE)
	if _file == null:
		_fail(FileAccess.get_open_error())
		return
	var head := {"phoenix_log": FORMAT, "saved": Time.get_datetime_string_from_system(true) + "Z"}
	head.merge(game)
	_file.store_line(JSON.stringify(head, "", false))


## Writes for about so long. Returns whether it is done, also for having failed.
func step(microseconds: int) -> bool:
	var until := Time.get_ticks_usec() + microseconds
	while not problem and _next < _end and Time.get_ticks_usec() < until:
		_next = maxi(_next, _store.first)  # rows may be dropped meanwhile
		_file.store_line(JSON.stringify(_line(_store.row_at(_next)), "", false))
		_next += 1
		written += 1
		if _file.get_error() != OK:
			_fail(_file.get_error())
	if _next >= _end and _file != null:
		_file.close()
		_file = null
	return _file == null


func _fail(error: Error) -> void:
	problem = "The log could not be saved to %s: %s." % [_path, error_string(error)]
	_file = null


# What is not there is left out.
static func _line(row: Row) -> Dictionary:
	var line := {"n": row.number, "kind": KINDS[row.kind], "time_us": row.time}
	for title: String in ["socket", "size"]:
		if row.get(title) != 0:
			line[title] = row.get(title)
	for title: String in ["topic", "event", "status", "line"]:
		if row.get(title):
			line[title] = row.get(title)
	for title: String in ["ref", "join_ref"]:
		if row.get(title) >= 0:
			line[title] = row.get(title)
	if row.link >= 0:
		line.push = row.link
		line.took_us = row.took
	if row.flags & ~Batch.Flag.BINARY:
		line.flags = row.flags & ~Batch.Flag.BINARY
	if row.is_binary():
		line.binary = Marshalls.raw_to_base64(row.payload)
	elif row.payload:
		line.payload = row.text()
	return line
