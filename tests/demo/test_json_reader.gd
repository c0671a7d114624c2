## What is typed as JSON: read like Godot's own reader does, but for integers, and with the place of
## a mistake.
extends "res://demo_case.gd"

const JsonReader := preload("res://screens/control_room/json_reader.gd")


func test_reads_what_json_allows() -> void:
	var texts := [
		"{}",
		' {"a" : [ ] , "b":{}}\n',
		'{"a": [1.5, -0.25, 1e3, 2E-2], "b": [true, false, null]}',
		'{"text": "a\\n\\"b\\" \\u00e9 \\\\ / \\/ \\ud83d\\ude00 é"}',
		'{"": {"": {"": [[[{}]]]}}}',
		'{"a": 1.0, "a": 2.0}',
	]
	for text: String in texts:
		var read := JsonReader.read_object(text)
		equal(read.error, "", text)
		equal(JSON.stringify(read.value), JSON.stringify(JSON.parse_string(text)), text)


func test_keeps_integers() -> void:
	var read := JsonReader.read_object(
		'{"n": [0, -7, 9007199254740993, -0, 1.0, 99999999999999999999]}'
	)
	equal(read.value, {"n": [0, -7, 9007199254740993, 0, 1.0, 1e20]}, "the numbers")


func test_nothing_is_an_empty_object() -> void:
	equal(JsonReader.read_object(" \n").value, {}, "the value")


func test_tells_where_a_mistake_is() -> void:
	var mistakes := {
		"{": "Line 1, column 2: a key",
		'{"a"}': "Line 1, column 5: a colon",
		'{"a":}': "Line 1, column 6: a value is missing",
		'{"a": 1,}': "Line 1, column 9: a key",
		'{"a": 1 "b": 2}': "Line 1, column 9: a comma or }",
		'{"a": [1, 2}': "Line 1, column 12: a comma or ]",
		'{"a": [1,]}': "Line 1, column 10: a value is missing",
		"{a: 1}": "Line 1, column 2: a key in double quotes",
		'{"a": yes}': "Line 1, column 7: this is not a JSON value",
		'{"a": 01}': "Line 1, column 8: a comma or }",
		'{"a": -}': "Line 1, column 7: this is not a number",
		'{"a": "b': "Line 1, column 9: the closing quote",
		'{"a": "b\n"}': "Line 1, column 9: the closing quote",
		'{"a": "\\x"}': "Line 1, column 7: this string",
		'{"a": 1} 2': "Line 1, column 10: this is more",
		'{"a":\n  1,\n "b"\n}': "Line 4, column 1: a colon",
		"[1]": "Line 1, column 1: an object",
		"12": "Line 1, column 1: an object",
	}
	for text: String in mistakes:
		var read := JsonReader.read_object(text)
		check(read.error.begins_with(mistakes[text] as String), "%s: %s" % [text, read.error])
		equal(read.value, {}, "the value of %s" % text)


func test_deep_nesting_is_refused() -> void:
	var read := JsonReader.read_object('{"a":' + "[".repeat(100_000))
	check(read.error.contains("too deep"), read.error)
