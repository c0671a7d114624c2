## What a packet of 64 bytes costs the main thread through SceneMultiplayer, 200 a frame, out and
## in: over PhoenixMultiplayerPeer and over WebSocketMultiplayerPeer. It is what frames with packets
## cost more than frames without.
extends "res://multiplayer_bench_case.gd"

const LIMIT_MS := 120_000
const PACKETS := 200
const SETTLING_FRAMES := 5


func test_packets() -> void:
	await meet_partner()
	for i: int in samples() + 1:
		await _measure(ours, "", i > 0)  # the first warms up
		await _measure(theirs, "/baseline", i > 0)
	await leave_partner()


func _measure(echo: Echo, suffix: String, counts: bool) -> void:
	await frames(SETTLING_FRAMES)
	var count_of_frames := 10 if is_quick() else 30
	var idle := await _cost(count_of_frames)
	echo.stream = PACKETS
	await frames(SETTLING_FRAMES)
	var out := await _cost(count_of_frames) - idle
	echo.stream = 0
	await frames(SETTLING_FRAMES)
	echo.set_stream.rpc(PACKETS)
	var before := echo.received
	await wait_until(func() -> bool: return echo.received > before, "packets of the partner")
	await frames(SETTLING_FRAMES)
	before = echo.received
	var incoming := await _cost(count_of_frames) - idle
	var received := echo.received - before
	echo.set_stream.rpc(0)
	if counts:
		sample("multiplayer/out" + suffix, float(out) / PACKETS / count_of_frames, "ns")
		sample("multiplayer/in" + suffix, float(incoming) / received, "ns")


## What so many frames cost.
func _cost(count_of_frames: int) -> int:
	var began_nsec := main_thread_nsec()
	await frames(count_of_frames)
	return main_thread_nsec() - began_nsec
