## A game written for the GDScript addon: it gets what docs/porting.md promises.
extends "res://phoenix_case.gd"

const Game := preload("res://porting/game.gd")


func test_connects_joins_and_syncs_presence_by_hand() -> void:
	var game := await _game("ada")
	var connecting := game.calls_of("socket connecting")
	equal(connecting, [[true], [false]], "on_connecting")
	var opened := game.calls_of("socket open")
	equal(opened.size(), 1, "on_open")
	check(opened[0][0] is Dictionary, "on_open has a Dictionary")
	equal(game.calls_of("channel join")[0][0], "ok", "status of on_join_result")
	check(game.calls_of("channel join")[0][1] is Dictionary, "the result is a Dictionary")

	# The diff of its own join may come first, and in a frame before.
	await wait_until(
		func() -> bool: return game.events("presence_state").size() == 1, "presence_state"
	)
	equal(game.users(), ["ada"], "users")
	equal(game.events("presence_state")[0][2], "ok", "its status")
	var joins := game.calls_of("presence join")
	equal(joins.size(), 1, "on_join, once though the game syncs what is synced by itself")
	var join := joins[0][0][0] as Dictionary
	equal(join.keys(), ["key", "current_presence", "new_presence"], "what a join has")
	equal([join.key, join.current_presence], ["ada", null], "key and current_presence")
	equal((join.new_presence.metas as Array).size(), 1, "metas")


func test_sees_others_come_and_go() -> void:
	var ada := await _game("ada")
	var bob := await _game("bob", ada.channel.get_topic() as String)
	await wait_until(func() -> bool: return ada.users() == ["ada", "bob"], "bob came")
	await wait_until(func() -> bool: return bob.users() == ["ada", "bob"], "bob sees both")
	bob.channel.queue_free()
	await wait_until(func() -> bool: return ada.users() == ["ada"], "bob went")
	var leaves := ada.calls_of("presence leave")
	equal(leaves.size(), 1, "on_leave")
	var leave := leaves[0][0][0] as Dictionary
	equal(leave.keys(), ["key", "current_presence", "left_presence"], "what a leave has")
	equal(leave.key, "bob", "the key")
	equal(leave.current_presence.metas, [], "metas that are left")
	equal((leave.left_presence.metas as Array).size(), 1, "metas that left")


func test_replies_and_broadcasts_come_in_on_event() -> void:
	var ada := await _game("ada")
	var bob := await _game("bob", ada.channel.get_topic() as String)
	ada.send("ping", {})
	await wait_until(func() -> bool: return ada.events("ping").size() == 1, "a reply")
	equal(ada.events("ping"), [["ping", {"pong": "success!"}, "ok"]], "on_event of the reply")

	ada.send("ping", {error = true})
	await wait_until(func() -> bool: return ada.events("ping").size() == 2, "an error")
	equal(
		ada.events("ping")[1], ["ping", {"reason": "ping was asked to fail"}, "error"], "the error"
	)

	ada.broadcast = true
	ada.send("ping", {})
	for game: Game in [ada, bob]:
		await wait_until(func() -> bool: return game.events("pong").size() == 1, "the broadcast")
		var expected := ["pong", {"pong": "success!", "from": "ada"}, "ok"]
		equal(game.events("pong")[0], expected, "on_event of the broadcast")
	ada.broadcast = false

	ada.send("shout", {some = "param"})
	await wait_until(func() -> bool: return bob.events("shout").size() == 1, "a push for all")
	equal(bob.events("shout")[0], ["shout", {"some": "param"}, "ok"], "on_event of it")


func test_leaves_and_joins_another_topic() -> void:
	var game := await _game("ada")
	var first := game.channel.get_topic() as String
	var second := new_topic("game")
	game.toggle_channel(second)
	await wait_until(game.channel.is_closed, "left")
	await wait_until(func() -> bool: return game.calls_of("channel close").size() == 1, "on_close")
	equal(game.calls_of("channel close"), [[{"reason": "leave"}]], "on_close")
	equal(game.users(), [], "nobody is present")
	check(game.events("phx_leave").is_empty(), "the reply to the leave is not in on_event")

	game.toggle_channel(second)
	await wait_until(game.channel.is_joined, "joined")
	check(first != game.channel.get_topic(), "another topic")
	await wait_until(func() -> bool: return game.calls_of("channel join").size() == 2, "the result")


func test_disconnects_and_connects_as_another_user() -> void:
	var game := await _game("ada")
	game.connect_to(server_url, "ada")
	await wait_until(func() -> bool: return game.calls_of("socket close").size() == 1, "on_close")
	var closed := game.calls_of("socket close")[0][0] as Dictionary
	equal([closed.was_requested, closed.will_reconnect], [true, false], "on_close")
	check(closed.reason is Dictionary and closed.reason.has("message"), "reason in %s" % [closed])

	game.connect_to(server_url, "eve")
	# The handler of on_open calls join(), as at first.
	await wait_until(func() -> bool: return game.calls_of("channel join").size() == 2, "joined")
	await wait_until(func() -> bool: return game.users() == ["eve"], "eve")


func test_comes_back_by_itself() -> void:
	var server := own_server()
	var game := await _game("ada", new_topic("game"), server.url)
	server.stop()
	await wait_until(func() -> bool: return game.calls_of("socket error").size() > 0, "on_error")
	await wait_until(func() -> bool: return game.calls_of("socket close").size() > 0, "on_close")
	var closed := game.calls_of("socket close")[0][0] as Dictionary
	equal([closed.was_requested, closed.will_reconnect], [false, true], "on_close")
	check(closed.reason.message is String, "reason.message")
	check(game.calls_of("socket error")[0][0].message is String, "on_error has a message")
	check(not game.socket.get_is_connected(), "get_is_connected()")

	server.start()
	await wait_until(func() -> bool: return game.calls_of("channel join").size() == 2, "rejoined")
	equal(game.calls_of("channel join")[1][0], "ok", "its status")
	await wait_until(func() -> bool: return game.users() == ["ada"], "ada is present again")


func test_channel_error_and_unexpected_close() -> void:
	var game := await _game("ada", new_topic("room"))
	game.channel.push("crash")
	await wait_until(func() -> bool: return game.calls_of("channel error").size() == 1, "on_error")
	check(game.calls_of("channel error")[0][0] is Dictionary, "on_error has a Dictionary")
	await wait_until(game.channel.is_joined, "it rejoins")
	game.channel.push("stop")
	await wait_until(func() -> bool: return game.calls_of("channel close").size() == 1, "on_close")
	equal(game.calls_of("channel close"), [[{"reason": "unexpected_close"}]], "on_close")


func test_nodes_that_are_freed_say_so() -> void:
	var game := await _game("ada")
	game.channel.queue_free()
	await wait_until(func() -> bool: return not is_instance_valid(game.channel), "freed")
	equal(game.calls_of("channel close"), [[{"reason": "exit tree"}]], "the channel's on_close")
	game.channel = null
	game.socket.queue_free()
	await wait_until(func() -> bool: return not is_instance_valid(game.socket), "freed")
	var closed := game.calls_of("socket close")
	equal(closed.size(), 1, "the socket's on_close")
	equal(closed[0][0].reason, {"message": "exit tree"}, "its reason")


func _game(user: String, topic: String = new_topic("game"), url: String = server_url) -> Game:
	var game := Game.new()
	add_child(game)
	game.connect_to(url, user)
	game.open_channel(topic)
	await wait_until(game.channel.is_joined, "%s joined" % user)
	await wait_until(func() -> bool: return game.calls_of("channel join").size() > 0, "the result")
	return game
