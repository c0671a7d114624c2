## Payloads that cannot travel: one engine error says what it is, where in the payload, and what to
## do; nothing is sent.
extends "res://phoenix_case.gd"

signal something

var _channel: PhoenixChannel


func test_values_without_a_form_in_json() -> void:
	await _join()
	var object := RefCounted.new()
	const INSIDE := "it exists only inside the running game; send the fields that the server"
	for row: Array in [
		[self, "an Object", INSIDE],
		[object, "an Object", INSIDE],
		[_join, "a Callable", INSIDE],
		[func() -> void: pass, "a Callable", INSIDE],
		[something, "a Signal", INSIDE],
		[RID(), "a RID", INSIDE],
		[get_viewport().get_viewport_rid(), "a RID", INSIDE],
		[NAN, "NaN", "JSON has no NaN; send null or a number"],
		[INF, "INF", "JSON has no infinity; send null or a number"],
		[-INF, "INF", "JSON has no infinity; send null or a number"],
	]:
		_refuses({"v": row[0]}, '%s at "v": %s' % [row[1], row[2]])
	await _still_works()


func test_the_path_leads_to_the_fault() -> void:
	await _join()
	for row: Array in [
		[{"players": [{"ok": 1}, {"speed": NAN}]}, 'NaN at "players[1].speed"'],
		[{"a b": {"c.d": INF}}, "INF at \"['a b']['c.d']\""],
		[{"": NAN}, "NaN at \"['']\""],
		[{"ключ": NAN}, 'NaN at "ключ"'],
		[{7: {"x": NAN}}, "NaN at \"['7'].x\""],
		[{&"name": [[[NAN]]]}, 'NaN at "name[0][0][0]"'],
		[{"list": PackedFloat64Array([1, 2, NAN])}, 'NaN at "list[2]"'],
		[{"a": 1, self: 2}, 'an Object at "[key 1]"'],
		[{"a": {[_join]: 2}}, 'a Callable at "a[key 0][0]"'],
	]:
		_refuses(row[0] as Dictionary, row[1] as String)
	var deep: Variant = NAN
	for i: int in 400:
		deep = {"in": deep}
	_refuses({"deep": deep}, 'NaN at "deep.in.in.in.')
	await _still_works()


func test_cycles() -> void:
	await _join()
	var itself := {}
	itself.self = itself
	_refuses(itself, 'a Dictionary at "self": it contains itself')
	_refuses({"players": [1, {"node": itself}]}, 'a Dictionary at "players[1].node.self"')
	itself.clear()

	var list: Array = [1]
	list.append([list])
	_refuses({"list": list}, 'an Array at "list[1][0]": it contains itself')
	list.clear()

	var parent := {"children": []}
	(parent.children as Array).append({"parent": parent})
	_refuses({"tree": parent}, 'a Dictionary at "tree.children[0].parent"')
	_refuses({3: parent}, 'a Dictionary at "[entry 0].children[0].parent"')
	parent.clear()

	# The same value twice is not a cycle.
	var shared := {"x": [1]}
	var reply := await reply_to(_channel.push("echo", {"a": shared, "b": [shared, shared]}))
	equal(reply[1], {"a": {"x": [1]}, "b": [{"x": [1]}, {"x": [1]}]}, "shared values")


func test_more_than_512_levels() -> void:
	await _join()
	for containers: Array in [[[], "an Array"], [{}, "a Dictionary"]]:
		var deep: Variant = containers[0]
		for i: int in 511:
			deep = [deep] if i % 2 == 0 else {"in": deep}
		_refuses({"deep": deep}, '%s at "deep[0].in[0].in[0].in[0]' % containers[1])
	await _still_works()


func test_payload_that_is_no_dictionary() -> void:
	await _join()
	for row: Array in [
		[1, "an int"],
		[1.5, "a float"],
		["text", "a String"],
		[[1, 2], "an Array"],
		[true, "a bool"],
		[Vector2.ONE, "a Vector2"],
		[PackedInt32Array(), "a PackedInt32Array"],
		[self, "an Object"],
		[null, "null"],
	]:
		expect_error(
			"must be a Dictionary, or a PackedByteArray for a binary message; this is %s." % row[1]
		)
		check(_channel.push("echo", row[0]) == null, "push(%s) is null" % [row[0]])
	await _still_works()


func test_everywhere_a_payload_is_given() -> void:
	var socket := await open_socket()
	var bad := {"a": [NAN]}
	expect_error('PhoenixSocket.push(): cannot send NaN at "a[0]"')
	equal(
		socket.push({"topic": "room:x", "event": "echo", "payload": bad}),
		ERR_INVALID_PARAMETER,
		"push() of the socket"
	)
	expect_error('PhoenixSocket.params: invalid configuration: params: cannot send NaN at "a[0]"')
	socket.params = bad
	socket.params = {}

	var channel := socket.channel(new_topic(), bad)
	expect_error('cannot send NaN at "a[0]"')
	check(channel.join() == null, "join() is null")
	channel.params = {}
	equal((await reply_to(channel.join()))[0], "ok", "join() with good params")

	var presence := PhoenixPresence.new()
	add_child(presence)
	expect_error('PhoenixPresence.sync_state(): NaN at "a[0]" cannot be in a presence: JSON has no')
	presence.sync_state(bad)
	expect_error('sync_diff(): an Object at "joins.ada" cannot be in a presence: it exists only')
	presence.sync_diff({"joins": {"ada": self}, "leaves": {}})
	bad.a = bad
	expect_error('sync_state(): a Dictionary at "a" cannot be in a presence: it contains itself')
	presence.sync_state(bad)
	bad.clear()


## What close() is given stays in the game, so it may be anything.
func test_close_takes_any_dictionary() -> void:
	await _join()
	var closed := record(_channel.on_close)
	var params := {"at": Vector2(1, 2), "node": self, "not": NAN}
	params.self = params
	_channel.close(params)
	check(is_same(closed.calls[0][0], params), "the Dictionary itself")
	params.clear()


func _join() -> void:
	_channel = await joined(await open_socket())


func _refuses(payload: Dictionary, error: String) -> void:
	expect_error('PhoenixChannel.push(): event "echo": cannot send %s' % error)
	check(_channel.push("echo", payload) == null, "push() is null where the error is: %s" % error)


func _still_works() -> void:
	equal(_channel.get_parent().get_statistics().buffered_pushes, 0, "nothing waits")
	equal(await reply_to(_channel.push("echo", {"n": 1})), ["ok", {"n": 1}], "a good one")
