# gdlint: disable=max-public-methods
## Payloads that travel: each type of Variant out, each kind of JSON in.
extends "res://phoenix_case.gd"

const NOT_ON_WEB := {
	"test_bytes_that_are_not_utf8_become_replacement_characters": "a browser ends the connection",
}

const RawServer := preload("res://raw_server.gd")
const TOPIC := "room:raw"

const INT_MAX := 9_223_372_036_854_775_807
const INT_MIN := -INT_MAX - 1

var _raw: RawServer
var _channel: PhoenixChannel


func test_numbers_come_back_as_they_went() -> void:
	await _echoes(
		{
			"zero": 0,
			"one": 1,
			"minus one": -1,
			"2^31": 2_147_483_648,
			"-2^31-1": -2_147_483_649,
			"2^53+1": 9_007_199_254_740_993,
			"largest int": INT_MAX,
			"smallest int": INT_MIN,
			"0.0": 0.0,
			"1.0": 1.0,
			"0.1": 0.1,
			"0.1+0.2": 0.1 + 0.2,
			"third": 1.0 / 3.0,
			"1e21": 1e21,
			"1e22": 1e22,
			"1e-7": 1e-7,
			"largest": 1.7976931348623157e308,
			"smallest normal": 2.2250738585072014e-308,
			"subnormal": _float_of_bits(1),
			"some subnormal": _float_of_bits(0x000f_ffff_ffff_ffff),
			"2^63 as a float": 9_223_372_036_854_775_808.0,
			"a time": 1_700_000_000.123,
		}
	)


func test_negative_zero_keeps_its_sign() -> void:
	var sent := {"zero": _float_of_bits(INT_MIN)}
	var reply := (await _echo(sent)) as Dictionary
	equal(var_to_bytes(reply.zero), var_to_bytes(sent.zero), "the bits of -0.0")


func test_texts_come_back_as_they_went() -> void:
	await _echoes(
		{
			"empty": "",
			"escapes": 'quote " backslash \\ slash / tab \t newline \n return \r \b \f',
			"control characters": String.chr(1) + String.chr(31) + String.chr(127),
			"two bytes": "žluťoučký kůň",
			"three bytes": "日本語",
			"surrogate pairs": "😀🎮𝄞" + String.chr(0x10ffff),
			"joined emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
			"combining": "e\u0301",
			"separators": "\u2028\u2029",
			"byte order mark": "\ufeffa",
			"right to left": "\u202eabc",
			"html": "</script><!--",
			"like JSON": '{"a":[1,2]}',
			"long": "é😀".repeat(10_000),
		}
	)


func test_keys_come_back_as_they_went() -> void:
	await _echoes(
		{
			"": "the empty key",
			" ": "a blank",
			"ключ": 1,
			"😀": 2,
			'quote "': 3,
			"a.b": 4,
			"tab\t": 5,
			"long".repeat(100): 6,
			"1": "a number as text",
			"null": null,
		}
	)


func test_nested_values_come_back_as_they_went() -> void:
	await _echoes(
		{
			"null": null,
			"true": true,
			"false": false,
			"empty array": [],
			"empty dictionary": {},
			"array of all": [null, true, 1, 1.5, "x", [], {}],
			"arrays": [[[]], [[1], [2, [3]]]],
			"dictionaries": {"a": {"b": {"c": {}}}},
			"many": range(10_000),
		}
	)


func test_five_hundred_and_twelve_levels_come_back_as_they_went() -> void:
	var deep: Variant = []
	for i: int in 510:
		deep = [deep] if i % 2 == 0 else {"in": deep}
	var sent := {"deep": deep}
	# Not by equal(), as GDScript does not call itself that often.
	check(var_to_bytes(await _echo(sent)) == var_to_bytes(sent), "the same")


func test_order_of_keys_is_kept() -> void:
	await _open_raw()
	_channel.push("probe", {"z": 1, "a": {"y": 1, "b": 2}, "m": 3})
	equal(await _sent(), '{"z":1,"a":{"y":1,"b":2},"m":3}', "the text")
	_raw.say('[null,null,"%s","probe",{"z":1,"a":{"y":1,"b":2},"m":3}]' % TOPIC)
	var event := await await_signal(_channel.on_event)
	equal((event[1] as Dictionary).keys(), ["z", "a", "m"], "the keys")
	equal((event[1].a as Dictionary).keys(), ["y", "b"], "the keys inside")


func test_strings_of_other_kinds_arrive_as_strings() -> void:
	var reply := (await _echo({&"name": &"jump", "path": ^"/root/Player:position"})) as Dictionary
	equal(reply, {"name": "jump", "path": "/root/Player:position"}, "the reply")


func test_typed_containers_arrive_as_plain_ones() -> void:
	var ints: Array[int] = [1, 2, 3]
	var names: Array[StringName] = [&"a", &"b"]
	var nested: Array[Dictionary] = [{"a": 1}, {}]
	var sent := {"ints": ints, "names": names, "nested": nested}
	var expected := {"ints": [1, 2, 3], "names": ["a", "b"], "nested": [{"a": 1}, {}]}
	if Engine.get_version_info().hex >= 0x040400:  # older ones cannot read the syntax
		var script := GDScript.new()
		script.source_code = 'static var typed: Dictionary[String, int] = {"a": 1}'
		script.reload()
		sent.typed = script.get("typed")
		expected.typed = {"a": 1}
	equal(await _echo(sent), expected, "the reply")


func test_packed_arrays_arrive_as_arrays() -> void:
	var sent := {
		"int32": PackedInt32Array([1, -2, 2_147_483_647]),
		"int64": PackedInt64Array([INT_MAX, INT_MIN]),
		"float32": PackedFloat32Array([0.5, -1.25]),
		"float64": PackedFloat64Array([0.1, 1e22]),
		"strings": PackedStringArray(["", "é😀"]),
		"none": PackedInt32Array(),
	}
	var expected := {
		"int32": [1, -2, 2_147_483_647],
		"int64": [INT_MAX, INT_MIN],
		"float32": [0.5, -1.25],
		"float64": [0.1, 1e22],
		"strings": ["", "é😀"],
		"none": [],
	}
	equal(await _echo(sent), expected, "the reply")


func test_everything_else_goes_out_as_json_stringify_writes_it() -> void:
	await _open_raw()
	var values := _values_without_json()
	for title: String in values:
		for payload: Dictionary in [{"v": values[title]}, {"v": [{"in": [values[title]]}]}]:
			_channel.push("probe", payload)
			equal(await _sent(), JSON.stringify(payload, "", false), title)


func test_keys_that_are_no_strings_go_out_as_json_stringify_writes_them() -> void:
	await _open_raw()
	for key: Variant in [
		1,
		INT_MIN,
		1.5,
		true,
		null,
		&"name",
		^"a/b",
		Vector2i(1, 2),
		Vector3(1, 2, 3),
		Color.RED,
		[1, "a"],
		{"a": 1},
		PackedInt32Array([1, 2]),
		PackedByteArray([1, 2])
	]:
		var payload := {key: "v", "last": {key: 1}}
		_channel.push("probe", payload)
		equal(await _sent(), JSON.stringify(payload, "", false), "the key %s" % [key])


func test_floats_go_out_with_all_their_digits_and_as_floats() -> void:
	await _open_raw()
	var payload := {
		"v": [0.1, 1.0, -0.5, 1e21, 1e22, 1e-7, 0.1 + 0.2, 123456789.0, _float_of_bits(1)]
	}
	_channel.push("probe", payload)
	equal(
		await _sent(),
		'{"v":[0.1,1.0,-0.5,1e+21,1e+22,1e-07,0.30000000000000004,123456789.0,5e-324]}',
		"the text"
	)


func test_bytes_inside_of_a_payload_are_text_and_a_payload_of_bytes_is_binary() -> void:
	var channel := await joined(await open_socket())
	var bytes := PackedByteArray([0, 1, 127, 128, 254, 255])
	var reply := await reply_to(channel.push("echo", {"bytes": bytes}))
	equal((reply[1] as Dictionary).bytes, str(bytes), "bytes inside")

	equal(await reply_to(channel.push("binary", bytes)), ["ok", bytes], "as a reply")
	var events := record(channel.on_event)
	channel.push("push_binary", bytes)
	channel.push("broadcast_binary", bytes)
	channel.push("shout", bytes)
	await wait_until(func() -> bool: return not events.calls_with("shout").is_empty(), "shout")
	equal(events.calls_with("bin"), [["bin", bytes, "ok"]] as Array[Array], "as a push")
	equal(events.calls_with("bin_all"), [["bin_all", bytes, "ok"]] as Array[Array], "a broadcast")
	equal(events.calls_with("shout"), [["shout", bytes, "ok"]] as Array[Array], "an own broadcast")


func test_numbers_of_the_server_that_are_too_large_become_floats() -> void:
	for row: Array in [
		["9223372036854775807", INT_MAX],
		["-9223372036854775808", INT_MIN],
		["9223372036854775808", 9223372036854775808.0],
		["-9223372036854775809", -9223372036854775809.0],
		["12345678901234567890", 12345678901234567890.0],
		["123456789012345678901234567890", 123456789012345678901234567890.0],
		["1e400", INF],
		["-1e400", -INF],
		["1e-400", 0.0],
		["1E2", 100.0],
		["1e2", 100.0],
		["1.0", 1.0],
		["1", 1],
		["-0", 0],
		["5e-324", _float_of_bits(1)],
		["0.1000000000000000055511151231257827021181583404541015625", 0.1],
	]:
		equal(await _received(row[0] as String), row[1], "%s" % [row[0]])


func test_hard_texts_of_the_server() -> void:
	for row: Array in [
		['"\\u00e9\\u2713"', "é✓"],
		['"\\ud83d\\ude00"', "😀"],
		['"\\ud83d"', "\ufffd"],
		['"\\ude00x"', "\ufffdx"],
		['"\\ud83d\\u0041"', "\ufffdA"],
		['"\\ud83d\\ud83d\\ude00"', "\ufffd😀"],
		['"a\\u0000b"', "a\ufffdb"],
		['"\\/\\b\\f\\n\\r\\t\\"\\\\"', '/\b\f\n\r\t"\\'],
		['"\\u202e\\ufeff"', "\u202e\ufeff"],
	]:
		equal(await _received(row[0] as String), row[1], "%s" % [row[0]])


func test_bytes_that_are_not_utf8_become_replacement_characters() -> void:
	await _open_raw()
	var frame := ('[null,null,"%s","probe",{"v":"a_b"}]' % TOPIC).to_utf8_buffer()
	frame[frame.find("_".unicode_at(0))] = 0xff
	_raw.say_bytes(frame)
	# A text frame must be UTF-8 (RFC 6455, 8.1). What is not is skipped or repaired, and all goes
	# on.
	equal(await _received("1"), 1, "the next message")


func test_hard_text_and_numbers_of_a_real_server() -> void:
	var channel := await joined(await open_socket())
	var reply := (await reply_to(channel.push("unicode")))[1] as Dictionary
	var text := 'tab\t quote" back\\ nul\ufffd é ✓ 😀 </script> \u2028'
	equal(
		reply,
		{
			"big": 12345678901234567890.0,
			"f": 1e22,
			"i": 3,
			"neg0": _float_of_bits(INT_MIN),
			"s": text
		},
		"the reply"
	)


func test_equal_keys_of_the_server_the_last_one_counts() -> void:
	equal(await _received('{"a":1,"b":2,"a":3}'), {"a": 3, "b": 2}, "equal keys")
	equal(await _received('{"a":{"x":1},"a":{"y":2}}'), {"a": {"y": 2}}, "equal keys of objects")
	equal(await _received('{"a":1,"\\u0061":2}'), {"a": 2}, "a key and its escaped form")


func test_deep_json_of_the_server() -> void:
	await _open_raw()
	var messages := record((_channel.get_parent() as PhoenixSocket).on_error)
	for depth: int in [511, 512, 5_000, 100_000]:
		_raw.say(
			'[null,null,"%s","deep",{"v":%s}]' % [TOPIC, "[".repeat(depth) + "]".repeat(depth)]
		)
	var events := record(_channel.on_event)
	equal(await _received("1"), 1, "the next message")

	equal(events.calls_with("deep").size(), 1, "those that nest 512 levels at most")
	var value: Variant = events.calls_with("deep")[0][1].v
	for i: int in 510:
		value = value[0]
	equal(value, [], "the innermost")
	equal(messages.calls.size(), 3, "the socket's on_error")
	for call: Array in messages.calls:
		check("nests deeper than 512 levels" in str(call[0].message), "the reason: %s" % [call])


func test_what_is_no_message_is_skipped_and_counted() -> void:
	await _open_raw()
	var socket := _channel.get_parent() as PhoenixSocket
	var errors := record(socket.on_error)
	var bad: Array[String] = [
		"",
		"x",
		"{}",
		"[]",
		"null",
		'[null,null,"t","e"]',
		"[1,2,3,4,5]",
		'[null,null,"t","e",{}',
		'[null,null,"t","e",{}]x',
		'[null,null,"t","e",{"a":01}]',
		'[null,null,"t","e",{"a":\n"\t"}]'
	]
	for text: String in bad:
		_raw.say(text)
	equal(await _received('"after"'), "after", "the next message")
	equal(socket.get_statistics().malformed_messages, bad.size(), "malformed_messages")
	equal(errors.calls.size(), bad.size(), "on_error")
	check(socket.get_is_connected(), "still connected")


func test_payloads_of_the_server_may_be_any_json() -> void:
	await _open_raw()
	for row: Array in [
		["null", null], ["true", true], ["7", 7], ['"x"', "x"], ["[1,[2]]", [1, [2]]], ["{}", {}]
	]:
		_raw.say('[null,null,"%s","probe",%s]' % [TOPIC, row[0]])
		var event := await await_signal(_channel.on_event)
		equal(event, ["probe", row[1], "ok"], "the payload %s" % [row[0]])


func test_eight_megabytes_both_ways() -> void:
	# The server takes 10,000,000 bytes in a frame, but 8,000,000 in several, as a browser sends
	# them.
	var most := 7_900_000 if OS.has_feature("web") else 9_900_000
	var channel := await joined(await open_socket())
	var text := "0123456789abcdé".repeat(mini(8 << 20, most) / 16)
	var reply := await reply_to(channel.push("echo", {"text": text}), 15_000)
	check(reply[0] == "ok" and reply[1].text == text, "8 MiB of text came back")

	reply = await reply_to(channel.push("big", {"size": 8_000_000}), 15_000)
	equal(str(reply[1].data).length(), 8_000_000, "the server's 8 MB")

	var bytes := PackedByteArray()
	bytes.resize(most)
	for i: int in range(0, bytes.size(), 997):
		bytes[i] = i % 251
	reply = await reply_to(channel.push("binary", bytes), 15_000)
	check(reply[0] == "ok" and reply[1] == bytes, "as many bytes came back, status %s" % [reply[0]])


func _echo(payload: Dictionary) -> Variant:
	if _channel == null:
		_channel = await joined(await open_socket())
	var reply := await reply_to(_channel.push("echo", payload))
	equal(reply[0], "ok", "status")
	return reply[1]


## Each value comes back from the server as it went.
func _echoes(values: Dictionary) -> void:
	var reply := (await _echo(values)) as Dictionary
	equal(reply.size(), values.size(), "the number of keys")
	for key: Variant in values:
		equal(reply.get(key), values[key], "%s" % [key])


func _open_raw() -> void:
	if _raw != null:
		return
	_raw = RawServer.new()
	add_child(_raw)
	_channel = await joined(await open_socket({}, _raw.url), TOPIC)


## The payload's text of the next push that the server hears.
func _sent() -> String:
	await wait_until(func() -> bool: return not _raw.heard.is_empty(), "a push")
	var text := "" if _raw.heard.is_empty() else _raw.heard.pop_front() as String
	return text.get_slice(',"probe",', 1).trim_suffix("]")


## The value that arrives when the server writes this.
func _received(json: String) -> Variant:
	await _open_raw()
	var events := record(_channel.on_event)
	_raw.say('[null,null,"%s","probe",{"v":%s}]' % [TOPIC, json])
	if not await wait_until(
		func() -> bool: return not events.calls_with("probe").is_empty(), "the message %s" % json
	):
		return null
	return (events.calls_with("probe")[0][1] as Dictionary).get("v")


func _float_of_bits(bits: int) -> float:
	var bytes := PackedByteArray()
	bytes.resize(8)
	bytes.encode_s64(0, bits)
	return bytes.decode_double(0)


## A value of each type that JSON lacks.
func _values_without_json() -> Dictionary:
	return {
		"Vector2": Vector2(1, -2.5),
		"Vector2i": Vector2i(1, -2),
		"Rect2": Rect2(1, 2, 3.5, 4),
		"Rect2i": Rect2i(1, 2, 3, 4),
		"Vector3": Vector3(0.1, 1e10, -1e-5),
		"Vector3 not finite": Vector3(INF, -INF, NAN),
		"Vector3i": Vector3i(1, 2, 3),
		"Transform2D": Transform2D(0.5, Vector2(1, 2)),
		"Vector4": Vector4(1, 2, 3, 4.25),
		"Vector4i": Vector4i(1, 2, 3, 4),
		"Plane": Plane(0, 1, 0, 2.5),
		"Quaternion": Quaternion(0.1, 0.2, 0.3, 0.9),
		"AABB": AABB(Vector3(1, 2, 3), Vector3(4, 5, 6)),
		"Basis": Basis(Vector3.UP, 0.5),
		"Transform3D": Transform3D(Basis(Vector3.RIGHT, 0.5), Vector3(1, 2, 3)),
		"Projection": Projection.create_perspective(70, 1.5, 0.1, 100),
		"Color": Color(0.1, 0.25, 1, 0.5),
		"StringName": &'a "name"',
		"NodePath": ^"/root/A/B:position:x",
		"PackedByteArray": PackedByteArray([0, 128, 255]),
		"PackedVector2Array": PackedVector2Array([Vector2(1, 2), Vector2(-0.5, 3)]),
		"PackedVector3Array": PackedVector3Array([Vector3(1, 2, 3)]),
		"PackedColorArray": PackedColorArray([Color.RED, Color(0, 0, 0, 0.5)]),
		"empty PackedVector2Array": PackedVector2Array(),
		"int": 1,
		"text": "é😀",
		"nothing": null,
	}
