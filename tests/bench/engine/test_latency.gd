## How long a game at 60 frames a second waits for a reply: from the push, in _process(), to the
## handler; in milliseconds, of which a frame has 16.7. The baseline's poll is at the beginning of the
## same _process().
extends "res://bench_case.gd"

const LIMIT_MS := 60_000
const FRAME_USEC := 16_667

var _channel: PhoenixChannel
var _client: WebSocketClient
var _ours: Array[float] = []
var _theirs: Array[float] = []
var _our_push_usec := 0
var _their_push_usec := 0
var _measures := false


func _process(_delta: float) -> void:
	if not _measures:
		return
	_client.poll()
	var now_usec := Time.get_ticks_usec()
	if _our_push_usec == 0:
		_our_push_usec = now_usec
		_channel.push("echo").receive("ok", _take_ours.unbind(1))
	if _their_push_usec == 0:
		_their_push_usec = now_usec
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
	var replies := 100 if is_quick() else 300
	await wait_until(func() -> bool: return mini(_ours.size(), _theirs.size()) >= replies, "", 30_000)
	_measures = false
	Engine.max_fps = 0
	for i: int in samples():  # parts of what was measured, each with its own median
		_report("latency", _ours.slice(i * replies / samples(), (i + 1) * replies / samples()))
		_report(
			"latency/baseline", _theirs.slice(i * replies / samples(), (i + 1) * replies / samples())
		)
	_client.close()


func _report(figure: String, replies: Array[float]) -> void:
	replies.sort()
	sample(figure + "/p50", replies[replies.size() / 2], "ms")
	sample(figure + "/p99", replies[replies.size() * 99 / 100], "ms")


func _take_ours() -> void:
	_ours.append((Time.get_ticks_usec() - _our_push_usec) / 1000.0)
	_our_push_usec = 0


func _take_theirs(_event: String, _payload: Variant, _status: String) -> void:
	if _their_push_usec != 0:
		_theirs.append((Time.get_ticks_usec() - _their_push_usec) / 1000.0)
		_their_push_usec = 0
