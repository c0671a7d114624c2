## What the arena's tests share: Ada at this window, Bob somewhere else, and her hands.
extends "res://demo_case.gd"

const ArenaPlayer := preload("res://arena_player.gd")
const Arena := preload("res://screens/arena/arena.gd")
const ShipView := preload("res://screens/arena/ship_view.gd")

## How far off a ship at rest is seen: by rounding, and by what it still drifts.
const NEAR := 3.0

var arena: Arena
var bob: ArenaPlayer


## The arena with Ada at this window, and Bob somewhere else, both joined.
func play(url: String = server_url, more: PackedStringArray = []) -> void:
	# The server remembers a user's score for a while, so this is another Bob in each test.
	var user := "bob-%d-%d" % [OS.get_process_id(), Time.get_ticks_usec()]
	var socket := await open_socket({"params": {"user_id": user}}, url)
	bob = ArenaPlayer.new(socket, Arena.TOPIC, "Bob")
	add_child(bob)
	arena = await start_screen("arena", "Ada", url, more) as Arena
	await wait_until(func() -> bool: return arena.link.is_joined(), "Ada is in the arena")
	await wait_until(func() -> bool: return bob.id != 0, "Bob is in the arena")
	await wait_until(func() -> bool: return arena.ship.flies, "Ada flies")


## Bob is 200 units from Ada, and she sees him there.
func put_bob_beside_ada() -> void:
	arena.ship.place = Vector2(800.0, 450.0)
	bob.place = Vector2(800.0, 250.0)
	await wait_until(is_bob_shown_near.bind(bob.place), "Ada sees Bob beside her")


func view_of_bob() -> ShipView:
	return arena.ships.view_of(bob.id)


func is_bob_shown_near(place: Vector2) -> bool:
	var view := view_of_bob()
	return view != null and view.visible and view.position.distance_to(place) < NEAR


func is_bob_shielded() -> bool:
	var motion := arena.ships.motion_of(bob.id)
	return motion != null and motion.shielded


func is_ada_near(place: Vector2, distance: float) -> bool:
	return bob.place_of(arena.link.id).distance_to(place) < distance


func is_ada_turned_to(place: Vector2) -> bool:
	var wanted := arena.ship.place.angle_to_point(place)
	return absf(angle_difference(arena.ship.heading, wanted)) < 0.02


func has_text(label: String, text: String) -> bool:
	return (part(label) as Label).text == text


func has_tracers(count: int) -> bool:
	return part("Tracers").call("count") == count


func feed() -> String:
	return (part("Feed") as RichTextLabel).get_parsed_text()


func hold(key: Key, pressed: bool) -> void:
	var event := InputEventKey.new()
	event.keycode = key
	event.physical_keycode = key
	event.pressed = pressed
	_send(event)


func mouse_move(at: Vector2) -> void:
	var event := InputEventMouseMotion.new()
	event.position = arena.view.get_global_transform_with_canvas() * at
	event.global_position = event.position
	_send(event)


func mouse_button(at: Vector2, button: MouseButton, pressed: bool) -> void:
	var event := InputEventMouseButton.new()
	event.button_index = button
	var mask := 1 << (button - 1)  # as MouseButtonMask has it
	event.button_mask = (mask if pressed else 0) as MouseButtonMask
	event.pressed = pressed
	event.position = arena.view.get_global_transform_with_canvas() * at
	event.global_position = event.position
	_send(event)


func touch(finger: int, at: Vector2, pressed: bool) -> void:
	var event := InputEventScreenTouch.new()
	event.index = finger
	event.position = at
	event.pressed = pressed
	_send(event)


func drag(finger: int, at: Vector2) -> void:
	var event := InputEventScreenDrag.new()
	event.index = finger
	event.position = at
	_send(event)


func _send(event: InputEvent) -> void:
	Input.parse_input_event(event)
	Input.flush_buffered_events()


## Goes for the player with this name as a person would, both mouse buttons down and the pointer on
## the ship, until that is hit.
func fight(title: String) -> void:
	var before := arena.link.score
	var done := func() -> bool:
		var view := view_named(title)
		if view != null and view.visible:
			mouse_point(view.position, MOUSE_BUTTON_MASK_LEFT | MOUSE_BUTTON_MASK_RIGHT)
		return arena.link.score > before
	await wait_until(done, "%s is hit" % title, 30_000)
	mouse_point(arena.ship.place, 0)


func view_named(title: String) -> ShipView:
	for view: ShipView in arena.ships.shown():
		if view.title == title:
			return view
	return null


## Moves the pointer to a place of the field, with these buttons down.
func mouse_point(place: Vector2, buttons: int) -> void:
	var event := InputEventMouseMotion.new()
	event.button_mask = buttons as MouseButtonMask
	event.position = (
		arena.view.get_global_transform_with_canvas() * (arena.view.world.transform * place)
	)
	event.global_position = event.position
	_send(event)
