## How many frames of a game at 60 frames a second pass from a push, in _process(), to the handler
## of its reply. The baseline polls at the beginning of the same _process().
extends "res://bench_case.gd"

const LIMIT_MS := 60_000

var _channel: PhoenixChannel
var _client: WebSocketClient
var _ours: Array[int] = []
var _theirs: Array[int] = []
## The frame of the push that waits, 0 for none.
var _our_frame := 0
var _their_frame := 0
var _measures := false


func _process(_delta: float) -> void:
	if not _measures:
		return
	_client.poll()
	if _our_frame == 0:
		_our_frame = Engine.get_process_frames()
		_channel.push("echo").receive("ok", _take_ours.unbind(1))
	if _their_frame == 0:
		_their_frame = Engine.get_process_frames()
		_client.push("echo", {})


func test_reply_at_60_frames() -> void:
	_channel = await joined(await open_socket(), new_topic(), {"presence": false})
	_client = WebSocketClient.new()
	_client.connect_to(server_url)
	await wait_until(_client.is_open, "the connection")
	_client.join(new_topic(), {"presence": false})
	_client.on_event.connect(_take_theirs)
	Engine.max_fps = 60
	_measures = true
	var replies := 60 if is_quick() else 300
	await wait_until(
		func() -> bool: return mini(_ours.size(), _theirs.size()) >= replies, "replies", 30_000
	)
	_measures = false
	Engine.max_fps = 0
	var part := replies / samples()
	for i: int in samples():  # parts of what was measured, each with its own median
		_report("latency", _ours.slice(i * part, (i + 1) * part))
		_report("latency/baseline", _theirs.slice(i * part, (i + 1) * part))
	_client.close()


func _report(figure: String, frames: Array[int]) -> void:
	frames.sort()
	sample(figure + "/p50", frames[frames.size() / 2], "frames")
	sample(figure + "/p99", frames[frames.size() * 99 / 100], "frames")


func _take_ours() -> void:
	_ours.append(Engine.get_process_frames() - _our_frame)
	_our_frame = 0


func _take_theirs(_event: String, _payload: Variant, _status: String) -> void:
	if _their_frame != 0:
		_theirs.append(Engine.get_process_frames() - _their_frame)
		_their_frame = 0
