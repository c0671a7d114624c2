@tool
## Takes the picture of the debugger's tab for the docs: ./build.sh demo --screenshot DIR. The game
## is played by this script. The picture's path is in the environment.
extends "res://editor/tab_case.gd"

const Batch := preload(DEBUGGER + "batch.gd")
const FakeGame := preload("res://editor/fake_game.gd")

const PATH := "PHOENIX_PICTURE"
const LEAST_COLORS := 32
const PANEL_HEIGHT := 480
const SETTLING_FRAMES := 30
const SHOT := '{"weapon":"laser","from":[412.5,300.25],"angle":1.57,"charge":0.8}'


func test_picture() -> void:
	var path := OS.get_environment(PATH)
	for node: Node in _descendants(EditorInterface.get_base_control(), "HSplitContainer"):
		if node is Tab:
			tab = node as Tab
	await _show_debugger()
	await _play(FakeGame.new(tab.session))
	await frames(SETTLING_FRAMES)
	var list := part(List) as List
	list.select(list.rows.place(list.rows.size() - 7))
	select_line(part(GameTree) as GameTree, "arena:1")
	await frames(SETTLING_FRAMES)
	EditorInterface.get_base_control().queue_redraw()
	await RenderingServer.frame_post_draw
	var image := tab.get_viewport().get_texture().get_image()
	var scale := float(image.get_width()) / tab.get_viewport().get_visible_rect().size.x
	image = image.get_region(Rect2i(tab.get_global_rect().grow(4.0) * scale))
	check(_colors(image) >= LEAST_COLORS, "the picture has colours")
	equal(image.save_png(path), OK, "save_png(%s)" % path)


## The editor restores its layout after it has started, and would hide the panel again.
func _show_debugger() -> void:
	await frames(SETTLING_FRAMES)
	EditorInterface.distraction_free_mode = true
	var node: Node = tab
	while node.get_parent() != null:
		var tabs := node.get_parent() as TabContainer
		if tabs != null:
			tabs.current_tab = tabs.get_tab_idx_from_control(node as Control)
		if node.get_parent() is SplitContainer and node.get_class() == "EditorBottomPanel":
			(node as Control).custom_minimum_size.y = (
				PANEL_HEIGHT * EditorInterface.get_editor_scale()
			)
		node = node.get_parent()


func _play(game: FakeGame) -> void:
	game.start()
	_happen(game, "connecting", "ws://localhost:4000/socket")
	_happen(game, "open", "ws://localhost:4000/socket, WebSocket, 8 ms")
	_ask(game, "phx_join", '{"name":"ada"}', '{"you":3,"size":[1280,720]}', 9_000)
	for i: int in 12:
		game.add({"topic": "arena:1", "event": "positions", "payload": _positions(i)})
		_ask(game, "fire", SHOT, '{"hit":"bob","damage":%d}' % (i * 3), 3_000 + i * i * 9_000)
	_happen(game, "error", "the connection was lost: unexpected EOF", Batch.Flag.ERROR)
	_happen(game, "wait", "waiting for the next attempt in=640ms")
	_happen(game, "open", "ws://localhost:4000/socket, WebSocket, 11 ms")
	_ask(game, "phx_join", '{"name":"ada"}', '{"you":3,"size":[1280,720]}', 12_000)
	_ask(game, "fire", SHOT, '{"reason":"your ship is gone"}', 41_000, "error")
	_ask(game, "fire", SHOT, '{"hit":"bob","damage":21}', 6_000)
	game.add({"topic": "arena:1", "event": "positions", "payload": _positions(13)})
	game.add({"topic": "chat:lobby", "event": "said", "payload": '{"from":"bob","text":"again?"}'})
	game.send()
	game.session.take("state", [[_socket(150, 40)]])
	await get_tree().create_timer(0.5).timeout
	game.session.take("state", [[_socket(184, 51)]])


func _ask(
	game: FakeGame, event: String, payload: String, reply: String, took: int, status: String = "ok"
) -> void:
	var row := {"topic": "arena:1", "event": event, "ref": game.next, "join_ref": 1}
	row.payload = payload
	row.line = "res://player.gd:48:_fire"
	var push := game.add(row.merged({"kind": Batch.Kind.SENT}))
	row.merge({"event": "phx_reply", "status": status, "payload": reply, "line": ""}, true)
	game.add(row.merged({"link": push, "took": took}))


func _happen(game: FakeGame, event: String, text: String, flags: int = 0) -> void:
	var row := {"kind": Batch.Kind.HAPPENING, "topic": "", "event": event, "flags": flags}
	game.add(row.merged({"payload": text, "size": 0}))


func _positions(i: int) -> String:
	return '{"tick":%d,"ships":[[1,%d,300],[2,640,%d],[3,412.5,300.25]]}' % [i, i * 7, i * 3]


func _socket(received: int, sent: int) -> Dictionary:
	var socket := FakeGame.socket({"messages_in": received, "messages_out": sent})
	socket.channels[0].topic = "arena:1"
	socket.channels[1].merge({"topic": "chat:lobby", "state": 2, "joins": 1, "unsent": 0}, true)
	socket.bytes_in = received * 130
	socket.bytes_out = sent * 90
	return socket


func _colors(image: Image) -> int:
	var colors := {}
	for x: int in range(0, image.get_width(), 4):
		for y: int in range(0, image.get_height(), 4):
			colors[image.get_pixel(x, y)] = true
	return colors.size()
