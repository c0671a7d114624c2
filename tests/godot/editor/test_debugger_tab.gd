# gdlint: disable=max-public-methods
@tool
## The tab "Phoenix" of the debugger: its controls, with a game that the test plays itself.
extends "res://editor/tab_case.gd"

const Batch := preload(DEBUGGER + "batch.gd")
const FakeGame := preload("res://editor/fake_game.gd")
const GameActions := preload(DEBUGGER + "game_actions.gd")
const LogBar := preload(DEBUGGER + "log_bar.gd")
const MessageHeader := preload(DEBUGGER + "message_header.gd")
const NetworkDialog := preload(DEBUGGER + "network_dialog.gd")
const PushDialog := preload(DEBUGGER + "push_dialog.gd")

const SIZE := Vector2(1_200, 700)
const LOG := "user://test_debugger_tab.jsonl"

var _game := FakeGame.new()


func _ready() -> void:
	tab = Tab.new(_game.session)
	EditorInterface.get_base_control().add_child(tab)
	tab.size = SIZE


func _exit_tree() -> void:
	tab.free()
	super()


func test_tree_has_all_that_the_game_reports() -> void:
	_game.start()
	_game.session.take("state", [[FakeGame.socket()]])
	var tree := part(GameTree) as GameTree
	var lines := lines_of(tree.get_root())
	equal(
		lines,
		PackedStringArray(
			[
				"Socket: open, 12.5 ms, 0 msg/s, 0 B/s",
				"room:lobby: joined",
				"Presence: 2 keys, 3 metas",
				"ada: 2 metas",
				"bob: 1 metas",
				"chat:1: closed, 3 joins, 2 unsent",
				"Room ABCD: connected, id 1 (host), 2 peers, 0 packets/s in, 0 out",
			]
		),
		"lines"
	)
	var changed := {"state": PhoenixSocket.CONNECTING, "next_attempt_ms": 1500, "channels": []}
	changed.merge({"peers": [], "simulation": {"preset": "3G"}})
	select_line(tree, "Socket")
	_game.session.take("state", [[FakeGame.socket(changed)]])
	equal(
		lines_of(tree.get_root()),
		PackedStringArray(["Socket: connecting, next attempt in 1.5 s, simulated network"]),
		"lines"
	)
	equal(tree.entry().socket.number, 1, "the selection stays")
	_game.session.end()
	equal(lines_of(tree.get_root()).size(), 0, "lines after the end")


func test_state_of_the_game_is_said() -> void:
	await frames(1)
	check(says("No game is running."), "before")
	_game.session.begin()
	check(says("Waiting for the game."), "at first")
	_game.start()
	check(says("Addon 1.0.0, Linux"), "while it runs")
	_game.session.end()
	check(says("The game has ended."), "after it")
	_game.start({"protocol": 7, "version": "8.0.0"})
	check(says("The game has version 8.0.0 of the addon"), "another version")


func test_buttons_of_the_tree_ask_the_game() -> void:
	_game.start()
	_game.session.take("state", [[FakeGame.socket()]])
	_expect_command("Socket", "Disconnect", ["disconnect", 101, []])
	_expect_command("room:lobby", "Leave", ["leave", 201, []])
	_expect_command("chat:1", "Join", ["join", 202, []])
	var tree := part(GameTree) as GameTree
	select_line(tree, "Socket")
	check(find_button("Connect").disabled, "an open socket has nothing to connect")
	_game.session.take("did", [1, "the socket is gone"])
	check(says("Disconnect: the socket is gone"), "what became of it")
	_game.session.take("did", [2, ""])
	check(says("Leave of room:lobby: done"), "what became of it")
	_game.session.take("state", [[FakeGame.socket({"state": PhoenixSocket.CLOSED})]])
	_expect_command("Socket", "Connect", ["connect", 101, []])
	_game.session.end()
	_game.start()
	check(find_button("Connect").disabled, "nothing is selected")


func test_context_menu_has_what_the_line_can_do() -> void:
	_game.start()
	_game.session.take("state", [[FakeGame.socket()]])
	var actions := part(GameActions) as GameActions
	select_line(part(GameTree) as GameTree, "room:lobby")
	actions.open_menu(Vector2(100, 100))
	var menu := control(actions, "PopupMenu") as PopupMenu
	var titles := PackedStringArray()
	for i: int in menu.item_count:
		titles.append(menu.get_item_text(i) + (" (off)" if menu.is_item_disabled(i) else ""))
	equal(titles, PackedStringArray(["Join (off)", "Leave", "Push…", "Filter"]), "items")
	menu.hide()
	menu.id_pressed.emit(GameActions.Action.LEAVE)
	equal(_game.latest("do").slice(1), ["leave", 201, []], "the command")


func test_filter_is_applied_as_one_types() -> void:
	_game.start()
	_add_messages(20)
	_game.session.take("state", [[FakeGame.socket()]])
	await type_filter("event:shoot dir:out")
	check(says("20 of 40 messages"), "the count")
	await type_filter("event:shoot dir:up")
	check(says('"dir:up" is not a filter. Use "dir:" with one of: in, out.'), "the mistake")
	check(says("20 of 40 messages"), "the filter before it stays")
	await type_filter("")
	check(says("40 messages"), "all")
	check(not says('"dir:up" is not'), "no mistake any more")
	select_line(part(GameTree) as GameTree, "room:lobby")
	find_button("Filter").pressed.emit()
	await frames(2)
	equal(filter_box().text, "socket:1 topic:room:lobby", "the filter of a line of the tree")
	check(says("40 of 40 messages"), "the count")


func test_list_follows_until_one_scrolls() -> void:
	_game.start()
	_add_messages(100)
	await frames(2)
	var list := part(List) as List
	var bar := control(list, "VScrollBar") as VScrollBar
	equal(bar.value + bar.page, bar.max_value, "at the end")
	wheel(list, MOUSE_BUTTON_WHEEL_UP)
	await frames(1)
	var value := bar.value
	check(not find_button("Keep the newest").button_pressed, "follows no more")
	_add_messages(100)
	await frames(2)
	equal(bar.value, value, "stays")
	find_button("Keep the newest").button_pressed = true
	equal(bar.value + bar.page, bar.max_value, "at the end")
	_game.session.store.clear()
	_add_messages(1)
	await frames(2)
	check(says("2 messages, 400 older ones dropped"), "the count")


func test_pause_and_clear() -> void:
	_game.start()
	_add_messages(1)
	find_button("Pause").button_pressed = true
	check(_game.session.is_paused, "paused")
	_add_messages(1)
	await frames(2)
	check(says("2 messages"), "the count")
	find_button("Pause").button_pressed = false
	await frames(2)
	check(says("4 messages"), "the count")
	find_button("Clear the list").pressed.emit()
	await frames(2)
	check(says("0 messages"), "the count")
	_game.session.end()
	check(find_button("Pause").disabled, "there is nothing to pause")


func test_selected_message_is_shown_with_its_reply() -> void:
	_game.start()
	_add_messages(3)
	await frames(2)
	click_row(2)
	await frames(1)
	var texts := payloads()
	equal(texts[0], '{\n\t"number": 1\n}', "the payload")
	equal(texts[1], '{\n\t"response": {\n\t\t"hit": true\n\t}\n}', "its reply")
	check(says("Push, room:lobby shoot, 5 ms, ref 1, join_ref 1, 12 bytes"), "what it is")
	press_key(KEY_DOWN)
	await frames(1)
	equal(texts[0], payloads()[1], "the push is beside the reply now")
	find_button("Go to Push").pressed.emit()
	equal((part(List) as List).selection, 2, "selection")
	press_key(KEY_END)
	equal((part(List) as List).selection, 5, "the last one")
	press_key(KEY_HOME)
	equal((part(List) as List).selection, 0, "the first one")
	press_key(KEY_PAGEDOWN)
	equal((part(List) as List).selection, 5, "a page further")
	find_button("Show the payload as bytes").button_pressed = true
	check(payloads()[0].begins_with("000000  7b 22"), "hex: %s" % payloads()[0])
	var code := _descendants(part(MessageDetail), "CodeEdit")[0] as CodeEdit
	find_button("Show the payload as bytes").button_pressed = false
	check(code.can_fold_line(0), "can be folded")


func test_reply_that_comes_while_the_push_is_shown() -> void:
	_game.start()
	var push := _game.add({"kind": Batch.Kind.SENT, "event": "shoot"})
	_game.send()
	await frames(2)
	(part(List) as List).select(push)
	check(not is_shown("Go to Reply"), "no reply yet")
	_game.add({"event": "phx_reply", "status": "ok", "link": push, "took": 7_000})
	_game.send()
	await frames(2)
	check(is_shown("Go to Reply"), "the reply")
	check(says("Reply, room:lobby shoot, status ok, 7 ms"), "has the push's event")


func test_beginning_of_a_large_payload_is_shown() -> void:
	_game.start()
	var numbers := "[%s1]" % "1,".repeat(20_000)
	_game.add({"payload": numbers})
	_game.add({"payload": '["%s"]' % "a".repeat(60_000)})
	var bytes := PackedByteArray()
	bytes.resize(60_000)
	_game.add({"payload": bytes, "flags": Batch.Flag.BINARY})
	_game.send()
	await frames(2)
	var code := _descendants(part(MessageDetail), "CodeEdit")[0] as CodeEdit
	var note_of_rest := "only the beginning is shown"
	(part(List) as List).select(0)
	check(code.get_line_count() < 5_000, "lines: %d" % code.get_line_count())
	check(code.syntax_highlighter != null, "with colours")
	check(says(note_of_rest), "says so")
	var copied := record((part(MessageDetail) as MessageDetail).copied)
	find_button("Copy the payload as JSON").pressed.emit()
	equal((copied.calls[-1][0] as String).count("\n"), 20_002, "lines of the copy")
	(part(List) as List).select(1)
	check(code.syntax_highlighter == null, "a long line has no colours, which take seconds")
	equal(code.text.length(), 60_007, "the long line is there")
	check(not says(note_of_rest), "it is all")
	(part(List) as List).select(2)
	check(code.get_line_count() < 2_000, "lines in hex: %d" % code.get_line_count())
	check(says(note_of_rest), "says so")


func test_message_is_copied() -> void:
	_game.start()
	_add_messages(1)
	await frames(2)
	var copied := record((part(MessageDetail) as MessageDetail).copied)
	(part(List) as List).select(0)
	find_button("Copy as GDScript").pressed.emit()
	equal(copied.calls[-1], ['channel.push("shoot", {"number": 0})'], "GDScript")
	find_button("Copy the payload as JSON").pressed.emit()
	equal(copied.calls[-1], ['{\n\t"number": 0\n}'], "JSON")
	check(says("Copied."), "says so")
	_game.add({"flags": Batch.Flag.BINARY, "payload": PackedByteArray([1])})
	_game.send()
	(part(List) as List).select(2)
	check(find_button("Copy the payload as JSON").disabled, "bytes are not JSON")


func test_push_again() -> void:
	_game.start()
	_game.session.take("state", [[FakeGame.socket()]])
	_add_messages(1)
	_game.add({"kind": Batch.Kind.SENT, "flags": Batch.Flag.HIDDEN})
	_game.add({"kind": Batch.Kind.SENT, "flags": Batch.Flag.CUT})
	_game.add({"kind": Batch.Kind.SENT, "topic": "chat:1"})
	_game.add({"kind": Batch.Kind.SENT, "event": "phx_join"})
	(
		_game
		. add(
			{
				"kind": Batch.Kind.SENT,
				"flags": Batch.Flag.BINARY,
				"payload": PackedByteArray([1, 2]),
			}
		)
	)
	_game.send()
	var list := part(List) as List
	list.select(0)
	find_button("Push Again").pressed.emit()
	equal(_game.latest("do").slice(1), ["push", 201, ["shoot", '{"number":0}', "json"]], "JSON")
	for place: int in {2: "has secrets", 3: "too long", 4: "has not joined chat:1"}:
		list.select(place)
		check(find_button("Push Again").disabled, "row %d" % place)
	check("has not joined chat:1" in find_button("Push Again").tooltip_text, "says why")
	list.select(5)
	check(not is_shown("Push Again"), "the protocol's own")
	list.select(6)
	find_button("Push Again").pressed.emit()
	equal(_game.latest("do").slice(1), ["push", 201, ["move", PackedByteArray([1, 2])]], "bytes")
	_game.session.end()
	check(find_button("Push Again").disabled, "without a game")


func test_jump_to_the_line() -> void:
	_game.start()
	_game.add({"kind": Batch.Kind.SENT, "line": "res://editor/fake_game.gd:31:hear"})
	_game.add({"kind": Batch.Kind.SENT, "line": "res://gone.gd:1:a"})
	_game.send()
	var list := part(List) as List
	list.select(0)
	find_button("fake_game.gd:31").pressed.emit()
	var editor := EditorInterface.get_script_editor()
	await wait_until(
		func() -> bool:
			return (
				editor.get_current_script() != null
				and editor.get_current_script().resource_path == "res://editor/fake_game.gd"
			),
		"the script"
	)
	var code := editor.get_current_editor().get_base_editor() as CodeEdit
	await wait_until(func() -> bool: return code.get_caret_line() == 30, "the line")
	list.select(1)
	find_button("gone.gd:1").pressed.emit()
	check(says("The script res://gone.gd is not in this project."), "says so")
	_game.start({"has_lines": false})
	_game.next = 0
	_game.renew_table()
	_game.add({"kind": Batch.Kind.SENT, "line": "res://editor/fake_game.gd:31:hear"})
	_game.send()
	await frames(1)
	list.select(0)
	check(not is_shown("fake_game.gd:31"), "a game without lines")


func test_push_by_hand() -> void:
	_game.start()
	_game.session.take("state", [[FakeGame.socket()]])
	select_line(part(GameTree) as GameTree, "room:lobby")
	find_button("Push…").pressed.emit()
	var dialog := window_of(PushDialog) as PushDialog
	var event := control(dialog, "LineEdit") as LineEdit
	var payload := control(dialog, "CodeEdit") as CodeEdit
	var form := _descendants(dialog, "OptionButton")[1] as OptionButton
	dialog.get_ok_button().pressed.emit()
	check(says("Write the event's name.", dialog), "without an event")
	event.text = "shoot"
	payload.text = '{"a":\n}'
	dialog.get_ok_button().pressed.emit()
	check(says("The payload is not JSON, line 2:", dialog), "a payload that is not JSON")
	payload.text = '{"a":1}'
	dialog.get_ok_button().pressed.emit()
	equal(_game.latest("do"), [1, "push", 201, ["shoot", '{"a":1}', "json"]], "JSON")
	_game.session.take("did", [1, ""])
	check(says("Push of shoot to room:lobby: done", dialog), "done")
	form.select(1)
	dialog.get_ok_button().pressed.emit()
	check(says("The payload is not hex", dialog), "a payload that is not hex")
	payload.text = "00 ff"
	dialog.get_ok_button().pressed.emit()
	equal(_game.latest("do").slice(1), ["push", 201, ["shoot", PackedByteArray([0, 255])]], "hex")
	dialog.hide()


func test_network_conditions() -> void:
	_game.start()
	var simulation := {"preset": "3G", "latency_ms": 150}
	_game.session.take("state", [[FakeGame.socket({"simulation": simulation})]])
	select_line(part(GameTree) as GameTree, "Socket")
	find_button("Network…").pressed.emit()
	var dialog := window_of(NetworkDialog) as NetworkDialog
	equal(dialog.simulation(), simulation, "as it is now")
	var presets := control(dialog, "OptionButton") as OptionButton
	equal(presets.item_count, 4, "presets")
	presets.select(2)
	for box: Node in _descendants(dialog, "CheckBox"):
		(box as CheckBox).button_pressed = (box as CheckBox).text in ["Jitter", "Cut"]
	dialog.get_ok_button().pressed.emit()
	var chosen := {"preset": "train", "jitter_ms": 50, "cut": true}
	equal(_game.latest("do").slice(1), ["simulate", 101, [chosen]], "applied")
	find_button("Network…").pressed.emit()
	dialog.custom_action.emit(&"off")
	equal(_game.latest("do").slice(1), ["simulate", 101, [{}]], "off")


func test_log_is_saved_and_opened() -> void:
	_game.start()
	_add_messages(50)
	find_button("Save the list").pressed.emit()
	await frames(2)
	choose_file(LOG)
	await wait_until(func() -> bool: return says("100 rows saved to %s." % LOG), "the log")
	find_button("OK").pressed.emit()
	find_button("Clear the list").pressed.emit()
	find_button("Open a log file").pressed.emit()
	await frames(2)
	choose_file(LOG)
	await wait_until(func() -> bool: return says("Log %s, saved" % LOG), "the log")
	check(says("(addon 1.0.0, Linux). It is not the running game."), "it is marked")
	await frames(2)
	check(says("100 messages"), "the count")
	(part(List) as List).select(4)
	equal(payloads()[0], '{\n\t"number": 2\n}', "a payload")
	var file := FileAccess.open(LOG, FileAccess.READ_WRITE)
	file.seek_end()
	file.store_line("nonsense")
	file.close()
	(part(LogBar) as LogBar).open(LOG)
	await wait_until(func() -> bool: return says("line 102: the line is cut off"), "the mistake")
	find_button("OK").pressed.emit()
	check(says("It is not the running game."), "the other log is still open")
	find_button("Back to the Game").pressed.emit()
	await frames(2)
	check(says("0 messages"), "the game's own")
	DirAccess.remove_absolute(LOG)


func test_columns_are_dragged() -> void:
	_game.start()
	_add_messages(5)
	await frames(2)
	var header := part(MessageHeader) as MessageHeader
	var edge := 0.0
	for x: int in int(header.size.x):
		move_mouse(header, Vector2(x, 5))
		if header.mouse_default_cursor_shape == Control.CURSOR_HSIZE:
			edge = x + 4
			break
	check(edge > 50.0, "the edge of the first column is at %.1f" % edge)
	mouse_button(header, Vector2(edge, 5), true)
	move_mouse(header, Vector2(edge + 60.0, 5))
	mouse_button(header, Vector2(edge + 60.0, 5), false)
	move_mouse(header, Vector2(edge, 5))
	equal(header.mouse_default_cursor_shape, Control.CURSOR_ARROW, "no edge there any more")
	move_mouse(header, Vector2(edge + 60.0, 5))
	equal(header.mouse_default_cursor_shape, Control.CURSOR_HSIZE, "it is here now")


func test_many_messages_take_little_of_a_frame() -> void:
	_game.start()
	var timed: Array[float] = []
	await type_filter("-event:none")
	for frame: int in 120:
		for i: int in 83:
			var kind := Batch.Kind.SENT if i % 4 == 0 else Batch.Kind.RECEIVED
			var row := {"kind": kind, "payload": '{"x":123.5,"y":77.25,"text":"as long as usual"}'}
			if i % 4 == 1:
				row.merge({"link": _game.next + i - 1, "took": 1_000, "status": "ok"})
			_game.add(row)
		var batch := _game.batch()
		await get_tree().process_frame
		var start := Time.get_ticks_usec()
		_game.session.take("batch", [batch])
		tab.notification(NOTIFICATION_PROCESS)
		timed.append(float(Time.get_ticks_usec() - start))
	timed.sort()
	note("83 messages a frame: %.2f ms, without drawing" % (timed[60] / 1e3))
	check(timed[60] < 2_000.0, "half of the frames took less than %.2f ms" % (timed[60] / 1e3))


func _expect_command(line: String, button: String, command: Array) -> void:
	select_line(part(GameTree) as GameTree, line)
	find_button(button).pressed.emit()
	equal(_game.latest("do").slice(1), command, "%s of %s" % [button, line])


## Pairs of a push and its reply.
func _add_messages(pairs: int) -> void:
	for i: int in pairs:
		var push := (
			_game
			. add(
				{
					"kind": Batch.Kind.SENT,
					"event": "shoot",
					"ref": i,
					"join_ref": 1,
					"payload": '{"number":%d}' % i,
				}
			)
		)
		(
			_game
			. add(
				{
					"event": "phx_reply",
					"status": "ok",
					"link": push,
					"took": 5_000,
					"payload": '{"response":{"hit":true}}',
				}
			)
		)
	_game.send()
