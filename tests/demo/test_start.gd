## The start screen, and the status bar on every screen.
extends "res://demo_case.gd"

const Options := preload("res://command_line/options.gd")
const ScreenScale := preload("res://ui/screen_scale.gd")
const ServerUrl := preload("res://start/server_url.gd")


func test_a_click_opens_a_screen_and_esc_comes_back() -> void:
	await start_demo()
	equal(Screens.current, "", "the open screen")
	await click(part("ControlRoom") as Control)
	equal(Screens.current, "control_room", "the open screen")
	await wait_until(Net.is_open, "the connection")
	equal(_shown("Title"), "Control room", "the title")

	var socket := Net.socket
	await press_key(KEY_ESCAPE)
	equal(Screens.current, "", "the open screen")
	check(Net.is_open() and Net.socket == socket, "the connection stays")

	await click(part("Chat") as Control)
	equal(Screens.current, "chat", "the open screen")
	check(Net.is_open() and Net.socket == socket, "the connection is shared")
	await click(_bar("Back") as Control)
	equal(Screens.current, "", "the open screen")


func test_keys_alone_lead_through_a_screen() -> void:
	await start_demo()
	check((part("ControlRoom") as Control).has_focus(), "the first card has the focus")
	await press_key(KEY_TAB)
	check((part("Arena") as Control).has_focus(), "then the second")
	(part("PlayerName") as Control).grab_focus()
	await press_key(KEY_ENTER)
	check((part("ControlRoom") as Control).has_focus(), "Enter in a field goes on to the cards")
	await press_key(KEY_ENTER)
	equal(Screens.current, "control_room", "the open screen")


func test_a_wrong_address_is_told_as_it_is_typed() -> void:
	await start_demo()
	var arena := part("Arena") as Button
	check(not (part("Problem") as Control).visible, "no problem at first")
	await type_into(part("Server") as LineEdit, "ftp://example.com/socket")
	check((part("Problem") as Label).text.contains("ws://"), "what is wrong")
	check((part("Problem") as Control).visible, "it is shown")
	check(arena.disabled, "no screen opens")
	await click(part("DefaultServer") as Control)
	equal((part("Server") as LineEdit).text, server_url, "the server")
	check(not arena.disabled and not (part("Problem") as Control).visible, "all is well again")


func test_a_disabled_card_looks_disabled() -> void:
	await start_demo()
	var card := part("ControlRoom") as Button
	var words := card.get_parent().get_node("Margin/Content/Words") as Control
	equal(_opacity(words), 1.0, "what is written on an enabled card")
	await type_into(part("Server") as LineEdit, "nonsense")
	check(card.disabled, "it is disabled")
	check(_opacity(words) < 0.5, "what is written on it is pale: %s" % _opacity(words))
	await press_key(KEY_ENTER)
	await press_key(KEY_TAB)
	check(not card.has_focus(), "it has no bright frame, as it takes no focus")
	await type_into(part("Server") as LineEdit, server_url)
	equal(_opacity(words), 1.0, "what is written on it, open again")


func test_the_backdrop_is_spread_out_from_the_first_frame() -> void:
	const CELLS := Vector2i(4, 3)
	await start_demo()
	var backdrop := Screens.scene.get_node("Backdrop") as Control
	for size: Vector2i in [Vector2i(1280, 720), Vector2i(844, 390), Vector2i(390, 844)]:
		get_window().size = size
		await frames(2)
		var points := backdrop.call("points") as PackedVector2Array
		var filled := {}
		for point: Vector2 in points:
			filled[Vector2i(point / backdrop.size * Vector2(CELLS))] = true
		# Chance has a say; clumps in the corners would fill four.
		check(
			filled.size() >= mini(10, points.size() / 3),
			"%d points fill %d of 12 parts, at %s" % [points.size(), filled.size(), size]
		)


func test_addresses() -> void:
	var right := [
		"ws://127.0.0.1:4000/socket",
		"wss://example.com/socket",
		"ws://[::1]:4000/socket",
		"ws://[::1]/socket/",
		"wss://example.com/live/socket/websocket",
		"http://example.com/socket",
		"https://example.com/socket",
	]
	for url: String in right:
		equal(ServerUrl.problem(url), "", url)
	var wrong := {
		"": "begins with",
		"example.com/socket": "begins with",
		"ftp://example.com/socket": "begins with",
		"ws://exam ple.com/socket": "spaces",
		"ws:///socket": "host",
		"ws://:4000/socket": "host",
		"ws://example.com:port/socket": "'port'",
		"ws://example.com:/socket": "''",
		"ws://example.com:65536/socket": "'65536'",
		"ws://example.com:0/socket": "'0'",
		"ws://example.com:4000": "path",
		"ws://example.com:4000/": "path",
	}
	for url: String in wrong:
		check(
			ServerUrl.problem(url).contains(wrong[url] as String),
			"%s: %s" % [url, ServerUrl.problem(url)]
		)


func test_a_name_is_needed() -> void:
	await start_demo()
	var field := part("PlayerName") as LineEdit
	check(field.text.length() > 2, "a name to begin with")
	await type_into(field, "  ")
	check((part("Problem") as Label).text.contains("1 to 24"), "what is wrong")
	check((part("Chat") as Button).disabled, "no screen opens")
	await click(part("AnotherName") as Control)
	check(
		field.text.strip_edges() != "" and not (part("Chat") as Button).disabled,
		"a name from the dice"
	)


func test_two_windows_of_one_player_are_two_users() -> void:
	await start_screen("control_room", "Zoë & Co")
	var first := Net.user_id
	check(first.begins_with("zo-co-"), "a readable user id, %s" % first)
	Net.stop()
	Net.start(server_url, "Zoë & Co")
	check(Net.user_id != first, "another user id, %s" % Net.user_id)
	Net.stop()
	Net.start(server_url, "日本")
	check(Net.user_id.begins_with("player-"), "a user id, %s" % Net.user_id)


func test_a_refusal_leads_back_with_the_reason() -> void:
	await start_demo()
	await type_into(part("Server") as LineEdit, server_url.replace("/socket", "/nothing"))
	await click(part("Arena") as Control)
	await wait_until(func() -> bool: return Screens.current == "", "the start screen")
	await wait_until(
		func() -> bool: return (part("Problem") as Label).text.contains("404"), "the reason"
	)
	equal(_shown("State"), "refused", "the state")
	await click(part("DefaultServer") as Control)
	await click(part("ControlRoom") as Control)
	await wait_until(Net.is_open, "the connection, with the right address")


func test_the_status_bar_counts_the_players() -> void:
	var server := own_server()
	await start_screen("control_room", "Ada", server.url)
	await wait_until(func() -> bool: return _shown("Players") == "1 online", "oneself")
	await wait_until(func() -> bool: return Net.round_trip_ms > 0.0, "the round trip")
	equal(_shown("RoundTrip"), "%.1f ms" % Net.round_trip_ms, "the round trip")
	var bob := await open_socket({"params": {"user_id": "bob"}}, server.url)
	await joined(bob, Net.TOPIC)
	await wait_until(func() -> bool: return _shown("Players") == "2 online", "another one")
	bob.queue_free()
	await wait_until(func() -> bool: return _shown("Players") == "1 online", "the other one gone")


func test_the_last_news_of_a_stopped_connection_is_ignored() -> void:
	await start_screen("control_room")
	await wait_until(func() -> bool: return not Net.players.is_empty(), "the player")
	var presence := Net.get("_presence") as PhoenixPresence
	Net.stop()
	presence.on_sync.emit()
	check(Net.players.is_empty(), "nobody is counted without a connection")


func test_a_lost_server_is_counted_down_and_comes_back() -> void:
	var server := own_server()
	await start_screen("control_room", "Ada", server.url)
	await wait_until(func() -> bool: return Net.players.size() == 1, "the player")
	var lost := record(Net.lost)
	var opened := record(Net.opened)
	server.stop()
	await wait_for(lost, 3)
	# The third attempt is three seconds away.
	await wait_until(
		func() -> bool: return _shown("State") == "reconnecting in 3 s", "the countdown"
	)
	await wait_until(
		func() -> bool: return _shown("State") == "reconnecting in 2 s", "one second on"
	)
	equal(Screens.current, "control_room", "the screen stays open")
	check(server.start(), "the server is back")
	await wait_for(opened)
	equal(_shown("State"), "connected", "the state")
	await wait_until(func() -> bool: return _shown("Players") == "1 online", "the player is back")


func test_no_server_yet_is_told_and_waited_for() -> void:
	var server := own_server()
	server.stop()
	await start_demo([], server.url)
	await click(part("ControlRoom") as Control)
	await wait_until(
		func() -> bool: return _shown("State").begins_with("no server"),
		"the state without a server"
	)
	check(server.start(), "the server starts")
	await wait_until(Net.is_open, "the connection")


func test_fits_a_phone() -> void:
	await start_demo()
	for size: Vector2i in [Vector2i(1280, 720), Vector2i(390, 844), Vector2i(360, 640)]:
		await check_fits(size)


func test_all_cards_are_in_view_on_a_phone_held_across() -> void:
	await start_demo()
	await check_fits(Vector2i(844, 390))
	var host := Screens.host.get_global_rect()
	for card: String in ["ControlRoom", "Arena", "Chat"]:
		var place := (part(card) as Control).get_global_rect()
		check(host.encloses(place), "%s at %s in %s" % [card, place, host])


func test_letters_keep_their_size_on_dense_screens() -> void:
	equal(ScreenScale.of_screen(1.0, 96), 1.0, "a usual screen")
	equal(ScreenScale.of_screen(1.0, 72), 1.0, "an old one")
	equal(ScreenScale.of_screen(1.0, 193), 2.0, "a dense one")
	equal(ScreenScale.of_screen(1.5, 96), 1.5, "the system's own scale")


func test_arguments() -> void:
	var options := Options.read(
		[
			"--server",
			"ws://h/s",
			"--screen",
			"chat",
			"--name",
			"Ada",
			"--bots",
			"3",
			"--quit-after",
			"9"
		]
	)
	equal(
		[options.server, options.screen, options.player_name, options.bots, options.quit_after_s],
		["ws://h/s", "chat", "Ada", 3, 9],
		"what was asked for"
	)
	equal(options.problem, "", "the problem")
	var wrong := {
		"--screen cellar": "control_room",
		"--name abcdefghijklmnopqrstuvwxy": "24",
		"--name \t": "a name",
		"--bots many": "many",
		"--bots -1": "-1",
		"--quit-after soon": "soon",
		"--loud": "--loud",
		"--loud yes": "--loud",
		"--screen": "--screen",
	}
	for line: String in wrong:
		var problem := Options.read(line.split(" ")).problem
		check(problem.contains(wrong[line] as String), "%s: %s" % [line, problem])


## A part of the status bar.
func _bar(unique_name: String) -> Node:
	return _main.get_node("Rows/StatusBar/%" + unique_name)


## The opacity of a control, multiplied with its parents'.
func _opacity(control: Control) -> float:
	var opacity := 1.0
	var item: Node = control
	while item is CanvasItem:
		opacity *= (item as CanvasItem).modulate.a
		item = item.get_parent()
	return opacity


func _shown(label: String) -> String:
	return (_bar(label) as Label).text
