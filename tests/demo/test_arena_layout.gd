## No control covers the arena's field, on a desktop or on a phone held either way.
extends "res://arena_case.gd"

const LIMIT_MS := 60_000
const SIZES: Array[Vector2i] = [
	Vector2i(1280, 720),
	Vector2i(390, 844),
	Vector2i(844, 390),
	Vector2i(360, 640),
	Vector2i(900, 1200),
	Vector2i(1920, 1080)
]
## The least width and height of the visible field, in pixels.
const LEAST_FIELD := 200.0


func test_nothing_covers_the_field_alone() -> void:
	await start_alone()
	await check_all_sizes("alone")


func test_nothing_covers_the_field_in_a_crowd_with_long_names() -> void:
	await start_alone()
	crowd()
	await check_all_sizes("in a crowd")
	equal((part("Scoreboard") as Control).call("own_rank"), 64, "the own rank")


func test_nothing_covers_the_field_with_a_notice() -> void:
	await start_alone()
	crowd()
	arena.link.refused.emit("nobody with such a long reason is ever let in ".repeat(4))
	await check_all_sizes("with a notice")


func test_nothing_covers_the_field_with_bots() -> void:
	await start_alone()
	arena.bots.want(12)
	await wait_until(func() -> bool: return arena.roster.players.size() == 13, "twelve bots")
	await check_all_sizes("with bots")


func test_nothing_covers_the_field_with_thumbs() -> void:
	await start_alone()
	touch(0, Vector2(400.0, 300.0), true)
	touch(0, Vector2(400.0, 300.0), false)
	await frames(2)
	check((part("Stick") as Control).visible, "the controls for thumbs are there")
	await check_all_sizes("with thumbs")
	crowd()
	await check_all_sizes("with thumbs, in a crowd")


func test_stick_stays_on_its_pad_wherever_the_thumb_comes_down() -> void:
	await start_alone()
	get_window().size = Vector2i(390, 844)
	await frames(3)
	var stick := part("Stick") as Control
	var pad := stick.get_global_rect()
	var base := (stick.get_script() as Script).get_script_constant_map().BASE as float
	for corner: Vector2 in [Vector2(0.01, 0.01), Vector2(0.99, 0.01), Vector2(0.99, 0.99)]:
		touch(0, pad.position + pad.size * corner, true)
		await frames(1)
		var middle := stick.call("_middle") as Vector2
		check(
			Rect2(Vector2.ZERO, pad.size).encloses(Rect2(middle, Vector2.ZERO).grow(base)),
			"the stick at %s on a pad of %s" % [middle, pad.size]
		)
		touch(0, pad.position, false)


func test_a_name_is_seen_whole_wherever_its_ship_is() -> void:
	await play()
	for place: Vector2 in [Vector2(20.0, 450.0), Vector2(800.0, 880.0), Vector2(1580.0, 880.0)]:
		bob.place = place
		await wait_until(is_bob_shown_near.bind(place), "Bob is shown at %s" % place)
		var tag: Rect2 = (
			arena.view.world.transform * view_of_bob().transform * view_of_bob().tag_rect()
		)
		var seen := Rect2(Vector2.ZERO, arena.view.size)
		check(seen.encloses(tag), "his name at %s in %s" % [tag, seen])


func start_alone() -> void:
	arena = await start_screen("arena", "Ada") as Arena
	await wait_until(func() -> bool: return arena.ship.flies, "Ada flies")


## Fills the arena with as many players as it takes, with the longest names; Ada ranks last.
func crowd() -> void:
	arena.set("_news_in_s", INF)  # the server's presence would replace them
	var state := {}
	for i: int in 63:
		var meta := {"id": 100_000 + i, "name": "Wilhelmina Worthington %d" % i, "score": 1000 - i}
		state["user-%d" % i] = {"metas": [meta]}
	state["ada"] = {"metas": [{"id": arena.link.id, "name": "Ada Worthington Wilhelm", "score": 0}]}
	arena.roster.follow(state)
	for i: int in 8:
		arena.link.hit.emit(100_000 + i, 100_010 + i, i, 1)


func check_all_sizes(state: String) -> void:
	for size: Vector2i in SIZES:
		get_window().size = size
		await frames(4)
		_check_field_is_free("%s at %s" % [state, size])
		await check_fits(size)


## Checks that every visible control, other than those that contain the field, is in the window and
## off the field.
func _check_field_is_free(state: String) -> void:
	var view := arena.view
	var field := (
		view.get_global_transform()
		* ((view.world.transform * Rect2(Vector2.ZERO, view.field)).intersection(
			Rect2(Vector2.ZERO, view.size)
		))
	)
	check(
		minf(field.size.x, field.size.y) >= LEAST_FIELD, "room for ships, %s: %s" % [state, field]
	)
	var window := get_viewport().get_visible_rect()
	var count := 0
	for control: Control in arena.find_children("*", "Control", true, false):
		var place := control.get_global_rect()
		if not control.is_visible_in_tree() or control == view or control.is_ancestor_of(view):
			continue
		if place.has_area():
			count += 1
			check(not field.intersects(place), "%s at %s, %s" % [control.name, place, state])
			check(
				window.encloses(place), "%s at %s, %s: in the window" % [control.name, place, state]
			)
	check(count >= 8, "%d controls are shown, %s" % [count, state])
