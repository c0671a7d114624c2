## The arena, played with keys, mouse and fingers, and seen by another player.
extends "res://arena_case.gd"

const LIMIT_MS := 90_000

const Roster := preload("res://screens/arena/roster.gd")


func test_others_see_the_player_fly_by_key() -> void:
	await play()
	var ways := {
		KEY_D: Vector2.RIGHT, KEY_LEFT: Vector2.LEFT, KEY_S: Vector2.DOWN, KEY_UP: Vector2.UP
	}
	for key: Key in ways:
		arena.ship.place = Vector2(800.0, 450.0)
		await wait_until(is_ada_near.bind(Vector2(800.0, 450.0), 60.0), "Ada is seen in the middle")
		hold(key, true)
		var farther := func() -> bool:
			var way := bob.place_of(arena.link.id) - Vector2(800.0, 450.0)
			return way.dot(ways[key] as Vector2) > 80.0
		await wait_until(farther, "Ada is seen to fly %s" % ways[key])
		hold(key, false)
	check(arena.view.has_focus(), "arrow keys do not move the focus")


func test_player_sees_the_other_fly() -> void:
	await play()
	bob.place = Vector2(400.0, 200.0)
	await wait_until(is_bob_shown_near.bind(bob.place), "Bob's ship is shown where he is")
	equal(view_of_bob().title, "Bob", "the name at his ship")
	equal(view_of_bob().color, Roster.color_of_hue(bob.meta_of("Bob").hue as int), "its colour")
	bob.place = Vector2(430.0, 200.0)
	await wait_until(is_bob_shown_near.bind(bob.place), "Bob's ship follows him")


func test_mouse_aims_and_fires_and_a_hit_counts_for_both() -> void:
	await play()
	await put_bob_beside_ada()
	var view := arena.view
	mouse_move(view.world.transform * bob.place)
	await wait_until(is_ada_turned_to.bind(bob.place), "the ship turns to the pointer")
	mouse_button(view.world.transform * bob.place, MOUSE_BUTTON_LEFT, true)
	await wait_until(func() -> bool: return not bob.shots.is_empty(), "Bob sees a shot")
	equal(bob.shots[0].by, arena.link.id, "who fired it")
	await wait_until(func() -> bool: return not bob.hits.is_empty(), "Bob is told of a hit")
	mouse_button(view.world.transform * bob.place, MOUSE_BUTTON_LEFT, false)
	var hit := bob.hits[0]
	equal([hit.by, hit.target, hit.score], [arena.link.id, bob.id, 1], "who hit whom")

	var scored := func() -> bool: return bob.meta_of("Ada").get("score") == 1
	await wait_until(scored, "Bob sees Ada's score in her meta")
	await wait_until(has_text.bind("Score", "1"), "Ada sees her score")
	await wait_until(
		func() -> bool: return arena.roster.player(arena.link.id).score == 1, "on the board too"
	)
	check(feed().contains("you hit Bob"), "the feed tells it: %s" % feed())
	check(not view_of_bob().visible, "Bob's ship is gone, until he starts again")


func test_ship_flies_to_the_pointer_while_the_right_button_is_down() -> void:
	await play()
	arena.ship.place = Vector2(800.0, 450.0)
	await frames(1)
	var wanted := Vector2(1100.0, 600.0)
	mouse_button(arena.view.world.transform * wanted, MOUSE_BUTTON_RIGHT, true)
	await wait_until(is_ada_near.bind(wanted, 60.0), "Bob sees Ada where the pointer is")
	mouse_button(arena.view.world.transform * wanted, MOUSE_BUTTON_RIGHT, false)
	await frames(2)
	check(not arena.ship.thrusts, "released, it flies no farther")


func test_space_fires_ahead_and_slowly_enough_for_the_server() -> void:
	await play()
	hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return bob.shots.size() >= 4, "Bob sees four shots")
	hold(KEY_SPACE, false)
	var numbers := bob.shots.map(func(shot: Dictionary) -> int: return shot.shot)
	equal(numbers.slice(0, 4), range(numbers[0] as int, (numbers[0] as int) + 4), "none refused")
	var shot := bob.shots[0]
	var off := Vector2(shot.x as float, shot.y as float).distance_to(arena.ship.place)
	check(off < 40.0, "the shot begins at the ship's nose, %.0f units off" % off)


func test_fingers_fly_and_fire() -> void:
	await play()
	arena.ship.place = Vector2(800.0, 450.0)
	await wait_until(is_ada_near.bind(Vector2(800.0, 450.0), 60.0), "Ada is seen in the middle")
	touch(0, Vector2(150.0, 500.0), true)
	touch(0, Vector2(150.0, 500.0), false)
	await frames(2)
	check((part("Stick") as Control).visible, "the first touch shows the controls")
	var left := (part("Stick") as Control).get_global_rect().get_center()
	var right := (part("Trigger") as Control).get_global_rect().get_center()
	touch(0, left, true)
	drag(0, left + Vector2(0.0, -80.0))
	touch(1, right, true)
	await wait_until(func() -> bool: return not bob.shots.is_empty(), "Bob sees a shot")
	var farther := func() -> bool: return bob.place_of(arena.link.id).y < 350.0
	await wait_until(farther, "Bob sees Ada fly up")
	touch(0, left + Vector2(0.0, -80.0), false)
	touch(1, right, false)
	await frames(2)
	check(not arena.ship.thrusts, "without a finger it flies no farther")


func test_player_who_is_hit_falls_and_comes_back_with_a_shield() -> void:
	await play()
	var shot := await reply_to(bob.channel.push("fire", {"x": 1.0, "y": 1.0, "heading": 0}))
	await wait_until(func() -> bool: return has_tracers(1), "Ada sees the shot")
	bob.channel.push("hit", {"shot": shot[1].shot, "target": arena.link.id})
	await wait_until(func() -> bool: return not arena.ship.flies, "Ada's ship falls")
	await wait_until(has_text.bind("NoticeTitle", "Bob hit you"), "and she is told by whom")
	check(has_tracers(0), "the shot is gone")
	check(not (part("OwnShip") as CanvasItem).visible, "her ship is not shown")
	bob.positions.clear()
	await wait_until(func() -> bool: return arena.ship.flies, "she comes back")
	await wait_until(func() -> bool: return bob.positions.has(arena.link.id), "Bob sees it")
	check(bob.is_shielded(arena.link.id), "with a shield")
	check(not (part("NoticeTitle") as Control).is_visible_in_tree(), "the message is gone")
	equal(bob.meta_of("Bob").score, 1, "Bob's score")


func test_shield_keeps_shots_away() -> void:
	await play()
	await put_bob_beside_ada()
	# Bob has just started: his positions say so, and his shield is what her shots do not hit.
	bob.flags = 2
	await wait_until(is_bob_shielded, "Ada sees his shield")
	mouse_move(arena.view.world.transform * bob.place)
	await wait_until(is_ada_turned_to.bind(bob.place), "the ship turns to him")
	hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return bob.shots.size() >= 3, "three shots at him")
	hold(KEY_SPACE, false)
	equal(bob.hits, [] as Array[Dictionary], "hits")


func test_bots_join_fly_fire_and_hit() -> void:
	await play(server_url, ["--bots", "6"])
	var count_bots := func() -> int:
		var state := bob.presence.get_state()
		return state.keys().filter(func(u: String) -> bool: return state[u].metas[0].bot).size()
	await wait_until(func() -> bool: return count_bots.call() == 6, "Bob sees six bots")
	await wait_until(func() -> bool: return bob.shots.size() >= 6, "they fire")
	equal((part("BotCount") as Label).text, "6 bots", "what the screen says")
	await wait_until(func() -> bool: return not bob.hits.is_empty(), "one hits", 40_000)
	await click(part("MoreBots") as Control)
	await wait_until(func() -> bool: return count_bots.call() == 7, "one more")
	await click(part("FewerBots") as Control)
	await click(part("FewerBots") as Control)
	await wait_until(func() -> bool: return count_bots.call() == 5, "two less")
	arena.bots.want(-3)
	await wait_until(func() -> bool: return count_bots.call() == 0, "none")


func test_arena_without_others_suggests_bots() -> void:
	var server := own_server()
	arena = await start_screen("arena", "Ada", server.url) as Arena
	await wait_until(has_text.bind("NoticeTitle", "Nobody else is here"), "Ada is told")
	var more := part("MoreBots") as Button
	equal(more.theme_type_variation, &"AccentButton", "the button for bots stands out")
	check((part("FewerBots") as Button).disabled, "there is no bot to take away")
	await click(more)
	await frames(2)
	check((part("NoticeTitle") as Label).text != "Nobody else is here", "with a bot, no more")
	check(more.theme_type_variation != &"AccentButton", "nor does the button stand out")
	await click(part("FewerBots") as Control)
	await wait_until(has_text.bind("NoticeTitle", "Nobody else is here"), "alone again")
	var bob_socket := await open_socket({"params": {"user_id": "bob"}}, server.url)
	await joined(bob_socket, Arena.TOPIC, {"name": "Bob"})
	await wait_until(
		func() -> bool: return not (part("NoticeTitle") as Label).is_visible_in_tree(),
		"with Bob she is not told"
	)


func test_counts_of_players_agree() -> void:
	var server := own_server()
	arena = await start_screen("arena", "Ada", server.url, ["--bots", "12"]) as Arena
	await wait_until(func() -> bool: return arena.roster.players.size() == 13, "twelve bots")
	await wait_until(has_text.bind("Crowd", "1 player, 12 bots"), "who is counted")
	check((part("Rank") as Label).text.ends_with(" of 13"), "among how many Ada has a rank")
	var online := _main.get_node("Rows/StatusBar/%Players") as Label
	equal(online.text, "1 online", "people, in the status bar")
	equal((part("BotCount") as Label).text, "12 bots", "and between the buttons")
	arena.bots.want(1)
	await wait_until(has_text.bind("Crowd", "1 player, 1 bot"), "with one of each")
	arena.bots.want(0)
	await wait_until(has_text.bind("Crowd", "1 player"), "without bots")


func test_presence_that_is_odd_does_no_harm() -> void:
	var roster := Roster.new()
	(
		roster
		. follow(
			{
				"a": {"metas": [{"id": 3, "name": 7, "hue": "red", "score": null}]},
				"b": {"metas": ["text", {"id": "none"}]},
				"c": {},
			}
		)
	)
	equal(roster.players.keys(), [3], "players")
	equal([roster.name_of(3), roster.player(3).score], ["7", 0], "name and score")
	equal(roster.name_of(9), "somebody", "the name of one who is not there")


func test_two_windows_of_a_user_are_two_players() -> void:
	var roster := Roster.new()
	roster.follow({"a": {"metas": [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Ada"}]}})
	equal(roster.players.keys(), [1, 2], "players")


func test_two_windows_play() -> void:
	arena = await start_screen("arena", "Ada") as Arena
	var partner := start_partner("partner_arena.gd")
	await wait_until(func() -> bool: return view_named("Partner") != null, "a partner", 30_000)
	await fight("Partner")
	check(feed().contains("you hit Partner"), "the feed tells it: %s" % feed())
	await wait_until(func() -> bool: return feed().contains("Partner hit you"), "hit", 30_000)
	await partner.finished()
	await wait_until(func() -> bool: return feed().contains("Partner left"), "the partner leaves")
	equal(arena.roster.players.size(), 1, "who is left")


func test_everything_fits_into_a_window_and_a_phone() -> void:
	await play(server_url, ["--bots", "4"])
	await wait_until(func() -> bool: return arena.roster.players.size() == 6, "six players")
	for size: Vector2i in [Vector2i(1280, 720), Vector2i(390, 844), Vector2i(360, 640)]:
		await check_fits(size)
		equal((part("Minimap") as Control).visible, size.x < 1000, "a map at %s" % size)
		equal((part("Stick") as Control).visible, size.x < 1000, "a stick at %s" % size)
