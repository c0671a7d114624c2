## What the benchmarks of multiplayer between two games share: this one is the host of a room over
## PhoenixMultiplayerPeer and one over WebSocketMultiplayerPeer, an engine of its own is in both.
extends "res://bench_case.gd"

const Echo := preload("res://multiplayer_echo.gd")
const Transport := preload("res://transport.gd")
const PhoenixTransport := preload("res://transport_phoenix.gd")
const WebSocketTransport := preload("res://transport_websocket.gd")

var ours: Echo
var theirs: Echo

var _partner := -1


## Opens the rooms, and waits until the partner is in both. This game has 60 frames a second then.
func meet_partner() -> void:
	var room := new_topic("bench")
	var websocket := WebSocketTransport.new(server_url)
	ours = await _open("Ours", PhoenixTransport.new(server_url), room)
	theirs = await _open("Theirs", websocket, room)
	_partner = OS.create_process(
		engine_program,
		[
			"--headless",
			"--path",
			ProjectSettings.globalize_path("res://"),
			"-s",
			"multiplayer_partner.gd",
			"--",
			room,
			server_url,
			str(websocket.address_of(null))
		]
	)
	Engine.max_fps = 60
	for echo: Echo in [ours, theirs]:
		await wait_until(
			func() -> bool: return echo.multiplayer.get_peers().size() == 1, "the partner", 20_000
		)


## Closes the rooms, which ends the partner.
func leave_partner() -> void:
	Engine.max_fps = 0
	for echo: Echo in [ours, theirs]:
		echo.multiplayer.multiplayer_peer = null
		echo.queue_free()
	await wait_until(
		func() -> bool: return not OS.is_process_running(_partner), "the end of the partner"
	)
	_partner = -1


func _open(branch: String, transport: Transport, room: String) -> Echo:
	add_child(transport)
	transport.begin(room)
	var echo := Echo.new()
	echo.name = branch
	var api := SceneMultiplayer.new()
	get_tree().set_multiplayer(api, NodePath("/root/" + branch))
	get_tree().root.add_child(echo)
	var peer := transport.host()
	api.multiplayer_peer = peer
	await wait_until(
		func() -> bool: return peer.get_connection_status() == MultiplayerPeer.CONNECTION_CONNECTED,
		"an open room"
	)
	return echo


func _exit_tree() -> void:
	if _partner > 0:
		OS.kill(_partner)
