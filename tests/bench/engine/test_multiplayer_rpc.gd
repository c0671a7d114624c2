## How many frames pass from an RPC to the answer of another game, both at 60 frames a second: over
## PhoenixMultiplayerPeer and over WebSocketMultiplayerPeer.
extends "res://bench_case.gd"

const LIMIT_MS := 60_000

const Echo := preload("res://multiplayer_echo.gd")
const Transport := preload("res://transport.gd")
const PhoenixTransport := preload("res://transport_phoenix.gd")
const WebSocketTransport := preload("res://transport_websocket.gd")

var _partner := -1
var _room := ""


func test_there_and_back_at_60_frames() -> void:
	_room = new_topic("bench")
	var ours := _open("Ours", PhoenixTransport.new(server_url))
	var websocket := WebSocketTransport.new(server_url)
	var theirs := _open("Theirs", websocket)
	for echo: Echo in [ours, theirs]:
		await wait_until(
			func() -> bool:
				return (
					echo.multiplayer.multiplayer_peer.get_connection_status()
					== MultiplayerPeer.CONNECTION_CONNECTED
				),
			"an open room"
		)
	var port: int = websocket.address_of(null)
	_partner = OS.create_process(
		engine_program,
		[
			"--headless",
			"--path",
			ProjectSettings.globalize_path("res://"),
			"-s",
			"multiplayer_partner.gd",
			"--",
			_room,
			server_url,
			str(port)
		]
	)
	Engine.max_fps = 60
	for echo: Echo in [ours, theirs]:
		await wait_until(
			func() -> bool: return echo.multiplayer.get_peers().size() == 1, "the partner", 20_000
		)
		echo.asks = true
	var answers := 60 if is_quick() else 280
	await wait_until(
		func() -> bool: return mini(ours.frames.size(), theirs.frames.size()) >= answers,
		"answers",
		30_000
	)
	Engine.max_fps = 0
	var part := answers / samples()
	for i: int in samples():  # parts of what was measured
		_report("multiplayer/rpc", ours.frames.slice(i * part, (i + 1) * part))
		_report("multiplayer/rpc/baseline", theirs.frames.slice(i * part, (i + 1) * part))
	for echo: Echo in [ours, theirs]:
		echo.asks = false
		echo.multiplayer.multiplayer_peer = null
	await wait_until(
		func() -> bool: return not OS.is_process_running(_partner), "the end of the partner"
	)
	_partner = -1


func _open(branch: String, transport: Transport) -> Echo:
	add_child(transport)
	transport.begin(_room)
	var echo := Echo.new()
	echo.name = branch
	var api := SceneMultiplayer.new()
	get_tree().set_multiplayer(api, NodePath("/root/" + branch))
	get_tree().root.add_child(echo)
	tree_exited.connect(echo.queue_free)
	api.multiplayer_peer = transport.host()
	return echo


func _report(figure: String, frames: Array[int]) -> void:
	var sum := 0.0
	for count_of_frames: int in frames:
		sum += count_of_frames
	sample(figure + "/mean", sum / frames.size(), "frames")
	sample(figure + "/p50", median(frames), "frames")


func _exit_tree() -> void:
	if _partner > 0:
		OS.kill(_partner)
