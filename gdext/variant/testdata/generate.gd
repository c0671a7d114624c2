extends SceneTree
## Writes golden.json: what the engine itself makes of a table of values, in both directions.
##
## Rerun it after changing a table, with Godot 4.4 or newer (it has typed dictionaries), from the
## repository's root: "$(./build.sh godot)" --headless --script gdext/variant/testdata/generate.gd

signal something

enum { OUTGOING_NAME, OUTGOING_VALUE }
enum { INCOMING_TEXT, INCOMING_VALUE, INCOMING_BYTES }


## Values that a game sends: name and value. JSON cannot carry those whose name begins "refused".
func outgoing() -> Array:
	var object := RefCounted.new()
	return (
		_scalars()
		+ _texts()
		+ _floats()
		+ _math()
		+ _containers()
		+ _keys()
		+ [
			["refused: nan", NAN],
			["refused: inf", INF],
			["refused: negative inf", -INF],
			["refused: nan inside", {"stats": {"speed": NAN}}],
			["refused: inf in a packed array", {"a": [0, PackedFloat32Array([1.0, INF])]}],
			["refused: nan in a packed array", PackedFloat64Array([NAN])],
			["refused: object", object],
			["refused: object inside", {"players": [1, {"node": object}]}],
			["refused: object as a key", {object: 1}],
			["refused: callable", quit],
			["refused: callable in an array as a key", {[quit]: 1}],
			["refused: signal", something],
			["refused: rid", RID()],
		]
	)


func _scalars() -> Array:
	return [
		["nil", null],
		["true", true],
		["false", false],
		["int 0", 0],
		["int -1", -1],
		["int32 max", 2147483647],
		["int32 min", -2147483648],
		["int32 max + 1", 2147483648],
		["int32 min - 1", -2147483649],
		["int 2^53 + 1", 9007199254740993],
		["int64 max", 9223372036854775807],
		["int64 min", -9223372036854775807 - 1],
	]


func _texts() -> Array:
	return [
		["string empty", ""],
		["string of 1", "a"],
		["string of 3", "abc"],
		["string of 4", "abcd"],
		["string of 5", "abcde"],
		["string escapes", 'quote " backslash \\ slash / newline \n tab \t return \r end'],
		["string backspace and form feed", char(8) + char(12)],
		["string two bytes", "žluťoučký kůň"],
		["string three bytes", "日本語"],
		["string four bytes", "🎮🚀"],
		["string separators", char(0x2028) + char(0x2029)],
		["string byte order mark", "a" + char(0xfeff) + "b"],
		["string name", &"jump"],
		["string name escapes", &'a"b\\c'],
		["node path empty", ^""],
		["node path relative", ^"Player/Sprite"],
		["node path absolute", ^"/root/Main"],
		["node path of root", ^"/root"],
		["node path with subnames", ^"Player:position:x"],
		["node path absolute with subnames", ^"/root/Player:position"],
		["node path of a property", ^":position"],
		["node path up", ^"../Enemy"],
		["node path escapes", NodePath('a"b')],
	]


func _floats() -> Array:
	var values: Array[float] = [
		0.0,
		_negative_zero(),
		1.0,
		-1.0,
		0.5,
		0.1,
		0.30000000000000004,
		1.0 / 3.0,
		3.141592653589793,
		2.718281828459045,
		100.25,
		12345.678,
		123456789.125,
		999999.999,
		0.001,
		0.0001,
		0.00001,
		0.000001,
		0.0000001,
		1e-10,
		1e-20,
		1e-300,
		_smallest(),
		1e15,
		1e16,
		123456789012345680.0,
		1e20,
		1e21,
		1e22,
		9007199254740992.0,
		9223372036854775808.0,
		1e100,
		1.7976931348623157e308,
		-1e30,
		16777217.0,
		Vector2(0.1, 0).x,
		1700000000.123,
	]
	return values.map(func(value: float) -> Array: return ["float " + var_to_str(value), value])


# Neither is what its literal gives: the parser flushes the one, and merges the other with 0.0.
func _smallest() -> float:
	return PackedByteArray([1, 0, 0, 0, 0, 0, 0, 0]).decode_double(0)


func _negative_zero() -> float:
	return PackedByteArray([0, 0, 0, 0, 0, 0, 0, 128]).decode_double(0)


func _math() -> Array:
	var rows := [
		["Vector2", Vector2(1, 2)],
		["Vector2 fractions", Vector2(0.1, -1.0 / 3.0)],
		["Vector2 rounded", Vector2(12.345678, 123456.78)],
		["Vector2 large", Vector2(8388607.5, 16777216)],
		["Vector2 larger", Vector2(1e10, 1e20)],
		["Vector2 huge", Vector2(3e38, -1e30)],
		["Vector2 small", Vector2(1e-5, 1e-7)],
		["Vector2 tiny", Vector2(-1e-7, _negative_zero())],
		["Vector2 at a power of ten", Vector2(9.9999999, 10)],
		["Vector2 below powers of ten", Vector2(99.99999, 999999.94)],
		["Vector2 halves", Vector2(0.5, 1000000.5)],
		["Vector2 nan and inf", Vector2(NAN, INF)],
		["Vector2 negative inf", Vector2(-INF, 0)],
		["Vector2i", Vector2i(-1, 2147483647)],
		["Rect2", Rect2(1, 2, 3.5, 4)],
		["Rect2i", Rect2i(1, -2, 3, 4)],
		["Vector3", Vector3(1, 2.5, -3)],
		["Vector3i", Vector3i(1, -2, 3)],
		["Transform2D", Transform2D(Vector2(1, 2), Vector2(3, 4), Vector2(5.5, 6))],
		["Vector4", Vector4(1, 2, 3, 4.25)],
		["Vector4i", Vector4i(1, 2, -3, 4)],
		["Plane", Plane(1, 2, 3, 4.5)],
		["Quaternion", Quaternion(0.5, -0.5, 0.5, 0.5)],
		["AABB", AABB(Vector3(1, 2, 3), Vector3(4, 5, 6.5))],
		["Basis", Basis(Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 9.5))],
		[
			"Transform3D",
			Transform3D(
				Basis(Vector3(1, 2, 3), Vector3(4, 5, 6), Vector3(7, 8, 9)), Vector3(10, 11, 12.5)
			)
		],
		[
			"Projection",
			Projection(
				Vector4(1, 2, 3, 4),
				Vector4(5, 6, 7, 8),
				Vector4(9, 10, 11, 12),
				Vector4(13, 14, 15, 16.5)
			)
		],
		["Color", Color(1, 0.5, 0.25, 0)],
		["Color rounded", Color(0.123456, 1.0 / 3.0, 2.00004, 2.00006)],
		["Color overbright", Color(1000.5, -1, 12345678, 1e20)],
		["Color tiny", Color(0.00001, -0.00001, NAN, INF)],
	]
	# Where the count of decimals changes.
	for value: float in [9.5, 10.5, 99.5, 100.5, 9999.9995, 99999.995, 9999999.5, 0.99999999]:
		rows.append(["Vector3 around %s" % value, Vector3(value, -value, 1.0 / value)])
	for exponent in range(-8, 9):
		var value := 1.23456789 * 10.0 ** exponent
		rows.append(["Vector3 around %s" % value, Vector3(value, -value, 1.0 / value)])
	return rows


func _containers() -> Array:
	var untyped_nulls: Array[RefCounted] = [null]
	var ints: Array[int] = [1, 2]
	var strings: Array[String] = ["a"]
	var vectors: Array[Vector2] = [Vector2(1, 2)]
	var nested: Array[Array] = [[1], []]
	var keyed: Dictionary[String, int] = {"a": 1}
	var key_only: Dictionary[int, Variant] = {1: "a"}
	var value_only: Dictionary[Variant, float] = {"a": 1.0}
	var of_objects: Dictionary[String, RefCounted] = {"a": null}
	return [
		["Dictionary empty", {}],
		["Dictionary", {"a": 1, "b": 2.5, "c": "d", "e": null, "f": true}],
		["Dictionary order", {"z": 1, "a": 2, "m": 3}],
		["Dictionary nested", {"a": {"b": {"c": [1, [2, {"d": 3}]]}}}],
		["Dictionary of vectors", {"position": Vector2(1, 2), "color": Color.RED}],
		["Array empty", []],
		["Array", [1, 2.0, "three", null, true, [], {}]],
		["Array typed int", ints],
		["Array typed String", strings],
		["Array typed Vector2", vectors],
		["Array typed Array", nested],
		["Array typed class", untyped_nulls],
		["Dictionary typed", keyed],
		["Dictionary typed key", key_only],
		["Dictionary typed value", value_only],
		["Dictionary typed class", of_objects],
		["typed inside", {"a": [ints, keyed], "b": untyped_nulls}],
		["PackedByteArray empty", PackedByteArray()],
		["PackedByteArray", PackedByteArray([0, 1, 255])],
		["PackedByteArray inside", {"a": PackedByteArray([1, 2, 3, 4]), "b": 1}],
		["PackedInt32Array empty", PackedInt32Array()],
		["PackedInt32Array", PackedInt32Array([1, -2, 2147483647])],
		["PackedInt64Array", PackedInt64Array([1, -2, 9223372036854775807])],
		["PackedFloat32Array", PackedFloat32Array([1.0, 0.1, -2.5])],
		["PackedFloat64Array", PackedFloat64Array([1.0, 0.1, 1e300])],
		["PackedStringArray empty", PackedStringArray()],
		["PackedStringArray", PackedStringArray(["", "a", "abc", "abcd", 'quote "', "日本"])],
		["PackedVector2Array", PackedVector2Array([Vector2(1, 2), Vector2(0.5, -3)])],
		["PackedVector2Array empty", PackedVector2Array()],
		["PackedVector3Array", PackedVector3Array([Vector3(1, 2, 3)])],
		["PackedColorArray", PackedColorArray([Color.RED, Color(0.5, 0.25, 0, 1)])],
		["PackedVector4Array", PackedVector4Array([Vector4(1, 2, 3, 4)])],
		[
			"packed inside",
			{
				"a": PackedVector2Array([Vector2(1, 2)]),
				"b": PackedStringArray(["x"]),
				"c": PackedInt32Array([1]),
				"d": 1
			}
		],
	]


func _keys() -> Array:
	var keys := [
		null,
		true,
		1,
		-9223372036854775807,
		1.0,
		0.1,
		1.0 / 3.0,
		12345.678,
		100.0,
		1e20,
		-1e30,
		1e-7,
		_negative_zero(),
		NAN,
		-INF,
		&"name",
		&'a"b',
		^"/root/A:b",
		Vector2(1, 2.5),
		Vector2i(3, 4),
		Color.RED,
		Transform2D(),
		[],
		[1, "a", 2.5, null, &"n", ^"p", [true], Vector2(1, 2)],
		["quote \" apostrophe ' question ? backslash \\ newline \n tab \t bell \a vertical \v 日本"],
		{},
		{"a": 1, 2: "b", &"c": {}},
		PackedByteArray([1, 2]),
		PackedInt32Array([1, 2]),
		PackedInt64Array([1, 2]),
		PackedFloat32Array([0.1, 2.0]),
		PackedFloat64Array([0.1, 2.0, 1e20]),
		PackedStringArray(["a", 'b"c']),
		PackedVector2Array([Vector2(1, 2)]),
		PackedColorArray([Color.RED]),
	]
	return keys.map(
		func(key: Variant) -> Array:
			return ["key " + type_string(typeof(key)) + " " + str(key), {key: 1}]
	)


## JSON that a server sends: the text, the value that it is, and, where var_to_bytes writes that
## value in another way, the bytes that bytes_to_var reads as that value.
func incoming() -> Array:
	return [
		["null", null],
		["true", true],
		["false", false],
		["0", 0],
		["-0", 0],
		["-0.0", _negative_zero()],
		["1", 1],
		["-1", -1],
		["2147483647", 2147483647],
		["2147483648", 2147483648],
		["-2147483648", -2147483648],
		["-2147483649", -2147483649],
		["9007199254740993", 9007199254740993],
		["9223372036854775807", 9223372036854775807],
		["-9223372036854775808", -9223372036854775807 - 1],
		["9223372036854775808", 9223372036854775808.0],
		["-9223372036854775809", -9223372036854775808.0],
		["1000000000000000000000000", 1e24],
		["0.0", 0.0],
		["1.0", 1.0],
		["0.1", 0.1],
		["0.5", 0.5],
		["-2.5e-3", -0.0025],
		["1e3", 1000.0],
		["1E+2", 100.0],
		["1.7976931348623157e308", 1.7976931348623157e308],
		["5e-324", _smallest()],
		["1e-400", 0.0],
		["1e400", INF],
		["-1e400", -INF],
		['""', ""],
		['"a"', "a"],
		['"abcd"', "abcd"],
		['"abcde"', "abcde"],
		['"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\\/' + char(8) + char(12) + "\n\r\t"],
		['"\\u0041\\u00e9\\u20AC"', "Aé€"],
		['"žluť 日本 🎮"', "žluť 日本 🎮"],
		['"\\ud83c\\udfae"', "🎮"],
		['"\\uD83C\\uDFAE!"', "🎮!"],
		['"a\\ud83c"', "a" + char(0xfffd)],
		['"\\udfaeb"', char(0xfffd) + "b"],
		['"\\ud83c\\ud83c\\udfae"', char(0xfffd) + "🎮"],
		['"\\ud83c\\u0041"', char(0xfffd) + "A"],
		['"\\ud83cA"', char(0xfffd) + "A"],
		['"a\\u0000b"', "a" + char(0xfffd) + "b"],
		['"\\u2028\\uffff"', char(0x2028) + char(0xffff)],
		["[]", []],
		['[1,2.0,"x",null,true]', [1, 2.0, "x", null, true]],
		["{}", {}],
		[' { "a" : 1 ,\n\t"b" : [ ] }\r\n', {"a": 1, "b": []}],
		['{"z":1,"a":{"n":[{"k":"v"}]},"":2}', {"z": 1, "a": {"n": [{"k": "v"}]}, "": 2}],
		[
			'{"a":1,"b":2,"a":3}',
			{"a": 3, "b": 2},
			(
				""
				. join(
					[
						"1b00000003000000",
						"0400000001000000610000000200000001000000",
						"0400000001000000620000000200000002000000",
						"0400000001000000610000000200000003000000",
					]
				)
			),
		],
	]


func _init() -> void:
	var failures := 0
	var outgoing_lines: Array[String] = []
	for row: Array in outgoing():
		var value: Variant = row[OUTGOING_VALUE]
		var bytes := var_to_bytes(value).hex_encode()
		var json := JSON.stringify(value, "", false)
		outgoing_lines.append(_object({"name": row[OUTGOING_NAME], "variant": bytes, "json": json}))
	var incoming_lines: Array[String] = []
	for row: Array in incoming():
		var value: Variant = row[INCOMING_VALUE]
		var bytes := var_to_bytes(value)
		if row.size() > INCOMING_BYTES:
			bytes = (row[INCOMING_BYTES] as String).hex_decode()
		var read: Variant = bytes_to_var(bytes)
		if typeof(read) != typeof(value) or var_to_str(read) != var_to_str(value):
			printerr("%s: the engine reads %s" % [row[INCOMING_TEXT], var_to_str(read)])
			failures += 1
		incoming_lines.append(_object({"json": row[INCOMING_TEXT], "variant": bytes.hex_encode()}))
	var folder := (get_script() as Script).resource_path.get_base_dir()
	var file := FileAccess.open(folder.path_join("golden.json"), FileAccess.WRITE)
	file.store_line('{"engine": %s,' % _quote(Engine.get_version_info().string))
	file.store_line('"outgoing": [\n%s\n],' % ",\n".join(outgoing_lines))
	file.store_line('"incoming": [\n%s\n]}' % ",\n".join(incoming_lines))
	file.close()
	print("wrote ", file.get_path())
	quit(1 if failures else 0)


func _object(fields: Dictionary) -> String:
	var parts: Array[String] = []
	for key: String in fields:
		parts.append('"%s": %s' % [key, _quote(fields[key])])
	return "{" + ", ".join(parts) + "}"


## JSON.stringify leaves most control characters as they are, so this is its own.
func _quote(text: String) -> String:
	var quoted := ""
	for i in text.length():
		var c := text.unicode_at(i)
		if c == 0x22 or c == 0x5c:
			quoted += "\\" + char(c)
		elif c < 0x20 or c == 0x7f or c == 0x2028 or c == 0x2029 or c == 0xfeff:
			quoted += "\\u%04x" % c
		else:
			quoted += char(c)
	return '"' + quoted + '"'
