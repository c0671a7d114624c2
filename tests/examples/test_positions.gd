extends "res://example_case.gd"

const RIGHT := "ui_right"
## Of the way that a dot makes between two positions (25 units), in a frame of a slow machine.
const LARGEST_STEP := 80.0


func test_each_sees_the_other_move_without_jumps() -> void:
	start_server()
	var ada := await run_example()
	var bob := await run_example()
	ada.set("_place", Vector2(200, 300))
	bob.set("_place", Vector2(200, 600))
	await _until_shown_at(ada, bob, Vector2(200, 600))
	await _until_shown_at(bob, ada, Vector2(200, 300))
	Input.action_press(RIGHT)
	var last := _shown(bob, ada)
	while ada.get("_place").x < 500.0:
		await frames(1)
		var now := _shown(bob, ada)
		check(now.x >= last.x - 0.1, "it moves forward: %s after %s" % [now, last])
		check(now.x <= last.x + LARGEST_STEP, "it does not jump: %s after %s" % [now, last])
		last = now
	Input.action_release(RIGHT)
	await _until_shown_at(bob, ada, ada.get("_place") as Vector2)


func test_who_leaves_disappears() -> void:
	start_server()
	var ada := await run_example()
	var bob := await run_example()
	await wait_until(func() -> bool: return ada.get("_others").size() == 1, "ada sees bob")
	bob.free()
	await wait_until(func() -> bool: return ada.get("_others").is_empty(), "bob is gone")


func test_a_lost_server_is_shown_and_the_game_goes_on_with_the_next() -> void:
	start_server()
	var ada := await run_example()
	var bob := await run_example()
	await wait_until(func() -> bool: return ada.get("_others").size() == 1, "ada sees bob")
	await lose_server([ada, bob])
	equal(ada.get("_others").size(), 0, "dots without a server")
	restart_server()
	await wait_until(func() -> bool: return ada.get("_others").size() == 1, "ada sees bob")
	await until_status(ada, "Connected")


## Where [param viewer] draws the dot of [param player]; NAN when it does not.
func _shown(viewer: Control, player: Control) -> Vector2:
	var dot: RefCounted = viewer.get("_others").get(player.get("_me"))
	return Vector2(NAN, NAN) if dot == null else dot.call("place_at", Time.get_ticks_msec())


func _until_shown_at(viewer: Control, player: Control, place: Vector2) -> void:
	await wait_until(
		func() -> bool: return _shown(viewer, player).distance_to(place) < 1.0,
		"a dot at %s" % place
	)
