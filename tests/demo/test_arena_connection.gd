## Coming to the arena, going, and what a lost connection does to the game.
extends "res://arena_case.gd"

const LIMIT_MS := 90_000


func test_player_who_leaves_is_gone() -> void:
	await play()
	bob.place = Vector2(400.0, 200.0)
	await wait_until(is_bob_shown_near.bind(bob.place), "Bob's ship is shown")
	var before := arena.ships.view_of(bob.id).get_instance_id()
	bob.channel.leave()
	await wait_until(func() -> bool: return view_of_bob() == null, "Bob's ship is gone")
	await wait_until(func() -> bool: return not is_instance_id_valid(before), "and freed")
	check(feed().contains("Bob left"), "the feed tells it: %s" % feed())
	equal(arena.roster.players.keys(), [arena.link.id], "who is left on the board")


func test_going_back_leaves_the_arena() -> void:
	await play()
	await wait_until(func() -> bool: return not bob.meta_of("Ada").is_empty(), "Ada is there")
	await press_key(KEY_ESCAPE)
	equal(Screens.current, "", "the open screen")
	await wait_until(func() -> bool: return bob.meta_of("Ada").is_empty(), "Ada is gone")


func test_arena_that_is_full_lets_in_when_somebody_leaves() -> void:
	var server := own_server()
	var first: PhoenixChannel
	for i: int in 64:
		var socket := await open_socket({"params": {"user_id": "p%d" % i}}, server.url)
		var channel := await joined(socket, Arena.TOPIC)
		first = first if first else channel
	arena = await start_screen("arena", "Ada", server.url) as Arena
	await wait_until(has_text.bind("NoticeTitle", "The arena is full"), "Ada is told so")
	first.leave()
	await wait_until(func() -> bool: return arena.link.is_joined(), "Ada is let in")
	await wait_until(func() -> bool: return arena.ship.flies, "and flies")
	check(not (part("NoticeTitle") as Control).is_visible_in_tree(), "the message is gone")


func test_game_goes_on_after_the_server_was_restarted() -> void:
	var server := own_server()
	await play(server.url, ["--bots", "2"])
	await put_bob_beside_ada()
	await wait_until(func() -> bool: return arena.ships.shown().size() == 3, "two bots are there")
	allow_error(refusal())
	server.stop()
	await wait_until(has_text.bind("NoticeTitle", "Connection lost"), "Ada is told")
	check((part("NoticeTitle") as Control).is_visible_in_tree(), "the message is shown")
	await frames(30)
	check(server.start(), "the server starts again")

	await wait_until(func() -> bool: return arena.link.is_joined(), "Ada is in again")
	check(not (part("NoticeTitle") as Control).is_visible_in_tree(), "the message is gone")
	await wait_until(is_ada_near.bind(arena.ship.place, 10.0), "Bob sees her again")
	await wait_until(is_bob_shown_near.bind(bob.place), "she sees him again")
	await wait_until(func() -> bool: return arena.ships.shown().size() == 3, "the bots as well")
	equal(arena.roster.players.size(), 4, "players on the board")
	hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return not bob.shots.is_empty(), "Bob sees her fire")
	hold(KEY_SPACE, false)


func test_server_that_never_answered_is_not_a_lost_connection() -> void:
	var server := own_server()
	server.stop()
	arena = await start_demo(["--screen", "arena"], server.url) as Arena
	await wait_until(has_text.bind("NoticeTitle", "No server yet, trying again …"), "Ada is told")
	check(server.url in (part("NoticeText") as Label).text, "and where none answers")
	# The same from the start screen, while the next attempt is seconds away.
	await press_key(KEY_ESCAPE)
	await click(part("Arena") as Control)
	arena = Screens.scene as Arena
	check(
		(part("NoticeTitle") as Label).text.begins_with("No server yet"), "what she is told at once"
	)
	check(server.start(), "the server starts")
	await wait_until(func() -> bool: return arena.link.is_joined(), "Ada is in")
	server.stop()
	await wait_until(has_text.bind("NoticeTitle", "Connection lost"), "now it is lost")


func test_score_is_kept_when_only_the_connection_was_lost() -> void:
	await play()
	var link := arena.link
	await put_bob_beside_ada()
	mouse_move(arena.view.world.transform * bob.place)
	await wait_until(is_ada_turned_to.bind(bob.place), "the ship turns to Bob")
	hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return link.score == 1, "Ada scores")
	hold(KEY_SPACE, false)
	var rejoined := record(link.joined)
	var kill := await joined(Net.socket, new_topic())
	kill.push("kill_transport")
	await wait_for(rejoined)
	equal(link.score, 1, "the score in the reply to the new join")
	await wait_until(has_text.bind("Score", "1"), "and on the screen")


func test_player_is_told_why_the_server_says_no() -> void:
	await play()
	var titles := {
		"timeout": "The arena is not responding",
		"unmatched topic": "This server has no arena",
		"websocket needed": "The arena refused you",
	}
	for reason: String in titles:
		arena.link.refused.emit(reason)
		equal((part("NoticeTitle") as Label).text, titles[reason], reason)
	check("websocket needed" in (part("NoticeText") as Label).text, "another reason is told")


func test_bots_come_back_with_the_player() -> void:
	await play(server_url, ["--bots", "2"])
	await click(part("MoreBots") as Control)
	await press_key(KEY_ESCAPE)
	Screens.open("arena")
	arena = Screens.scene as Arena
	equal(arena.bots.wanted(), 3, "bots")
	Screens.bots = 0


func test_broadcasts_that_are_odd_do_no_harm() -> void:
	await play()
	var before := feed()
	for payload: Variant in [null, 7, "text", [], PackedByteArray([1, 2, 3]), {}, {"by": {}}]:
		for event: String in ["hit", "shot", "positions"]:
			arena.link.hear(payload, event)
	await frames(2)
	equal(feed(), before, "what the feed tells")
	check(arena.ship.flies, "the game goes on")


func test_fifty_bots_fill_the_arena() -> void:
	await play(server_url, ["--bots", "50"])
	await wait_until(func() -> bool: return arena.roster.players.size() == 52, "52 on the board")
	var moved := {}
	var seen := {}
	var all_move := func() -> bool:
		for id: int in bob.positions:
			var place := bob.place_of(id)
			moved[id] = moved.get(id, false) or seen.get(id, place) != place
			seen[id] = place
		return moved.values().count(true) >= 50
	await wait_until(all_move, "Bob sees all of them move", 30_000)
	await wait_until(func() -> bool: return arena.ships.shown().size() > 25, "Ada sees them too")
	await wait_until(func() -> bool: return bob.hits.size() >= 5, "they hit each other", 30_000)
