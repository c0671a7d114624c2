## What a packet of 64 bytes costs the main thread through SceneMultiplayer, 200 a frame, out and
## in: over PhoenixMultiplayerPeer and over WebSocketMultiplayerPeer. It is what frames with packets
## cost more than frames without.
extends "res://multiplayer_bench_case.gd"

const LIMIT_MS := 120_000
const PACKETS := 200
const SETTLING_FRAMES := 3
const FRAMES := 30


func test_packets() -> void:
	await meet_partner()
	for i: int in samples() + 1:
		await _measure(ours, "", i > 0)  # the first warms up
		await _measure(theirs, "/baseline", i > 0)
	await leave_partner()


func _measure(echo: Echo, suffix: String, counts: bool) -> void:
	await frames(SETTLING_FRAMES)
	var idle := median(await _costs(echo, 0, 0))
	echo.stream = PACKETS
	await frames(SETTLING_FRAMES)
	var out := median(await _costs(echo, idle, PACKETS))
	echo.stream = 0
	await _set_stream_of_partner(echo, PACKETS)
	await frames(SETTLING_FRAMES)
	var incoming := median(await _costs(echo, idle, 0))
	await _set_stream_of_partner(echo, 0)
	if counts:
		sample("multiplayer/out" + suffix, maxf(out, 1), "ns")
		if not is_quick():  # whose few samples differ by a factor of two
			sample("multiplayer/in" + suffix, maxf(incoming, 1), "ns")


## Returns when the partner has said that it did so: none of its packets come after a stop.
func _set_stream_of_partner(echo: Echo, packets: int) -> void:
	echo.set_stream.rpc(packets)
	await wait_until(
		func() -> bool: return echo.stream_of_other == packets,
		"the partner's stream of %d" % packets
	)


## What frames cost above [param idle], for each of the packets sent in one, or of those that came
## in. A frame in which none came in does not count, as the partner's frames are not in step.
func _costs(echo: Echo, idle: int, packets: int) -> Array[int]:
	var costs: Array[int] = []
	for frame: int in FRAMES:
		var received := echo.received
		var began_nsec := main_thread_nsec()
		await get_tree().process_frame
		var nsec := main_thread_nsec() - began_nsec - idle
		if idle == 0:
			costs.append(nsec)
		elif packets > 0:
			costs.append(nsec / packets)
		elif echo.received > received:
			costs.append(nsec / (echo.received - received))
	return costs
