## The arena, played with keys, mouse and fingers, and seen by another player.
extends "res://demo_case.gd"

const ArenaPlayer := preload("res://arena_player.gd")
const Arena := preload("res://doors/arena/arena.gd")
const Roster := preload("res://doors/arena/roster.gd")
const ShipView := preload("res://doors/arena/ship_view.gd")

const LIMIT_MS := 60_000
## How far off the other sees a ship that rests: by rounding, and by what it still drifts.
const NEAR := 3.0

var _arena: Arena
var _bob: ArenaPlayer


func test_others_see_the_player_fly_by_key() -> void:
	await _play()
	var ways := {
		KEY_D: Vector2.RIGHT, KEY_LEFT: Vector2.LEFT, KEY_S: Vector2.DOWN, KEY_UP: Vector2.UP
	}
	for key: Key in ways:
		_arena.ship.place = Vector2(800.0, 450.0)
		await wait_until(
			_is_ada_near.bind(Vector2(800.0, 450.0), 60.0), "Ada is seen in the middle"
		)
		_hold(key, true)
		var farther := func() -> bool:
			var way := _bob.place_of(_arena.link.id) - Vector2(800.0, 450.0)
			return way.dot(ways[key] as Vector2) > 80.0
		await wait_until(farther, "Ada is seen to fly %s" % ways[key])
		_hold(key, false)
	check(_arena.view.has_focus(), "arrow keys do not move the focus")


func test_player_sees_the_other_fly() -> void:
	await _play()
	_bob.place = Vector2(400.0, 200.0)
	await wait_until(_is_bob_shown_near.bind(_bob.place), "Bob's ship is shown where he is")
	equal(_view_of_bob().title, "Bob", "the name at his ship")
	equal(_view_of_bob().color, Roster.color_of_hue(_bob.meta_of("Bob").hue as int), "its colour")
	_bob.place = Vector2(430.0, 200.0)
	await wait_until(_is_bob_shown_near.bind(_bob.place), "Bob's ship follows him")


func test_mouse_aims_and_fires_and_a_hit_counts_for_both() -> void:
	await _play()
	await _put_bob_beside_ada()
	var view := _arena.view
	_mouse_move(view.world.transform * _bob.place)
	await wait_until(_is_ada_turned_to.bind(_bob.place), "the ship turns to the pointer")
	_mouse_button(view.world.transform * _bob.place, MOUSE_BUTTON_LEFT, true)
	await wait_until(func() -> bool: return not _bob.shots.is_empty(), "Bob sees a shot")
	equal(_bob.shots[0].by, _arena.link.id, "who fired it")
	await wait_until(func() -> bool: return not _bob.hits.is_empty(), "Bob is told of a hit")
	_mouse_button(view.world.transform * _bob.place, MOUSE_BUTTON_LEFT, false)
	var hit := _bob.hits[0]
	equal([hit.by, hit.target, hit.score], [_arena.link.id, _bob.id, 1], "who hit whom")

	var scored := func() -> bool: return _bob.meta_of("Ada").get("score") == 1
	await wait_until(scored, "Bob sees Ada's score in her meta")
	await wait_until(_has_text.bind("Score", "1"), "Ada sees her score")
	await wait_until(
		func() -> bool: return _arena.roster.player(_arena.link.id).score == 1, "on the board too"
	)
	check(_feed().contains("you hit Bob"), "the feed tells it: %s" % _feed())
	check(not _view_of_bob().visible, "Bob's ship is gone, until he starts again")


func test_ship_flies_to_the_pointer_while_the_right_button_is_down() -> void:
	await _play()
	_arena.ship.place = Vector2(800.0, 450.0)
	await frames(1)
	var wanted := Vector2(1100.0, 600.0)
	_mouse_button(_arena.view.world.transform * wanted, MOUSE_BUTTON_RIGHT, true)
	await wait_until(_is_ada_near.bind(wanted, 60.0), "Bob sees Ada where the pointer is")
	_mouse_button(_arena.view.world.transform * wanted, MOUSE_BUTTON_RIGHT, false)
	await frames(2)
	check(not _arena.ship.thrusts, "released, it flies no farther")


func test_space_fires_ahead_and_slowly_enough_for_the_server() -> void:
	await _play()
	_hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return _bob.shots.size() >= 4, "Bob sees four shots")
	_hold(KEY_SPACE, false)
	var numbers := _bob.shots.map(func(shot: Dictionary) -> int: return shot.shot)
	equal(numbers.slice(0, 4), range(numbers[0] as int, (numbers[0] as int) + 4), "none refused")
	var shot := _bob.shots[0]
	var off := Vector2(shot.x as float, shot.y as float).distance_to(_arena.ship.place)
	check(off < 40.0, "the shot begins at the ship's nose, %.0f units off" % off)


func test_fingers_fly_and_fire() -> void:
	await _play()
	_arena.ship.place = Vector2(800.0, 450.0)
	await wait_until(_is_ada_near.bind(Vector2(800.0, 450.0), 60.0), "Ada is seen in the middle")
	_touch(0, Vector2(150.0, 500.0), true)
	await frames(1)
	check((part("Touch") as Control).visible, "the first touch shows the controls")
	_touch(0, Vector2(150.0, 500.0), false)
	_touch(0, Vector2(150.0, 500.0), true)
	_drag(0, Vector2(150.0, 420.0))
	_touch(1, Vector2(1150.0, 500.0), true)
	await wait_until(func() -> bool: return not _bob.shots.is_empty(), "Bob sees a shot")
	var farther := func() -> bool: return _bob.place_of(_arena.link.id).y < 350.0
	await wait_until(farther, "Bob sees Ada fly up")
	_touch(0, Vector2(150.0, 420.0), false)
	_touch(1, Vector2(1150.0, 500.0), false)
	await frames(2)
	check(not _arena.ship.thrusts, "without a finger it flies no farther")


func test_player_who_is_hit_falls_and_comes_back_with_a_shield() -> void:
	await _play()
	var shot := await reply_to(_bob.channel.push("fire", {"x": 1.0, "y": 1.0, "heading": 0}))
	await wait_until(func() -> bool: return _has_tracers(1), "Ada sees the shot")
	_bob.channel.push("hit", {"shot": shot[1].shot, "target": _arena.link.id})
	await wait_until(func() -> bool: return not _arena.ship.flies, "Ada's ship falls")
	await wait_until(_has_text.bind("MessageTitle", "Bob hit you"), "and she is told by whom")
	check(_has_tracers(0), "the shot is gone")
	check(not (part("OwnShip") as CanvasItem).visible, "her ship is not shown")
	_bob.positions.clear()
	await wait_until(func() -> bool: return _arena.ship.flies, "she comes back")
	await wait_until(func() -> bool: return _bob.positions.has(_arena.link.id), "Bob sees it")
	check(_bob.is_shielded(_arena.link.id), "with a shield")
	check(not (part("Message") as Control).visible, "the message is gone")
	equal(_bob.meta_of("Bob").score, 1, "Bob's score")


func test_shield_keeps_shots_away() -> void:
	await _play()
	await _put_bob_beside_ada()
	# Bob has just started: his positions say so, and his shield is what her shots do not hit.
	_bob.flags = 2
	await wait_until(_is_bob_shielded, "Ada sees his shield")
	_mouse_move(_arena.view.world.transform * _bob.place)
	await wait_until(_is_ada_turned_to.bind(_bob.place), "the ship turns to him")
	_hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return _bob.shots.size() >= 3, "three shots at him")
	_hold(KEY_SPACE, false)
	equal(_bob.hits, [] as Array[Dictionary], "hits")


func test_player_who_leaves_is_gone() -> void:
	await _play()
	_bob.place = Vector2(400.0, 200.0)
	await wait_until(_is_bob_shown_near.bind(_bob.place), "Bob's ship is shown")
	var before := _arena.ships.view_of(_bob.id).get_instance_id()
	_bob.channel.leave()
	await wait_until(func() -> bool: return _view_of_bob() == null, "Bob's ship is gone")
	await wait_until(func() -> bool: return not is_instance_id_valid(before), "and freed")
	check(_feed().contains("Bob left"), "the feed tells it: %s" % _feed())
	equal(_arena.roster.players.keys(), [_arena.link.id], "who is left on the board")


func test_going_back_leaves_the_arena() -> void:
	await _play()
	await wait_until(func() -> bool: return not _bob.meta_of("Ada").is_empty(), "Ada is there")
	await press_key(KEY_ESCAPE)
	equal(Doors.current, "", "the open door")
	await wait_until(func() -> bool: return _bob.meta_of("Ada").is_empty(), "Ada is gone")


func test_arena_that_is_full_lets_in_when_somebody_leaves() -> void:
	var server := own_server()
	var first: PhoenixChannel
	for i: int in 64:
		var socket := await open_socket({"params": {"user_id": "p%d" % i}}, server.url)
		var channel := await joined(socket, Arena.TOPIC)
		first = first if first else channel
	_arena = await start_door("arena", "Ada", server.url) as Arena
	await wait_until(_has_text.bind("MessageTitle", "The arena is full"), "Ada is told so")
	first.leave()
	await wait_until(func() -> bool: return _arena.link.is_joined(), "Ada is let in")
	await wait_until(func() -> bool: return _arena.ship.flies, "and flies")
	check(not (part("Message") as Control).visible, "the message is gone")


func test_game_goes_on_after_the_server_was_restarted() -> void:
	var server := own_server()
	await _play(server.url, ["--bots", "2"])
	await _put_bob_beside_ada()
	await wait_until(func() -> bool: return _arena.ships.shown().size() == 3, "two bots are there")
	server.stop()
	await wait_until(_has_text.bind("MessageTitle", "Connection lost"), "Ada is told")
	check((part("Message") as Control).visible, "the message is shown")
	await frames(30)
	check(server.start(), "the server starts again")

	await wait_until(func() -> bool: return _arena.link.is_joined(), "Ada is in again")
	check(not (part("Message") as Control).visible, "the message is gone")
	await wait_until(_is_ada_near.bind(_arena.ship.place, 10.0), "Bob sees her again")
	await wait_until(_is_bob_shown_near.bind(_bob.place), "she sees him again")
	await wait_until(func() -> bool: return _arena.ships.shown().size() == 3, "the bots as well")
	equal(_arena.roster.players.size(), 4, "players on the board")
	_hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return not _bob.shots.is_empty(), "Bob sees her fire")
	_hold(KEY_SPACE, false)


func test_score_is_kept_when_only_the_connection_was_lost() -> void:
	await _play()
	var link := _arena.link
	await _put_bob_beside_ada()
	_mouse_move(_arena.view.world.transform * _bob.place)
	await wait_until(_is_ada_turned_to.bind(_bob.place), "the ship turns to Bob")
	_hold(KEY_SPACE, true)
	await wait_until(func() -> bool: return link.score == 1, "Ada scores")
	_hold(KEY_SPACE, false)
	var rejoined := record(link.joined)
	var kill := await joined(Net.socket, new_topic())
	kill.push("kill_transport")
	await wait_for(rejoined)
	equal(link.score, 1, "the score in the reply to the new join")
	await wait_until(_has_text.bind("Score", "1"), "and on the screen")


func test_bots_join_fly_fire_and_hit() -> void:
	await _play(server_url, ["--bots", "6"])
	var count_bots := func() -> int:
		var state := _bob.presence.get_state()
		return state.keys().filter(func(u: String) -> bool: return state[u].metas[0].bot).size()
	await wait_until(func() -> bool: return count_bots.call() == 6, "Bob sees six bots")
	await wait_until(func() -> bool: return _bob.shots.size() >= 6, "they fire")
	equal((part("BotCount") as Label).text, "6 bots", "what the door says")
	await wait_until(func() -> bool: return not _bob.hits.is_empty(), "one hits", 40_000)
	await click(part("MoreBots") as Control)
	await wait_until(func() -> bool: return count_bots.call() == 7, "one more")
	await click(part("FewerBots") as Control)
	await click(part("FewerBots") as Control)
	await wait_until(func() -> bool: return count_bots.call() == 5, "two less")
	_arena.bots.want(-3)
	await wait_until(func() -> bool: return count_bots.call() == 0, "none")


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


## The arena with Ada at this window, and Bob somewhere else, both joined.
func _play(url: String = server_url, more: PackedStringArray = []) -> void:
	# The server remembers a user's score for a while, so this is another Bob in each test.
	var user := "bob-%d-%d" % [OS.get_process_id(), Time.get_ticks_usec()]
	var socket := await open_socket({"params": {"user_id": user}}, url)
	_bob = ArenaPlayer.new(socket, Arena.TOPIC, "Bob")
	add_child(_bob)
	_arena = await start_door("arena", "Ada", url, more) as Arena
	await wait_until(func() -> bool: return _arena.link.is_joined(), "Ada is in the arena")
	await wait_until(func() -> bool: return _bob.id != 0, "Bob is in the arena")
	await wait_until(func() -> bool: return _arena.ship.flies, "Ada flies")


## Bob is 200 units from Ada, and she sees him there.
func _put_bob_beside_ada() -> void:
	_arena.ship.place = Vector2(800.0, 450.0)
	_bob.place = Vector2(800.0, 250.0)
	await wait_until(_is_bob_shown_near.bind(_bob.place), "Ada sees Bob beside her")


func _view_of_bob() -> ShipView:
	return _arena.ships.view_of(_bob.id)


func _is_bob_shown_near(place: Vector2) -> bool:
	var view := _view_of_bob()
	return view != null and view.visible and view.position.distance_to(place) < NEAR


func _is_bob_shielded() -> bool:
	var motion := _arena.ships.motion_of(_bob.id)
	return motion != null and motion.shielded


func _is_ada_near(place: Vector2, distance: float) -> bool:
	return _bob.place_of(_arena.link.id).distance_to(place) < distance


func _is_ada_turned_to(place: Vector2) -> bool:
	var wanted := _arena.ship.place.angle_to_point(place)
	return absf(angle_difference(_arena.ship.heading, wanted)) < 0.02


func _has_text(label: String, text: String) -> bool:
	return (part(label) as Label).text == text


func _has_tracers(count: int) -> bool:
	return part("Tracers").call("count") == count


func _feed() -> String:
	return (part("Feed") as RichTextLabel).get_parsed_text()


func _hold(key: Key, pressed: bool) -> void:
	var event := InputEventKey.new()
	event.keycode = key
	event.physical_keycode = key
	event.pressed = pressed
	_send(event)


func _mouse_move(at: Vector2) -> void:
	var event := InputEventMouseMotion.new()
	event.position = _arena.view.get_global_transform_with_canvas() * at
	event.global_position = event.position
	_send(event)


func _mouse_button(at: Vector2, button: MouseButton, pressed: bool) -> void:
	var event := InputEventMouseButton.new()
	event.button_index = button
	var mask := 1 << (button - 1)  # as MouseButtonMask has it
	event.button_mask = (mask if pressed else 0) as MouseButtonMask
	event.pressed = pressed
	event.position = _arena.view.get_global_transform_with_canvas() * at
	event.global_position = event.position
	_send(event)


func _touch(finger: int, at: Vector2, pressed: bool) -> void:
	var event := InputEventScreenTouch.new()
	event.index = finger
	event.position = at
	event.pressed = pressed
	_send(event)


func _drag(finger: int, at: Vector2) -> void:
	var event := InputEventScreenDrag.new()
	event.index = finger
	event.position = at
	_send(event)


func _send(event: InputEvent) -> void:
	Input.parse_input_event(event)
	Input.flush_buffered_events()
