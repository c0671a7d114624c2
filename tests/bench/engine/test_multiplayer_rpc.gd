## How many frames pass from an RPC to the answer of another game, at 60 frames a second: over
## PhoenixMultiplayerPeer and over WebSocketMultiplayerPeer.
extends "res://multiplayer_bench_case.gd"

const LIMIT_MS := 60_000


func test_there_and_back_at_60_frames() -> void:
	await meet_partner()
	ours.asks = true
	theirs.asks = true
	var answers := 60 if is_quick() else 280
	await wait_until(
		func() -> bool: return mini(ours.frames.size(), theirs.frames.size()) >= answers,
		"answers",
		30_000
	)
	var part := answers / samples()
	for i: int in samples():  # parts of what was measured
		_report("multiplayer/rpc", ours.frames.slice(i * part, (i + 1) * part))
		_report("multiplayer/rpc/baseline", theirs.frames.slice(i * part, (i + 1) * part))
	for echo: Echo in [ours, theirs]:
		echo.asks = false
		await wait_until(
			func() -> bool: return echo.frames.size() == echo.asked,
			"an answer to the last question"
		)
	await leave_partner()


func _report(figure: String, frames_until_answer: Array[int]) -> void:
	var sum := 0.0
	for passed: int in frames_until_answer:
		sum += passed
	sample(figure + "/mean", sum / frames_until_answer.size(), "frames")
	sample(figure + "/p50", median(frames_until_answer), "frames")
