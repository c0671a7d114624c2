@tool
extends RefCounted
## Reads a log that was saved into a store, a part of it in each step.

const Batch := preload("batch.gd")
const Row := preload("message_row.gd")
const Store := preload("message_store.gd")
const Writer := preload("log_writer.gd")

const NUMBERS := {
	"n": "number",
	"time_us": "time",
	"socket": "socket",
	"size": "size",
	"ref": "ref",
	"join_ref": "join_ref",
	"push": "link",
	"took_us": "took",
	"flags": "flags",
}
const BEGINNING := '{"phoenix_log":'
const NEW_LINE := 0x0A
const END := 0x7D  # }
const TEXTS: Array[String] = ["topic", "event", "status", "line"]

## The error, with its line; empty if there is none.
var problem := ""
var store := Store.new()
## The game, as the log's first line describes it.
var game := {}

var _path: String
var _bytes: PackedByteArray
var _at := 0
var _line := 0
var _latest := 0
var _json := JSON.new()


func _init(path: String) -> void:
	_path = path
	_bytes = FileAccess.get_file_as_bytes(path)
	if FileAccess.get_open_error() != OK:
		problem = (
			"The log %s could not be opened: %s."
			% [path, error_string(FileAccess.get_open_error())]
		)


## Reads for about so long. Returns whether it is done, also for having failed.
func step(microseconds: int) -> bool:
	var until := Time.get_ticks_usec() + microseconds
	while not problem and (_at < _bytes.size() or _line == 0):
		_read_line()
		if Time.get_ticks_usec() >= until:
			break
	return not problem.is_empty() or _at >= _bytes.size()


# Bytes that do not belong to a log are not converted to text, which would cause engine errors.
func _read_line() -> void:
	var end := _bytes.find(NEW_LINE, _at)
	var line := _bytes.slice(_at, end if end >= 0 else _bytes.size())
	_at = end + 1 if end >= 0 else _bytes.size()
	_line += 1
	if _line == 1 and line.slice(0, BEGINNING.length()) != BEGINNING.to_utf8_buffer():
		_fail("this is not a log that was saved in the Phoenix tab")
		return
	if line.is_empty():
		return
	if line[-1] != END:
		_fail("the line is cut off")
	elif _json.parse(line.get_string_from_utf8()) != OK or not _json.data is Dictionary:
		_fail("this is not a JSON object")
	elif _line == 1:
		_read_head(_json.data as Dictionary)
	else:
		_read_row(_json.data as Dictionary)


func _read_head(head: Dictionary) -> void:
	if not head.phoenix_log is float or int(head.phoenix_log) != Writer.FORMAT:
		_fail("the log has the format %s, this editor reads %d" % [head.phoenix_log, Writer.FORMAT])
	game = head


func _read_row(line: Dictionary) -> void:
	var row := Row.new()
	row.kind = Writer.KINDS.find(line.get("kind"))
	if row.kind < 0:
		_fail('"kind" is %s, not one of %s' % [line.get("kind"), ", ".join(Writer.KINDS)])
		return
	for title: String in NUMBERS:
		if line.get(title, 0.0) is float:
			row.set(NUMBERS[title], int(line.get(title, row.get(NUMBERS[title]))))
		else:
			_fail('"%s" is not a number' % title)
	for title: String in TEXTS:
		if line.get(title, "") is String:
			row.set(title, line.get(title, ""))
		else:
			_fail('"%s" is not a text' % title)
	_read_payload(line, row)
	if row.number < 0:
		_fail('"n" is %d' % row.number)
	elif row.number < _latest:
		_fail('"n" is %d, after %d' % [row.number, _latest])
	_latest = row.number
	if not problem:
		store.append_row(row)


func _read_payload(line: Dictionary, row: Row) -> void:
	row.flags &= ~Batch.Flag.BINARY
	if line.has("binary"):
		row.flags |= Batch.Flag.BINARY
		var text: String = line.binary if line.binary is String else "?"
		if not _is_base64(text):
			_fail('"binary" is not base64')
			return
		row.payload = Marshalls.base64_to_raw(text)
	elif line.get("payload", "") is String:
		row.payload = (line.get("payload", "") as String).to_utf8_buffer()
	else:
		_fail('"payload" is not a text')


func _fail(why: String) -> void:
	if problem.is_empty():
		problem = "%s, line %d: %s." % [_path, _line, why]


# Asked before, as text that is not is an engine error.
static func _is_base64(text: String) -> bool:
	var rest := text.rstrip("=")
	return (
		text.length() % 4 == 0
		and text.length() - rest.length() <= 2
		and rest.to_utf8_buffer().size() == rest.length()
		and RegEx.create_from_string("^[A-Za-z0-9+/]*$").search(rest) != null
	)
