## Reads JSON as it is typed: says where a mistake is, by line and column, and keeps integers as
## integers, which Godot's own [JSON] makes floats.
extends RefCounted

const JsonReader := preload("res://screens/control_room/json_reader.gd")

const BLANKS := " \t\r\n"
const WORDS := {"true": true, "false": false, "null": null}
const MAX_DEPTH := 64
## Longer ones may not fit into 64 bits.
const MAX_INTEGER_LENGTH := 18

## What was read, and what is wrong; empty when nothing is.
var value: Variant
var error := ""

var _text: String
var _at := 0
var _depth := 0


## Reads one object; no text at all is an empty one.
static func read_object(text: String) -> JsonReader:
	var reader := JsonReader.new()
	reader._text = "{}" if text.strip_edges() == "" else text
	reader.value = reader._read_whole()
	if reader.error == "" and not reader.value is Dictionary:
		reader._at = 0
		reader._fail("an object in braces is expected here")
	if reader.error != "":
		reader.value = {}
	return reader


func _read_whole() -> Variant:
	var read: Variant = _read_value()
	_skip_blanks()
	if _at < _text.length():
		_fail("this is more than one value")
	return read


func _read_value() -> Variant:
	_skip_blanks()
	var next := _peek()
	if next == "{":
		return _read_dictionary()
	if next == "[":
		return _read_array()
	if next == '"':
		return _read_string()
	if next == "-" or next.is_valid_int():
		return _read_number()
	for word: String in WORDS:
		if _text.substr(_at, word.length()) == word:
			_at += word.length()
			return WORDS[word]
	return _fail(
		"a value is missing" if next == "" or next in ",]}" else "this is not a JSON value"
	)


func _read_dictionary() -> Variant:
	var read := {}
	if not _open():
		return null
	while _another("}", read.is_empty()):
		_skip_blanks()
		if _peek() != '"':
			return _fail("a key in double quotes is expected here")
		var key: Variant = _read_string()
		_skip_blanks()
		if error == "" and _peek() != ":":
			return _fail("a colon is missing after the key")
		_at += 1
		read[key] = _read_value()
	return read


func _read_array() -> Variant:
	var read := []
	if not _open():
		return null
	while _another("]", read.is_empty()):
		read.append(_read_value())
	return read


func _open() -> bool:
	_at += 1
	_depth += 1
	if _depth > MAX_DEPTH:
		_fail("this is nested too deeply")
	return error == ""


## Whether another element follows: steps over the comma before it, or over the end.
func _another(end: String, is_first: bool) -> bool:
	_skip_blanks()
	if error != "":
		return false
	if _peek() == end:
		_at += 1
		_depth -= 1
		return false
	if is_first:
		return true
	if _peek() != ",":
		_fail("a comma or %s is missing" % end)
		return false
	_at += 1
	return true


## Finds the end; what is in between, escapes and all, Godot can read.
func _read_string() -> Variant:
	var begin := _at
	_at += 1
	while _at < _text.length() and _text[_at] not in '"\n':
		_at += 2 if _text[_at] == "\\" else 1
	if _peek() != '"':
		_at = mini(_at, _text.length())
		return _fail("the closing quote is missing")
	_at += 1
	var json := JSON.new()
	if json.parse(_text.substr(begin, _at - begin)) != OK:
		_at = begin
		return _fail("this string cannot be read (%s)" % json.get_error_message().to_lower())
	return json.data


func _read_number() -> Variant:
	var pattern := RegEx.create_from_string("\\G-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")
	var found := pattern.search(_text, _at)
	if found == null:
		return _fail("this is not a number")
	_at = found.get_end()
	var number := found.get_string()
	var fits := number.is_valid_int() and number.length() <= MAX_INTEGER_LENGTH
	return number.to_int() if fits else number.to_float()


func _skip_blanks() -> void:
	while _at < _text.length() and _text[_at] in BLANKS:
		_at += 1


func _peek() -> String:
	return _text.substr(_at, 1)


## Notes the first mistake, with its place.
func _fail(what: String) -> Variant:
	if error == "":
		var before := _text.left(_at)
		var line := before.count("\n") + 1
		error = "Line %d, column %d: %s" % [line, _at - before.rfind("\n"), what]
		_at = _text.length()
	return null
