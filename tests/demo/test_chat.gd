## Talking in the chat: what a player does with mouse and keyboard, and what the others see of it.
extends "res://chat_case.gd"

const LIMIT_MS := 40_000


func test_history_is_there_and_a_message_reaches_the_others() -> void:
	await open_chat(["Is anybody here?", "Hello?"])
	await until_shown(["Is anybody here?", "Hello?"])
	check(
		shown_in(0).begins_with("Bob   "),
		"Bob's name stands over his first message: " + shown_in(0)
	)
	equal(shown_in(1), "Hello?", "the second without a name")

	await write("Yes, I am.")
	equal(bob_hears, [] as Array[String], "what Bob heard before Enter")
	await press_key(KEY_ENTER)
	await until_shown(["Is anybody here?", "Hello?", "Yes, I am."])
	await until_bob_hears(["Ada: Yes, I am."])
	await until_state(2, "sent")
	equal(compose().text, "", "the field after sending")

	bob.push("message", {"text": "Good."})
	await until_shown(["Is anybody here?", "Hello?", "Yes, I am.", "Good."])


func test_shift_and_enter_begin_a_line_and_the_button_sends() -> void:
	await open_chat()
	await write("one")
	await send_key(KEY_ENTER, {"shift_pressed": true})
	await write("two")
	equal(compose().text, "one\ntwo", "the field")
	await click(part("Send") as Control)
	await until_bob_hears(["Ada: one\ntwo"])
	check(compose().has_focus(), "the field has the focus again")


func test_markup_of_others_is_shown_as_text() -> void:
	var text := "[b]bold[/b] [img]res://theme.tres[/img] [url=x]y[/url]"
	await open_chat([text])
	await until_shown([text])
	var eve := await someone("eve", "[b]Eve", "lobby", Net.server_url)
	eve.push("message", {"text": "hi"})
	await until_shown([text, "hi"])
	check(shown_in(1).begins_with("[b]Eve   "), shown_in(1))
	check((part("People") as RichTextLabel).get_parsed_text().contains("[b]Eve"), "in the list")


func test_people_come_and_go() -> void:
	await open_chat()
	await until_people(["Ada  you", "Bob"])
	var cleo := await someone("cleo", "Cleo", "lobby", Net.server_url)
	await until_people(["Ada  you", "Bob", "Cleo"])
	cleo.leave()
	await until_people(["Ada  you", "Bob"])
	await wait_until(func() -> bool: return bob_sees.get_state().has(Net.user_id), "Bob sees Ada")
	Screens.back()
	await wait_until(
		func() -> bool: return bob_sees.get_state().keys() == ["bob"], "Bob sees Ada leave"
	)


func test_typing_is_seen_until_it_rests_or_the_message_is_sent() -> void:
	await open_chat()
	await write("well")
	await until_ada_types(true)
	var started_ms := Time.get_ticks_msec()
	await until_ada_types(false)
	var took_ms := Time.get_ticks_msec() - started_ms
	check(took_ms > 2_500, "it rests after three seconds, not after %d ms" % took_ms)

	await write(" then")
	await until_ada_types(true)
	started_ms = Time.get_ticks_msec()
	await press_key(KEY_ENTER)
	await until_ada_types(false)
	took_ms = Time.get_ticks_msec() - started_ms
	check(took_ms < 2_500, "sending ends it at once, not after %d ms" % took_ms)


func test_typing_of_others_is_shown() -> void:
	await open_chat()
	var cleo := await someone("cleo", "Cleo", "lobby", Net.server_url)
	bob.push("typing", {"typing": true})
	await until_status("Bob is typing …")
	cleo.push("typing", {"typing": true})
	await until_status("Bob and Cleo are typing …")
	bob.push("typing", {"typing": false})
	cleo.leave()
	await until_status("")


func test_a_message_that_is_too_long_is_refused_and_can_be_discarded() -> void:
	await open_chat()
	compose().text = "x".repeat(501)
	compose().text_changed.emit()
	equal((part("Count") as Label).text, "501 of 500", "the count")
	await press_key(KEY_ENTER)
	await until_state(0, "refused")
	equal(trouble_of(0), "not sent: too long", "what is said of it")
	await click(row_button(0, "Discard"))
	await until_shown([])
	equal(bob_hears, [] as Array[String], "what Bob heard")


## Six and more within a second, which takes several attempts on a machine that is busy.
func test_messages_that_are_too_fast_are_refused_and_sent_by_retry() -> void:
	await open_chat()
	compose().grab_focus()
	var expected: Array[String] = []
	while row_with_mark("refused") < 0 and expected.size() < 100:
		for i: int in 10:
			expected.append("Ada: quick %d" % expected.size())
			compose().text = expected[-1].trim_prefix("Ada: ")
			compose().text_changed.emit()
			send_key(KEY_ENTER)
		await until_answered()
	equal(trouble_of(row_with_mark("refused")), "not sent: too fast", "what is said of it")
	while row_with_mark("refused") >= 0:
		await click(row_button(row_with_mark("refused"), "Retry"))
		await until_answered()
	await wait_until(func() -> bool: return bob_hears.size() == expected.size(), "all at Bob")
	expected.sort()
	bob_hears.sort()
	equal(bob_hears, expected, "what Bob heard")


func test_the_list_stays_where_the_player_reads_and_tells_of_what_is_new() -> void:
	await open_chat()
	var room := lobby()
	for i: int in 40:
		room.transcript.take([said_before(i + 1000, "line %d" % i)])
	var scroll := part("Scroll") as ScrollContainer
	var bar := scroll.get_v_scroll_bar()
	await wait_until(func() -> bool: return bar.value > 100.0 and is_at_end(bar), "at the end")

	await press_key(KEY_PAGEUP)
	await wait_until(func() -> bool: return not is_at_end(bar), "a page up")
	var place := bar.value
	bob.push("message", {"text": "news"})
	await wait_until(
		func() -> bool: return (part("Hint") as Button).text == "1 new message", "the hint"
	)
	equal(bar.value, place, "the place in the list")
	await click(part("Hint") as Control)
	await wait_until(func() -> bool: return is_at_end(bar), "at the end")
	check(not (part("Hint") as Button).visible, "the hint is gone")
