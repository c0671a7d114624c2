# gdlint: disable=max-public-methods
## What the debugger tab of the editor keeps of a game's messages, without the editor: rows, filter,
## log files, and texts made of payloads.
extends "res://case.gd"

const NOT_ON_WEB := "the editor's tools are not in an export"

const DEBUGGER := "res://addons/phoenix_channels/editor/debugger/"
const Batch := preload(DEBUGGER + "batch.gd")
const FakeGame := preload("res://editor/fake_game.gd")
const Filter := preload(DEBUGGER + "message_filter.gd")
const FilteredRows := preload(DEBUGGER + "filtered_rows.gd")
const HexText := preload(DEBUGGER + "hex_text.gd")
const JsonText := preload(DEBUGGER + "json_text.gd")
const LogReader := preload(DEBUGGER + "log_reader.gd")
const LogWriter := preload(DEBUGGER + "log_writer.gd")
const MessageScript := preload(DEBUGGER + "message_script.gd")
const Row := preload(DEBUGGER + "message_row.gd")
const Session := preload(DEBUGGER + "session.gd")
const Store := preload(DEBUGGER + "message_store.gd")

const LOG := "user://test_debugger.jsonl"
const ALL_US := 60_000_000

## A filter, and the events of the rows that it shows, of those that _game_with_rows() has.
const FILTERS := {
	"": "move shout shout join error image",
	"topic:chat*": "shout shout",
	"TOPIC:CHAT:?": "shout shout",
	"topic:chat": "",
	"event:shout dir:out": "shout",
	"dir:in": "move shout join image",
	"error": "join error",
	'"error"': "join error",
	"status:*": "shout join",
	"status:ok": "shout",
	"size>1k": "image",
	"size<=7": "move error",
	"size=7": "move",
	"took>100ms": "",
	"took>=20ms": "shout shout",
	"took<1s": "shout shout",
	"ref:7": "shout shout",
	"socket:2": "image",
	"is:reply": "shout",
	"is:happening": "error",
	"is:binary": "image",
	"is:cut": "image",
	"is:hidden": "join",
	"hello": "shout",
	"HELLO": "shout",
	'"two words"': "shout",
	"-dir:in": "shout error",
	"-topic:chat* -is:happening": "move join image",
	"dir:in event:move": "move",
	"-": "",
}

## A filter with a mistake, and what is said of it.
const WRONG_FILTERS := {
	"chat:lobby": '"chat" is not a filter key',
	"colour=red": '"colour" is not a filter key',
	"topic>3": 'Write "topic:" instead of "topic>"',
	"topic:": '"topic:" needs a value: "topic:chat*"',
	"size>": '"size>" needs a value: "size>2k"',
	"size>many": '"size>" needs a number, such as "size>2k"',
	"took>3k": '"took>" needs a number, such as "took>100ms"',
	"dir:up": 'Use "dir:" with one of: in, out',
	"move is:loud": 'Use "is:" with one of: ',
}

## JSON, and the same for a GDScript.
const SCRIPTS := {
	'{"a":1,"b":[true,null,-2.5e3]}': '{"a": 1, "b": [true, null, -2.5e3]}',
	'"a\\/b\\\\/c\\"d"': '"a/b\\\\/c\\"d"',
	"9223372036854775807": "9223372036854775807",
	"9223372036854775808": "9223372036854775808.0",
	"[]": "[]",
}

const BROKEN_LOGS := {
	"": "line 1: this is not a log",
	"hello\n": "line 1: this is not a log",
	'{"phoenix_log":2}\n': "line 1: the log has the format 2",
	'{"phoenix_log":1}\n{"n":0,"kind":"in"}\nnonsense}\n': "line 3: this is not a JSON object",
	'{"phoenix_log":1}\n{"n":0,"kind":"i': "line 2: the line is cut off",
	'{"phoenix_log":1}\n{"n":0,"kind":"up"}\n': 'line 2: "kind" is up, not one of in, out',
	'{"phoenix_log":1}\n{"n":"0","kind":"in"}\n': 'line 2: "n" is not a number',
	'{"phoenix_log":1}\n{"n":-1,"kind":"in"}\n': 'line 2: "n" is -1',
	'{"phoenix_log":1}\n{"n":7,"kind":"in"}\n{"n":6,"kind":"in"}\n': 'line 3: "n" is 6, after 7',
	'{"phoenix_log":1}\n{"n":0,"kind":"in","topic":1}\n': 'line 2: "topic" is not a text',
	'{"phoenix_log":1}\n{"n":0,"kind":"in","payload":{}}\n': 'line 2: "payload" is not a text',
	'{"phoenix_log":1}\n{"n":0,"kind":"in","binary":"&"}\n': 'line 2: "binary" is not base64',
}


func test_rows_arrive_with_all_that_a_batch_has() -> void:
	var game := _game_with_rows()
	var store := game.session.store
	equal(store.size(), 6, "rows")
	var push := store.row_at(1)
	equal(push.topic, "chat:1", "topic")
	equal(push.event, "shout", "event")
	equal(push.ref, 7, "ref")
	equal(push.join_ref, 3, "join_ref")
	equal(push.text(), '{"text":"hello"}', "payload")
	equal(push.script_path(), "res://chat.gd", "script")
	equal(push.script_line(), 12, "line")
	equal(push.reply, 2, "reply")
	equal(push.took, 20_000, "took")
	equal(store.row_at(2).link, 1, "push")
	equal(store.place_of(2), 2, "place of row 2")
	equal(store.place_of(6), -1, "place of a row that is not there")


func test_rows_of_many_batches_and_tables_keep_their_texts() -> void:
	var game := FakeGame.new()
	game.start()
	for i: int in 50:
		for j: int in 100:
			game.add({"topic": "room:%d" % (i * 100 + j), "payload": str(i * 100 + j)})
		if i % 10 == 9:
			game.renew_table()
		game.send()
	var store := game.session.store
	equal(store.size(), 5_000, "rows")
	for place: int in range(0, 5_000, 7):
		var row := store.row_at(place)
		equal(row.topic, "room:%d" % place, "topic")
		equal(row.text(), str(place), "payload")


func test_reply_of_a_push_in_an_earlier_batch_is_connected() -> void:
	var game := FakeGame.new()
	game.start()
	var push := game.add({"kind": Batch.Kind.SENT})
	game.send()
	var reply := game.add({"link": push, "took": 5_000, "status": "ok"})
	game.send()
	equal(game.session.store.row_at(push).reply, reply, "reply")
	equal(game.session.store.row_at(push).took, 5_000, "took")


func test_missing_rows_are_a_row() -> void:
	var game := FakeGame.new()
	game.start()
	game.add({})
	game.send()
	game.next += 100
	var after := game.add({"event": "after"})
	game.send()
	var store := game.session.store
	equal(store.size(), 3, "rows")
	equal(store.row_at(1).event, Store.MISSING, "event")
	check("100 rows are missing" in store.row_at(1).text(), store.row_at(1).text())
	equal(store.row_at(store.place_of(after)).event, "after", "row after the gap")


func test_rows_that_come_again_are_not_doubled() -> void:
	var game := FakeGame.new()
	game.start()
	for i: int in 10:
		game.add({"event": "e%d" % i})
	game.send()
	game.next = 0
	game.renew_table()
	for i: int in 15:
		game.add({"event": "e%d" % i, "payload": str(i)})
	game.send()
	var store := game.session.store
	equal(store.size(), 15, "rows")
	for i: int in 15:
		equal(store.row_at(i).event, "e%d" % i, "event")
	equal(store.row_at(12).text(), "12", "payload")


func test_oldest_rows_are_dropped() -> void:
	var game := FakeGame.new()
	game.start()
	for i: int in 1_000:
		game.add({})
	var batch := game.batch()
	var store := game.session.store
	for i: int in 120:
		batch[Batch.Column.FIRST] = i * 1_000
		batch[Batch.Column.NEW_TABLE] = i == 0
		if i == 1:
			batch[Batch.Column.STRINGS] = PackedStringArray()
		game.session.take("batch", [batch])
	check(store.size() <= Store.MAX_ROWS, "at most %d" % store.size())
	check(store.size() > Store.MAX_ROWS - 2_000, "nearly as many: %d" % store.size())
	equal(store.end, 120_000, "end")
	equal(store.place_of(0), -1, "the first one")
	equal(store.row_at(store.first).number, store.first, "the oldest that is there")


func test_large_payloads_drop_rows_too() -> void:
	var store := Store.new()
	var row := Row.new()
	row.payload.resize(1 << 20)
	for i: int in 300:
		row.number = i
		store.append_row(row)
	check(store.size() <= 256, "%d rows of 1 MiB" % store.size())
	check(store.size() > 250, "%d rows of 1 MiB" % store.size())


func test_batch_of_another_form_is_refused_once() -> void:
	var good := _batch_of_two()
	for i: int in good.size():
		var bad := good.duplicate()
		bad[i] = "text" if i != Batch.Column.STRINGS else 1
		check(Batch.problem_of([bad]) != "", "column %d in another type" % i)
	for i: int in range(Batch.Column.KINDS, Batch.Column.ENDS + 1):
		var bad := good.duplicate(true)
		bad[i].append(0)
		check("entries" in Batch.problem_of([bad]), "column %d with another length" % i)
	for data: Array in [[], [1], [[]], [good, good]]:
		check(Batch.problem_of(data) != "", "data %s" % [data])
	equal(Batch.problem_of([good]), "", "a good one")

	var game := FakeGame.new()
	game.start()
	game.session.take("batch", [[]])
	equal(game.session.phase, Session.Phase.REFUSED, "phase")
	check("0 columns" in game.session.problem, game.session.problem)
	equal(game.asked[-1][0], "phoenix:unwatch", "the game need not go on")
	game.session.take("batch", [[]])
	equal(game.session.store.size(), 0, "rows")


func test_positions_out_of_range_are_no_errors() -> void:
	var batch := _batch_of_two()
	for column: int in [Batch.Column.TOPICS, Batch.Column.EVENTS, Batch.Column.LINES]:
		batch[column] = PackedInt32Array([-5, 1_000_000])
	batch[Batch.Column.ENDS] = PackedInt32Array([1_000, -7])
	batch[Batch.Column.LINKS] = PackedInt64Array([1_000_000, 0])
	var game := FakeGame.new()
	game.start()
	game.session.take("batch", [batch])
	equal(game.session.store.row_at(0).topic, "", "topic")
	equal(game.session.store.row_at(1).payload.size(), 0, "payload")
	var rows := FilteredRows.new(game.session.store)
	rows.set_filter(Filter.parse("topic:a event:b word") as Filter)
	check(rows.advance(ALL_US), "the filter is done")


func test_game_is_called_until_it_answers() -> void:
	var game := FakeGame.new()
	var now := Time.get_ticks_msec()
	game.session.begin()
	game.session.tick(now + 500)
	equal(game.asked, [["phoenix:watch", [1, Session.CREDITS]]] as Array[Array], "asked")
	game.session.tick(now + 1_100)
	equal(game.asked.size(), 2, "watch")
	game.session.take("hello", [{"protocol": 1, "version": "1.0.0"}])
	game.session.tick(now + 9_000)
	equal(game.asked.size(), 2, "watch after hello")
	equal(game.session.phase, Session.Phase.WATCHING, "phase")


func test_game_of_another_version_is_named() -> void:
	for hello: Variant in [{"protocol": 2, "version": "9.1.0"}, {"version": "9.1.0"}]:
		var game := FakeGame.new()
		game.session.begin()
		game.session.take("hello", [hello])
		equal(game.session.phase, Session.Phase.REFUSED, "phase")
		check("version 9.1.0" in game.session.problem, game.session.problem)
	var silent := FakeGame.new()
	silent.session.begin()
	silent.session.take("hello", ["?"])
	equal(silent.session.phase, Session.Phase.REFUSED, "phase")


func test_pause_gives_no_credits_and_holds_what_is_on_its_way() -> void:
	var game := FakeGame.new()
	game.start()
	game.add({})
	game.send()
	equal(game.latest("more"), [1], "a credit for the batch")
	var before := game.asked.size()
	game.session.is_paused = true
	game.add({})
	game.send()
	equal(game.asked.size(), before, "no credit")
	equal(game.session.store.size(), 1, "rows")
	game.session.is_paused = false
	equal(game.session.store.size(), 2, "rows")
	equal(game.asked.size(), before + 1, "the credit")
	game.session.is_paused = true
	game.session.end()
	check(not game.session.is_paused, "not paused after the end")


func test_commands_are_numbered_and_answered() -> void:
	var game := FakeGame.new()
	var answers := record(game.session.answered)
	game.session.command("Join", "join", 5)
	equal(answers.calls[-1], ["Join", "There is no running game."], "without a game")
	game.start()
	game.session.command("Join", "join", 5)
	game.session.command("Push", "push", 5, ["a", "{}", "json"])
	equal(game.latest("do"), [2, "push", 5, ["a", "{}", "json"]], "the second")
	game.session.take("did", [1, "no such channel"])
	equal(answers.calls[-1], ["Join", "no such channel"], "answer")
	for data: Array in [[], [1, ""], [99, ""], ["?", ""]]:
		game.session.take("did", data)
	equal(answers.calls.size(), 2, "other answers are not asked for")


func test_report_of_sockets_is_completed_and_has_rates() -> void:
	var game := FakeGame.new()
	game.start()
	game.session.take("state", [[FakeGame.socket(), {"number": "?"}, 5]])
	equal(game.session.sockets.size(), 2, "sockets")
	equal(game.session.sockets[1].number, 0, "number in another type")
	equal(game.session.sockets[1].channels, [] as Array[Dictionary], "channels")
	equal(game.session.sockets[0].next_attempt_ms, -1.0, "a whole number for a float")
	equal(game.session.sockets[0].channels[1].presence, {}, "no presence")
	var states := preload(DEBUGGER + "socket_states.gd").new()
	states.read([FakeGame.socket()], 1_000)
	var later := states.read([FakeGame.socket({"messages_in": 150, "bytes_in": 21_000})], 1_500)
	equal(later[0].messages_in_s, 100.0, "messages a second")
	equal(later[0].bytes_in_s, 2_000.0, "bytes a second")
	game.session.take("state", [])
	equal(game.session.sockets.size(), 2, "a report of another form is left out")


func test_filter_shows_what_it_says() -> void:
	var game := _game_with_rows()
	var rows := FilteredRows.new(game.session.store)
	for text: String in FILTERS:
		var filter := Filter.parse(text) as Filter
		equal(filter.problem, "", "problem of '%s'" % text)
		rows.set_filter(filter)
		check(rows.advance(ALL_US), "'%s' is done" % text)
		var events := PackedStringArray()
		for i: int in rows.size():
			events.append(game.session.store.row_at(rows.place(i)).event)
		equal(" ".join(events), FILTERS[text], "rows of '%s'" % text)


func test_filter_with_a_mistake_says_what_is_wrong() -> void:
	for text: String in WRONG_FILTERS:
		var problem: String = (Filter.parse(text) as Filter).problem
		check(WRONG_FILTERS[text] in problem, "'%s': %s" % [text, problem])


func test_filtered_rows_follow_what_comes_and_goes() -> void:
	var game := FakeGame.new()
	game.start()
	var store := game.session.store
	var rows := FilteredRows.new(store)
	rows.set_filter(Filter.parse("event:e1") as Filter)
	for i: int in 30:
		for j: int in 1_000:
			game.add({"event": "e%d" % (j % 10)})
		game.send()
		rows.advance(ALL_US)
	equal(rows.size(), 3_000, "rows")
	equal(rows.place(5), 51, "place")
	equal(rows.index_of(51), 5, "index")
	equal(rows.index_of(52), -1, "index of a row that is not shown")
	equal(rows.nearest(52), 6, "the next one")
	store.clear()
	rows.advance(ALL_US)
	equal(rows.size(), 0, "rows after clear()")
	equal(rows.gone, 3_000, "gone")
	game.add({"event": "e1"})
	game.send()
	rows.advance(ALL_US)
	equal(rows.size(), 1, "rows after that")
	equal(rows.place(0), 30_000, "its place")


func test_filtering_goes_on_in_small_steps() -> void:
	var game := FakeGame.new()
	game.start()
	for i: int in 5_000:
		game.add({"event": "e%d" % (i % 10)})
	game.send()
	var rows := FilteredRows.new(game.session.store)
	rows.set_filter(Filter.parse("event:e1") as Filter)
	var steps := 1
	while not rows.advance(1):
		steps += 1
	check(steps > 10, "%d steps" % steps)
	equal(rows.size(), 500, "rows")


func test_log_is_the_same_after_a_round_trip() -> void:
	var game := _game_with_rows()
	game.next += 3
	game.add({"payload": '{"text":"ä\\u0000\\n€"}', "event": "räksmörgås"})
	game.send()
	var store := game.session.store
	var writer := LogWriter.new(LOG, store, {"addon": "1.0.0", "platform": "Linux"})
	while not writer.step(1):
		pass
	equal(writer.problem, "", "problem")
	equal(writer.written, store.size(), "written")
	var reader := LogReader.new(LOG)
	while not reader.step(1):
		pass
	equal(reader.problem, "", "problem")
	equal(reader.game.platform, "Linux", "platform")
	equal(reader.store.size(), store.size(), "rows")
	for place: int in store.size():
		var row := store.row_at(place)
		var read := reader.store.row_at(place)
		for property: Dictionary in row.get_property_list():
			if property.usage & PROPERTY_USAGE_SCRIPT_VARIABLE:
				var title: String = property.name
				equal(read.get(title), row.get(title), "%s of row %d" % [title, place])
	DirAccess.remove_absolute(LOG)


func test_log_that_is_broken_names_the_line() -> void:
	for text: String in BROKEN_LOGS:
		var file := FileAccess.open(LOG, FileAccess.WRITE)
		file.store_string(text)
		file.close()
		var reader := LogReader.new(LOG)
		check(reader.step(ALL_US), "is done")
		check(BROKEN_LOGS[text] in reader.problem, "'%s': %s" % [text, reader.problem])
	DirAccess.remove_absolute(LOG)
	var absent := LogReader.new("user://absent.jsonl")
	check(absent.step(ALL_US), "is done")
	check("could not be opened" in absent.problem, absent.problem)
	var nowhere := LogWriter.new("user://no/folder.jsonl", Store.new(), {})
	check(nowhere.step(ALL_US), "is done")
	check("could not be saved to" in nowhere.problem, nowhere.problem)


func test_json_is_indented_as_it_travelled() -> void:
	equal(
		JsonText.indented('{"b":1.50,"a":[1,{"x":"{\\"y\\":[1]}"}],"e":{},"l":[ ]}'),
		(
			'{\n\t"b": 1.50,\n\t"a": [\n\t\t1,\n\t\t{\n\t\t\t"x": "{\\"y\\":[1]}"\n\t\t}\n\t],\n'
			+ '\t"e": {},\n\t"l": []\n}'
		),
		"JSON"
	)
	for cut: String in ['{"a":[1,"te', '{"a', "]}]", '"\\', '{"a":"b\\"']:
		check(JsonText.indented(cut) != "", "cut '%s'" % cut)
	equal(JsonText.indented("12"), "12", "a number")


func test_json_becomes_gdscript() -> void:
	for json: String in SCRIPTS:
		equal(JsonText.to_gdscript(json), SCRIPTS[json], json)
		var script := GDScript.new()
		script.source_code = "const VALUE = %s\n" % JsonText.to_gdscript(json)
		equal(script.reload(), OK, "reload() of %s" % json)
	var long := '{"name":"ada","items":[1,2,3,4,5,6,7,8,9],"text":"%s"}' % "x".repeat(60)
	check("\n\t" in JsonText.to_gdscript(long), "a long one has lines")


func test_message_becomes_a_line_of_a_script() -> void:
	var game := _game_with_rows()
	var store := game.session.store
	equal(MessageScript.of(store.row_at(1)), 'channel.push("shout", {"text": "hello"})', "a push")
	equal(MessageScript.of(store.row_at(0)), '{"x": 1}', "what was received")
	var row := Row.new()
	row.flags = Batch.Flag.BINARY
	row.payload = PackedByteArray([1, 255])
	equal(MessageScript.of(row), '"01ff".hex_decode()', "bytes")


func test_hex_has_places_and_characters() -> void:
	equal(
		HexText.lines("ABCDEFGHIJKLMNOPq".to_ascii_buffer()),
		(
			"000000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP\n"
			+ "000010  71                                               q"
		),
		"hex"
	)
	var problem := PackedStringArray()
	equal(HexText.parse("01 fF\n0a", problem), PackedByteArray([1, 255, 10]), "bytes")
	equal(HexText.parse("", problem), PackedByteArray(), "no bytes")
	equal(problem.size(), 0, "problems")
	for wrong: String in ["0", "0g", "hello"]:
		HexText.parse(wrong, problem)
	equal(problem.size(), 3, "problems")


func _batch_of_two() -> Array:
	var game := FakeGame.new()
	game.add({})
	game.add({})
	return game.batch()


func _game_with_rows() -> FakeGame:
	var game := FakeGame.new()
	game.start()
	game.add({"payload": '{"x":1}'})
	var shout := {
		"kind": Batch.Kind.SENT,
		"topic": "chat:1",
		"event": "shout",
		"ref": 7,
		"join_ref": 3,
		"payload": '{"text":"hello"}',
		"line": "res://chat.gd:12:_pressed",
	}
	var push := game.add(shout.duplicate())
	shout.merge({"kind": Batch.Kind.RECEIVED, "link": push, "took": 20_000, "line": ""}, true)
	shout.merge({"status": "ok", "payload": '{"response":"two words"}'}, true)
	game.add(shout)
	game.add(
		{"event": "join", "status": "error", "flags": Batch.Flag.HIDDEN, "payload": '{"reason":""}'}
	)
	(
		game
		. add(
			{
				"kind": Batch.Kind.HAPPENING,
				"flags": Batch.Flag.ERROR,
				"topic": "",
				"event": "error",
				"payload": "the connection is lost",
				"size": 0,
			}
		)
	)
	(
		game
		. add(
			{
				"event": "image",
				"socket": 2,
				"flags": Batch.Flag.BINARY | Batch.Flag.CUT,
				"payload": PackedByteArray([0, 255, 128]),
				"size": 70_000,
			}
		)
	)
	game.send()
	return game
