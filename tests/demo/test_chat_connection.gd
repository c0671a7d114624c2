## The chat without a server for a while: nothing is lost, and nothing shown twice.
extends "res://chat_case.gd"

const LIMIT_MS := 60_000


## The server ends and comes back with nothing in its memory, as the devserver does.
func test_a_server_restart_loses_and_doubles_nothing() -> void:
	allow_error(refusal())
	var server := await open_chat(["before"])
	await until_shown(["before"])
	await write("and this")
	await press_key(KEY_ENTER)
	await until_state(1, "sent")

	server.stop()
	await until_status("no connection; messages will be sent later")
	await write("meanwhile")
	await press_key(KEY_ENTER)
	await until_shown(["before", "and this", "meanwhile"])
	equal(trouble_of(2), "will be sent once connected", "what is said of it")

	check(server.start(), "the server starts again")
	await until_state(2, "sent")
	await wait_until(bob.is_joined, "Bob is back")
	bob.push("message", {"text": "after"})
	await until_shown(["before", "and this", "meanwhile", "after"])
	check(rows()[2].get_node("%Era").visible, "it is said that the server has forgotten the rest")
	check(not rows()[3].get_node("%Era").visible, "and once")
	await until_people(["Ada  you", "Bob"])


## Without a server it is not known what was said in the room.
func test_a_room_that_was_never_reached_is_not_called_silent() -> void:
	var server := own_server()
	server.stop()
	await start_demo(["--screen", "chat"], server.url)
	await wait_until(func() -> bool: return Net.attempts > 1, "two attempts to connect")
	await frames(3)
	equal((part("Empty") as Label).text, "Not connected yet.", "what is said of the room")
	equal((part("PeopleTitle") as Label).text, "People", "nobody is counted")
	check(status() != "", "the connection is what is spoken of: %s" % status())
	check(server.start(), "the server starts")
	await wait_until(
		func() -> bool: return (part("Empty") as Label).text.begins_with("No messages"),
		"it is known now"
	)


## The connection is lost after the server stored a message, before its reply came: here the server
## got it by another connection of the same user.
func test_a_message_whose_reply_was_lost_is_shown_once() -> void:
	var server := await open_chat(["before"])
	var own := await open_socket({"params": {"user_id": Net.user_id}}, server.url)
	Net.socket.disconnect_socket()
	await wait_until(func() -> bool: return status() != "", "Ada is away")
	await write("arrived")
	await press_key(KEY_ENTER)
	var message := lobby().transcript.unsent()[0]
	var channel := await joined(own, "chat:lobby", {"name": "Ada"})
	equal(
		(await reply_to(channel.push("message", {"text": "arrived", "nonce": message.nonce})))[0],
		"ok",
		"the first try"
	)
	await reply_to(bob.push("message", {"text": "missed"}))
	channel.leave()

	Net.socket.connect_socket()
	await until_shown(["before", "arrived", "missed"])
	equal(mark_of(1), "sent", "its sign")
	equal(bob_hears, ["Ada: arrived"] as Array[String], "what Bob heard")


## The server hangs: it gets the message, and does not answer in time.
func test_a_message_without_an_answer_is_sent_again_and_stored_once() -> void:
	var server := await open_chat()
	check(server.freeze(), "the server hangs")
	await write("hello?")
	await press_key(KEY_ENTER)
	equal(mark_of(0), "sending", "its sign")
	await until_state(0, "no answer", 10_000)
	equal(trouble_of(0), "the server did not answer", "what is said of it")
	check(server.thaw(), "the server goes on")
	await until_bob_hears(["Ada: hello?"])
	await click(row_button(0, "Retry"))
	await until_state(0, "sent")
	await reply_to(bob.push("message", {"text": "yes"}))
	await until_shown(["hello?", "yes"])
	equal(bob_hears, ["Ada: hello?"] as Array[String], "what Bob heard")


func test_what_was_written_without_a_connection_goes_out_in_order() -> void:
	var server := await open_chat()
	allow_error(refusal())
	server.stop()
	await until_status("no connection; messages will be sent later")
	var expected: Array[String] = []
	for i: int in 8:
		await write("line %d" % i)
		await press_key(KEY_ENTER)
		expected.append("line %d" % i)
	check(server.start(), "the server starts again")
	await until_state(7, "sent", 15_000)
	await until_shown(expected)


## Bob sits in a window of his own: another engine, with the whole demo.
func test_two_windows_talk_over_a_restart() -> void:
	var server := own_server()
	var partner := start_partner("partner_chat.gd", server.url)
	await start_screen("chat", "Ada", server.url)
	await wait_until(
		func() -> bool: return lobby().people().size() == 2, "both are in the room", 30_000
	)
	await write("Hello Bob.")
	await press_key(KEY_ENTER)
	await until_shown(["Hello Bob.", "Hello Ada."], 30_000)

	server.stop()
	await until_status("no connection; messages will be sent later")
	await write("Still there?")
	await press_key(KEY_ENTER)
	check(server.start(), "the server starts again")
	await until_shown(["Hello Bob.", "Hello Ada.", "Still there?", "Still here."], 30_000)
	await partner.finished()
	await wait_until(func() -> bool: return lobby().people().size() == 1, "Bob is gone")
