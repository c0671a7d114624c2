## The log of the control room: what it shows, hides and keeps.
extends "res://control_room_case.gd"


func test_filters_the_log() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	await join_topic(topic)
	await push_event("echo", '{"fruit": "apple"}')
	await push_event("echo", '{"fruit": "pear"}')
	await log_shows('phx_reply ok  {"fruit":"pear"}')
	await type_into(part("Filter") as LineEdit, "Apple echo")
	await frames(2)
	equal(log_lines().size(), 1, "lines with apple and echo, in %s" % [log_lines()])
	await type_into(part("Filter") as LineEdit, "fruit -pear")
	await frames(2)
	equal(log_lines().size(), 2, "lines with fruit, without pear, in %s" % [log_lines()])
	equal((part("Log") as RichTextLabel).get_parsed_text().split("\n").size(), 2, "lines to see")
	await type_into(part("Filter") as LineEdit, "")
	check(log_lines().size() > 4, "all lines are back")


func test_begins_without_other_channels() -> void:
	await start_screen("chat")
	await wait_until(func() -> bool: return Net.players.size() > 0, "the demo's own presence")
	Screens.open("control_room")
	await frames(1)
	await reply_to(Net.socket.ping())  # by then, the goodbye of the chat has been answered
	await frames(2)
	equal(log_lines(), PackedStringArray(), "lines")
	var topic := new_topic()
	await join_topic(topic)
	await log_shows("phx_reply ok")
	for line: String in log_lines():
		check(topic in line, "a line of %s: %s" % [topic, line])
	await click(part("AllTopics") as Control)
	await log_shows("chat:lobby  phx_reply ok")


func test_hides_heartbeats_unless_asked() -> void:
	await start_screen("control_room")
	await wait_until(func() -> bool: return Net.round_trip_ms > 0.0, "a heartbeat")
	await log_shows("connected to")
	check(not "heartbeat" in "".join(log_lines()), "no heartbeat in %s" % [log_lines()])
	await click(part("AllTopics") as Control)
	Net.socket.ping()
	await log_shows("→  phoenix  heartbeat")
	await log_shows("←  phoenix  phx_reply ok")


func test_pauses_clears_and_copies_the_log() -> void:
	await start_screen("control_room")
	await join_topic(new_topic())
	await log_shows("phx_join")
	var shown := part("Log") as RichTextLabel
	await click(part("Pause") as Control)
	var before := shown.get_parsed_text()
	await push_event("echo", '{"while": "paused"}')
	await log_shows('phx_reply ok  {"while":"paused"}')
	await frames(2)
	equal(shown.get_parsed_text(), before, "what is shown while paused")
	await click(part("Pause") as Control)
	await frames(2)
	check('phx_reply ok  {"while":"paused"}' in shown.get_parsed_text(), "what came meanwhile")

	var copied := PackedStringArray()
	(part("Messages") as MessageLog).put_into_clipboard = copied.append
	await click(part("Copy") as Control)
	equal(copied, PackedStringArray(["\n".join(log_lines())]), "what was copied")
	await click(part("Clear") as Control)
	await frames(2)
	equal(shown.get_parsed_text(), "", "what is shown")
	equal(log_lines(), PackedStringArray(), "lines")


func test_keeps_up_with_a_flood() -> void:
	await start_screen("control_room")
	await join_topic(new_topic())
	await push_event("flood", '{"n": 3000, "reply": true}')
	await log_shows('phx_reply ok  {"n":3000}')
	await frames(3)
	check(log_lines().size() <= 2 * MessageLog.MAX_ENTRIES, "%d lines kept" % log_lines().size())
	var lines := (part("Log") as RichTextLabel).get_parsed_text().split("\n").size()
	check(lines > 100 and lines <= 2 * MessageLog.MAX_ENTRIES, "%d lines" % lines)


func test_shows_binary_messages() -> void:
	await start_screen("control_room")
	var topic := new_topic()
	var bob := await other_player("bob", topic)
	await join_topic(topic)
	bob.push("broadcast_binary", PackedByteArray([1, 2, 255]))
	await log_shows("bin_all  3 bytes: 0102ff")
