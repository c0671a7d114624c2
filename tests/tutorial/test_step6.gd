extends "res://tutorial_case.gd"


func test_people_and_typing_are_seen_by_both() -> void:
	start_server()
	var presence := PhoenixPresence.new()
	add_child(presence)
	var bob := await other_player("bob", presence)
	await run_project()
	await until_status("Connected as guest-")
	var own := me()
	await wait_until(
		func() -> bool: return (part("People") as Label).text == "bob\n" + own, "the people"
	)
	bob.push("typing", {"typing": true})
	await wait_until(
		func() -> bool: return (part("Typing") as Label).text == "bob typing …", "bob typing"
	)
	type_keys("well")
	await _until_typing(presence, own, true)
	await press(KEY_ENTER)
	await _until_typing(presence, own, false)
	bob.leave()
	await wait_until(func() -> bool: return (part("People") as Label).text == own, "the people")


## Step 7: nothing is lost or doubled when the server restarts, and what was said meanwhile arrives.
func test_the_server_is_lost_and_comes_back() -> void:
	start_server()
	await run_project()
	await until_status("Connected as guest-")
	var own := me()
	await say("one")
	await until_shown([own + "  one"])
	allow_error(refusal())
	server.stop()
	await until_status("No connection")
	await say("two")
	await until_shown([own + "  one", own + "  two  sending …"])
	check(server.start(), "the server starts again")
	await until_shown([own + "  two"])
	var bob := await other_player("bob")
	await say("three")
	await wait_until(
		func() -> bool: return shown() == "%s  two\n%s  three\n" % [own, own], "both messages"
	)
	bob.push("message", {"text": "four"})
	await until_shown([own + "  two", own + "  three", "bob  four"])


## The push times out while the server hangs, and arrives later; sent again it is shown once.
func test_a_message_without_an_answer_is_sent_again() -> void:
	start_server()
	await run_project()
	await until_status("Connected as guest-")
	var own := me()
	(chat.get("_socket") as PhoenixSocket).timeout = 500
	check(server.freeze(), "the server hangs")
	await say("hello?")
	await until_shown([own + "  hello?  no answer  retry"])
	check(server.thaw(), "the server goes on")
	(part("Messages") as RichTextLabel).meta_clicked.emit(chat.get("_room").unsent[0])
	await until_shown([own + "  hello?"])
	var socket := await open_socket({"params": {"user_id": "bob"}}, server.url)
	var channel := socket.channel(ROOM, {"name": "bob"})
	var reply := await reply_to(channel.join())
	equal(reply[1].history.size(), 1, "messages that the server has")


func _until_typing(presence: PhoenixPresence, user: String, typing: bool) -> void:
	await wait_until(
		func() -> bool:
			var entry := presence.get_state().get(user, {}) as Dictionary
			return entry.has("metas") and entry.metas[0].typing == typing,
		"%s typing: %s" % [user, typing]
	)
