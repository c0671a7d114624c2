@tool
## The tab "Phoenix" with games that run: what they send is shown, and they do what is asked.
extends "res://editor/tab_case.gd"

const Session := preload(DEBUGGER + "session.gd")

const LIMIT_MS := 60_000
const START_MS := 30_000
const GAME := "editor/watched_game.gd"
const PORT_SETTING := "network/debug/remote_port"
const SERVER_ITEM := "Keep Debug Server Open"

var _games: Array[int] = []
var _topic := ""
var _port := _free_port()
var _port_before: Variant


func _ready() -> void:
	var settings := EditorInterface.get_editor_settings()
	_port_before = settings.get_setting(PORT_SETTING)
	settings.set_setting(PORT_SETTING, _port)
	_toggle_server()


func _exit_tree() -> void:
	_toggle_server()
	EditorInterface.get_editor_settings().set_setting(PORT_SETTING, _port_before)
	for game: int in _games:
		OS.kill(game)
	super()


func test_game_that_runs() -> void:
	await _start()
	await _messages_are_shown()
	await _tree_is_shown()
	await _pushes_are_made()
	await _network_is_simulated()
	await _channel_is_left_and_joined()
	await _socket_is_disconnected_and_connected()
	await _pause_holds_the_game()
	await _end()
	check(find_button("Pause").disabled, "nothing to pause")


func test_two_games_have_a_tab_each() -> void:
	await _start()
	var first := tab
	await _start()
	check(tab != first, "another tab")
	await _end()
	tab = first
	check(says("Addon "), "the first one still runs")
	await _end()


func _messages_are_shown() -> void:
	await type_filter("event:echo")
	await _wait_for_rows(2)
	await _select_row(0)
	equal(payloads()[0], '{\n\t"text": "hello"\n}', "the push")
	check("hello" in payloads()[1], "its reply: %s" % payloads()[1])
	check(says("Reply, %s echo, status ok" % _topic), "what it is")
	if Engine.has_method("capture_script_backtraces"):
		check(is_shown("watched_game.gd:"), "the line")
	await type_filter("is:happening")
	await _wait_for_rows(1)
	await type_filter("PLANTED")
	await frames(2)
	equal(_rows(), 0, "rows with a secret")


func _tree_is_shown() -> void:
	await wait_until(func() -> bool: return _line(_topic).begins_with("joined"), "the channel")
	await wait_until(func() -> bool: return "1 keys" in _line("Presence"), "the presence")
	check(_line("Socket").begins_with("open"), _line("Socket"))
	check("access_token=PLANTED" not in _socket().endpoint, "the endpoint has no secret")


func _pushes_are_made() -> void:
	await type_filter("event:echo dir:out")
	await _wait_for_rows(1)
	await _select_row(0)
	find_button("Push Again").pressed.emit()
	await _wait_for_rows(2)
	check(says("Push of echo to %s: done" % _topic), "what became of it")
	var channel: int = _socket().channels[0].id
	_session().command("Push", "push", channel, ["echo", "[1,", "json"])
	await wait_until(func() -> bool: return says("Push: "), "the mistake")
	_session().command("Push", "push", channel, ["echo", PackedByteArray([1, 2, 3])])
	await type_filter("event:echo is:binary dir:out")
	await _wait_for_rows(1)
	_session().command("Nothing", "join", 12_345)
	await wait_until(func() -> bool: return says("Nothing: "), "an object that is gone")


func _network_is_simulated() -> void:
	var simulation := {"preset": "3G", "latency_ms": 20}
	_session().command("Network", "simulate", _socket().id, [simulation])
	await wait_until(func() -> bool: return "simulated network" in _line("Socket"), "the network")
	equal(_socket().simulation.get("latency_ms"), 20, "latency")
	_session().command("Network", "simulate", _socket().id, [{"offline_ms": 200}])
	await type_filter("is:happening event:close")
	await _wait_for_rows(1)
	_session().command("Network", "simulate", _socket().id, [{}])
	await wait_until(func() -> bool: return _line("Socket").begins_with("open"), "open again")
	await wait_until(func() -> bool: return _line(_topic).begins_with("joined"), "joined again")


func _channel_is_left_and_joined() -> void:
	await _press_for(_topic, "Leave")
	await wait_until(func() -> bool: return _line(_topic).begins_with("closed"), "left")
	await _press_for(_topic, "Join")
	await wait_until(func() -> bool: return _line(_topic).begins_with("joined"), "joined")


func _socket_is_disconnected_and_connected() -> void:
	await _press_for("Socket", "Disconnect")
	await wait_until(func() -> bool: return _line("Socket").begins_with("closed"), "closed")
	await _press_for("Socket", "Connect")
	await wait_until(func() -> bool: return _line("Socket").begins_with("open"), "open")


func _pause_holds_the_game() -> void:
	await wait_until(func() -> bool: return _line(_topic).begins_with("joined"), "joined")
	await type_filter("event:echo dir:out")
	var before := _rows()
	find_button("Pause").button_pressed = true
	var channel: int = _socket().channels[0].id
	for i: int in 3:
		_session().command("Push %d" % i, "push", channel, ["echo", "{}", "json"])
	await wait_until(func() -> bool: return says("Push 2: done"), "the pushes")
	await frames(5)
	equal(_rows(), before, "rows")
	find_button("Pause").button_pressed = false
	await _wait_for_rows(before + 3)


# The debugger listens only while a game runs that the editor has started, or as this item says.
func _toggle_server() -> void:
	for node: Node in _descendants(EditorInterface.get_base_control(), "PopupMenu"):
		var menu := node as PopupMenu
		for i: int in menu.item_count:
			if menu.get_item_text(i) == SERVER_ITEM:
				menu.id_pressed.emit(menu.get_item_id(i))
				return
	fail("there is no menu item '%s'" % SERVER_ITEM)


func _free_port() -> int:
	var server := TCPServer.new()
	server.listen(0, "127.0.0.1")
	return server.get_local_port()


## Starts a game, and leaves its tab in [member tab].
func _start() -> void:
	var before := _running()
	_topic = "room:editor%d" % Time.get_ticks_usec()
	var arguments := PackedStringArray(["--headless", "--path"])
	arguments.append(ProjectSettings.globalize_path("res://"))
	arguments.append_array(["-s", GAME, "--remote-debug", "tcp://127.0.0.1:%d" % _port])
	arguments.append_array(["--", server_url, _topic])
	_games.append(OS.create_process(engine_program, arguments))
	await wait_until(func() -> bool: return _running().size() > before.size(), "a game", START_MS)
	for of_game: Tab in _running():
		if not of_game in before:
			tab = of_game
	if tab == null:
		return
	await wait_until(func() -> bool: return says("Addon "), "its hello", START_MS)
	await wait_until(func() -> bool: return _line(_topic) != "", "its channel", START_MS)


## Ends the game of [member tab].
func _end() -> void:
	await wait_until(_has_joined, "the channel")
	var channel: int = _socket().channels[0].id
	_session().command("Quit", "push", channel, ["echo", '{"quit":true}', "json"])
	await wait_until(func() -> bool: return says("The game has ended."), "the end")
	for game: int in _games.duplicate():
		if not OS.is_process_running(game):
			_games.erase(game)


func _has_joined() -> bool:
	var channels: Array = _socket().channels
	return channels.size() > 0 and channels[0].state == PhoenixChannel.JOINED


## The tabs that have a game.
func _running() -> Array[Tab]:
	var tabs: Array[Tab] = []
	for node: Node in _descendants(EditorInterface.get_base_control(), "HSplitContainer"):
		var found := node as Tab
		if found != null and found.session.phase != Session.Phase.NO_GAME:
			if found.session.phase != Session.Phase.ENDED:
				tabs.append(found)
	return tabs


func _session() -> Session:
	return tab.session


func _socket() -> Dictionary:
	return _session().sockets[0]


## What the tree says of a line; empty when there is none with that name.
func _line(title: String) -> String:
	for line: String in lines_of((part(GameTree) as GameTree).get_root()):
		if line.begins_with(title + ": "):
			return line.trim_prefix(title + ": ")
	return ""


func _press_for(line: String, button: String) -> void:
	select_line(part(GameTree) as GameTree, line)
	await wait_until(func() -> bool: return not find_button(button).disabled, button)
	find_button(button).pressed.emit()


func _rows() -> int:
	return (part(List) as List).rows.size()


func _wait_for_rows(count: int) -> void:
	await wait_until(func() -> bool: return _rows() >= count, "%d rows" % count)


func _select_row(i: int) -> void:
	var list := part(List) as List
	list.select(list.rows.place(i))
	await frames(1)
