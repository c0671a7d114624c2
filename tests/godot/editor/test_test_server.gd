@tool
## The test server of the editor: its life, its window, and what games get of it.
extends "res://editor/editor_case.gd"

const EDITOR := "res://addons/phoenix_channels/editor/"
const Menu := preload(EDITOR + "test_server_menu.gd")
const ServerPanel := preload(EDITOR + "test_server_panel.gd")
const TestServer := preload(EDITOR + "test_server.gd")

const VARIABLE := "PHOENIX_CHANNELS_ENDPOINT"

var _server := TestServer.of_editor() as TestServer


func _exit_tree() -> void:
	_server.stop()
	super()


func test_clients_connect_until_it_is_stopped() -> void:
	var changed := record(_server.changed)
	equal(_server.start(), OK, "start()")
	var endpoints := _server.endpoints()
	equal(endpoints.size(), 1, "endpoints")
	check(endpoints[0].begins_with("ws://127.0.0.1:"), endpoints[0])
	equal(OS.get_environment(VARIABLE), endpoints[0], "what games inherit")

	var socket := PhoenixSocket.create(endpoints[0], {"params": {"user_id": "ada"}})
	add_child(socket)
	socket.connect_socket()
	var reply := await await_signal(socket.channel("game:lobby").join().completed)
	equal(reply.slice(0, 1), ["ok"], "the join")
	equal(_server.connections(), 1, "connections")
	await wait_until(func() -> bool: return "joined" in _log(), "the join in the log")
	check("user_id=ada" in _log() and "topic=game:lobby" in _log(), _log())

	var closed := record(socket.on_close)
	_server.stop()
	check(not _server.is_running(), "is stopped")
	equal(_server.endpoints().size() + _server.connections(), 0, "what a stopped one has")
	check(not OS.has_environment(VARIABLE), "games inherit nothing any more")
	await wait_for(closed)
	equal(closed.calls[0][0].code, 1012, "the code of the close")
	equal(changed.calls.size(), 2, "changes")


func test_starts_again_on_the_same_port() -> void:
	_server.start()
	var endpoint := _server.endpoints()[0]
	_server.stop()
	equal(_server.start(_port_of(endpoint)), OK, "start()")
	equal(_server.start(), ERR_ALREADY_IN_USE, "start() of one that runs")
	equal(_server.endpoints()[0], endpoint, "endpoint")


func test_variable_that_was_there_comes_back() -> void:
	OS.set_environment(VARIABLE, "ws://mine/socket")
	_server.start()
	check(OS.get_environment(VARIABLE) != "ws://mine/socket", "the server's")
	_server.stop()
	equal(OS.get_environment(VARIABLE), "ws://mine/socket", "the former one")
	OS.unset_environment(VARIABLE)


func test_taken_port_is_named_in_the_panel() -> void:
	var other := TCPServer.new()
	equal(other.listen(0, "127.0.0.1"), OK, "listen()")
	var panel := await _open_panel()
	(control(panel, "SpinBox") as SpinBox).value = other.get_local_port()
	_button(panel, "Start Server").pressed.emit()
	check(not _server.is_running(), "it is not running")
	var says := "port %d cannot be used: another program listens there" % other.get_local_port()
	check(says in _server.problem, _server.problem)
	check(_shown_texts(panel).any(func(text: String) -> bool: return says in text), "it is shown")
	other.stop()
	_button(panel, "Start Server").pressed.emit()
	check(_server.is_running(), "it runs once the port is free")
	equal(_server.problem, "", "the problem")


func test_another_editors_server_has_another_port() -> void:
	_server.start()
	var other := ClassDB.instantiate(TestServer.CLASS) as RefCounted
	equal(other.call("start", 0, false), "", "start() of the other")
	var endpoint := (other.call("get_endpoints") as PackedStringArray)[0]
	check(endpoint != _server.endpoints()[0], endpoint)


func test_library_without_a_server_is_named() -> void:
	var none := TestServer.new(&"PhoenixNoTestServer")
	equal(none.start(), FAILED, "start()")
	check("Copy all of addons/phoenix_channels" in none.problem, none.problem)
	none.free()


func test_network_is_open_on_request_with_a_warning() -> void:
	var panel := await _open_panel()
	check(not _shown_texts(panel).has(ServerPanel.WARNING), "no warning at first")
	(control(panel, "CheckBox") as CheckBox).button_pressed = true
	check(_shown_texts(panel).has(ServerPanel.WARNING), "the warning")
	_button(panel, "Start Server").pressed.emit()
	var endpoints := _server.endpoints()
	equal(endpoints[0], "ws://127.0.0.1:%d/socket" % _port_of(endpoints[0]), "the first")
	for address: String in IP.get_local_addresses():
		if address.is_valid_ip_address() and address.begins_with("192.168."):
			check("ws://%s:%d/socket" % [address, _port_of(endpoints[0])] in endpoints, address)
	var shown := _descendants(panel, "LineEdit").map(
		func(line: Node) -> String: return (line as LineEdit).text
	)
	for endpoint: String in endpoints:
		check(shown.has(endpoint), "%s among %s" % [endpoint, shown])


func test_panel_starts_and_stops_it() -> void:
	var panel := await _open_panel()
	_button(panel, "Start Server").pressed.emit()
	check(_server.is_running(), "it runs")
	await wait_until(
		func() -> bool: return _shown_texts(panel).has("0 connections"), "the connections"
	)
	var text := control(panel, "TextEdit") as TextEdit
	check("listening on 127.0.0.1:" in text.text, text.text)
	_button(panel, "Copy").pressed.emit()  # a headless editor has no clipboard
	_button(panel, "Stop Server").pressed.emit()
	check(not _server.is_running(), "it is stopped")
	check(text.text.ends_with("stopped"), text.text)
	check(_shown_texts(panel).has("not running"), "its state")
	check(_button(panel, "Copy") == null, "no address is left")


func test_selected_sockets_get_its_address_undoably() -> void:
	var socket := await open_socket({"endpoint": "ws://of.scene/socket"})
	_server.start()
	var panel := await _open_panel()
	var use := _button(panel, "Use for Selected PhoenixSocket")
	EditorInterface.get_selection().clear()
	await frames(2)
	check(use.disabled, "nothing is selected")
	EditorInterface.get_selection().add_node(socket)
	await frames(2)
	check(not use.disabled, "a socket is selected")
	use.pressed.emit()
	equal(socket.endpoint, _server.endpoints()[0], "endpoint")
	var manager := EditorInterface.get_editor_undo_redo()
	var history := manager.get_history_undo_redo(manager.get_object_history_id(socket))
	equal(history.get_current_action_name(), "Use the Phoenix Test Server", "the action")
	history.undo()
	equal(socket.endpoint, "ws://of.scene/socket", "endpoint after undo")
	history.redo()
	equal(socket.endpoint, _server.endpoints()[0], "endpoint after redo")


func test_menu_starts_it_and_shows_its_window() -> void:
	check(not _tools_menu_has(Menu.SHOW), "at first")
	var item := _tools_menu_item(Menu.START)
	if not check(item != null, "the item %s" % Menu.START):
		return
	item.emit()
	check(_server.is_running(), "it runs")
	check(_tools_menu_has(Menu.SHOW) and not _tools_menu_has(Menu.START), "the item has changed")
	var windows := _descendants(EditorInterface.get_base_control(), "AcceptDialog").filter(
		func(dialog: Node) -> bool: return (dialog as AcceptDialog).title == Menu.TITLE
	)
	equal(windows.size(), 1, "windows")
	check((windows[0] as AcceptDialog).visible, "the window is shown")
	_server.stop()
	check(_tools_menu_has(Menu.START), "the item once it is stopped")
	(windows[0] as AcceptDialog).hide()


func test_connection_test_of_a_socket_without_endpoint_finds_it() -> void:
	_server.start()
	var socket := await open_socket()
	var lines := await inspect(socket)
	check(not lines.is_empty(), "the inspector")
	var button := _button(EditorInterface.get_inspector(), "Test Connection")
	var finished := record(button.get_parent().get("finished") as Signal)
	button.pressed.emit()
	await wait_for(finished)
	var words := finished.calls[0][0] as String
	check(words.begins_with("Connected to " + _server.endpoints()[0]), words)


func _open_panel() -> ServerPanel:
	var panel := ServerPanel.new()
	add_child(panel)
	await frames(1)
	return panel


func _log() -> String:
	return "\n".join(_server.log_lines())


func _port_of(endpoint: String) -> int:
	return endpoint.get_slice(":", 2).to_int()


func _button(of: Node, text: String) -> Button:
	for found: Node in _descendants(of, "Button"):
		if (found as Button).text == text and not found.is_queued_for_deletion():
			return found as Button
	return null


func _shown_texts(of: Node) -> Array[String]:
	var texts: Array[String] = []
	for label: Node in _descendants(of, "Label"):
		if (label as Label).visible:
			texts.append((label as Label).text)
	return texts


func _tools_menu_has(text: String) -> bool:
	return _tools_menu_item(text) != null


## What choosing the item of the menu Project → Tools does; null when there is no such item.
func _tools_menu_item(text: String) -> Choice:
	for found: Node in _descendants(EditorInterface.get_base_control(), "PopupMenu"):
		var menu := found as PopupMenu
		for i: int in menu.item_count:
			if menu.get_item_text(i) == text:
				return Choice.new(menu, i)
	return null


class Choice:
	var _menu: PopupMenu
	var _index: int

	func _init(menu: PopupMenu, index: int) -> void:
		_menu = menu
		_index = index

	func emit() -> void:
		_menu.index_pressed.emit(_index)
		_menu.id_pressed.emit(_menu.get_item_id(_index))
